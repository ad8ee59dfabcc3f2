"""Redirects stay on the host, and certificates are the ones that were named."""

import ssl
import subprocess
import sys

import httpx
import pytest
import trustme

from modelreg._config import Settings
from modelreg._wire.embedded import default_location, error_of_store, foreign_errors, local_transport
from modelreg._wire.redirect import next_target
from modelreg._wire.tls import tls_context
from modelreg.errors import ConnectionFailed, InvalidInput, MissingExtra
from tests.unit.wire.making import outgoing

HERE = "https://registry/api/model_registry/v1/registered_models"


def read():
    return outgoing("GET", "/registered_models")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", [f"{HERE}/", "/api/model_registry/v1/registered_models/", "registered_models/"])
def test_a_read_follows_to_the_same_host(status, location):
    response = httpx.Response(status, headers={"Location": location})
    assert next_target(read(), response) == "/api/model_registry/v1/registered_models/"


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_nothing_that_writes_is_sent_twice(method):
    response = httpx.Response(307, headers={"Location": f"{HERE}/"})
    assert next_target(outgoing(method, "/registered_models"), response) is None


@pytest.mark.parametrize(
    "location",
    ["http://registry/x", "https://registry:8443/x", "https://login.example.com/", "//other/x", "https://[::1"],
)
def test_nothing_goes_elsewhere(location):
    assert next_target(read(), httpx.Response(302, headers={"Location": location})) is None


@pytest.mark.parametrize("response", [httpx.Response(200), httpx.Response(302), httpx.Response(304)])
def test_what_is_no_redirect_is_the_answer(response):
    assert next_target(read(), response) is None


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued = authority.issue_cert("ana@example.com")
    issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    (folder / "rubbish.pem").write_text("no certificate")
    return folder


def test_the_systems_authorities_are_httpxs_own():
    assert tls_context(Settings(base_url="https://registry")) is True


def test_over_plain_http_nobody_is_trusted():
    context = tls_context(Settings(base_url="http://registry"))
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.cert_store_stats()["x509_ca"] == 0


def test_an_authority_of_ones_own_is_trusted_alone(files):
    context = tls_context(Settings(base_url="https://r", ca=str(files / "ca.pem")))
    assert context.cert_store_stats()["x509_ca"] == 1
    assert context.verify_mode == ssl.CERT_REQUIRED


@pytest.mark.parametrize("names", [("cert.pem", "key.pem"), ("both.pem", None)])
def test_a_client_may_present_itself(files, names):
    certificate, key = (None if name is None else str(files / name) for name in names)
    context = tls_context(Settings(base_url="https://r", client_cert=certificate, client_key=key))
    assert context.verify_mode == ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    "named",
    [
        {"ca": "rubbish.pem"},
        {"ca": "missing.pem"},
        {"client_cert": "cert.pem"},
        {"client_cert": "cert.pem", "client_key": "ca.pem"},
    ],
)
def test_files_that_cannot_be_used_are_named_as_the_reason(files, named):
    named = {name: str(files / file) for name, file in named.items()}
    with pytest.raises(InvalidInput, match="certificates cannot be used"):
        tls_context(Settings(base_url="https://r", **named))


def test_a_missing_package_of_the_embedded_registry_names_the_extra():
    program = """
import sys
sys.modules["sqlalchemy"] = None
from modelreg.errors import MissingExtra
from modelreg._wire.embedded import local_transport
try:
    local_transport(sys.argv[1])
except MissingExtra as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program, "sqlite:///r.db"], capture_output=True, text=True, check=True)
    assert "pip install 'modelreg[local]'" in done.stdout


def test_an_import_that_fails_later_names_the_extra_too():
    raised = error_of_store(ModuleNotFoundError("No module named 'lark'"))
    assert type(raised) is MissingExtra
    assert "pip install 'modelreg[local]'" in str(raised)
    named = error_of_store(ImportError("pip install 'modelreg[postgres]'"))
    assert str(named) == "pip install 'modelreg[postgres]'"


def test_an_embedded_registry_that_cannot_even_be_imported_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "modelreg.local", None)
    with pytest.raises(MissingExtra, match=r"pip install 'modelreg\[local\]'"):
        local_transport("sqlite:///r.db")


def test_where_the_default_file_lies_can_be_told(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_location().startswith(str(tmp_path))
    monkeypatch.setitem(sys.modules, "modelreg.local", None)
    assert "pip install 'modelreg[local]'" in default_location()


def test_an_address_that_the_store_refuses_is_ours():
    with pytest.raises(ConnectionFailed, match="cannot be used"):
        local_transport("sqlite:///:memory:")
    assert any(kind.__name__ == "LocalError" for kind in foreign_errors())


def test_the_default_file_is_the_users_own_and_is_logged(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    with caplog.at_level("INFO", "modelreg"):
        transport = local_transport(None)
    assert str(tmp_path) in caplog.text
    assert caplog.text.count("using the embedded registry at") == 1
    transport.close()


@pytest.mark.parametrize(
    "password", ["s3cret/word", "s3cret#word", "s3cret?word", "s3cret@word", "s3cret:word", "s3%2Fcr"]
)
def test_what_a_driver_says_is_shown_without_the_password(password):
    from urllib.parse import unquote

    store = f"postgresql://ana:{password}@127.0.0.1/db?sslpassword=hush"
    said = f"cannot parse {store!r}; no host {password.rpartition('@')[2]!r}; wrong {unquote(password)}"
    raised = error_of_store(ValueError(said), store)
    assert password not in str(raised)
    assert unquote(password) not in str(raised)
    assert "hush" not in str(raised)
    assert "cannot parse" in str(raised)
