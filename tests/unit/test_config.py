"""Every setting is found where it was said: arguments before environment before files."""

import os
from pathlib import Path

import pytest

from modelreg._config import Settings, Timeouts, Token, resolve
from modelreg._config.address import is_loopback
from modelreg.errors import InvalidInput

SERVER = "https://registry.example.com"


@pytest.fixture
def no_pod(tmp_path):
    """The place of a service account's token where there is none."""
    return str(tmp_path / "no-service-account")


@pytest.fixture
def settle(no_pod):
    """Resolve settings without anything of this machine's environment."""

    def settle(url=None, *, environ=None, **arguments):
        arguments.setdefault("service_account_token", no_pod)
        return resolve(url, environ=environ or {}, **arguments)

    return settle


def hint_of(settle, *arguments, **named):
    with pytest.raises(InvalidInput) as caught:
        settle(*arguments, **named)
    return str(caught.value)


@pytest.mark.parametrize(
    ("url", "base", "version"),
    [
        ("https://host", "https://host", None),
        ("https://host/", "https://host", None),
        (" https://host:8443// ", "https://host:8443", None),
        ("HTTPS://host/a/b/", "https://host/a/b", None),
        ("https://host/api/model_registry", "https://host", None),
        ("https://host/api/model_registry/v1", "https://host", "v1"),
        ("https://host/proxy/api/model_registry/v1alpha3/", "https://host/proxy", "v1alpha3"),
        ("http://[::1]:8080", "http://[::1]:8080", None),
    ],
)
def test_a_servers_address_may_hold_port_path_slash_and_prefix(settle, url, base, version):
    settings = settle(url)
    assert (settings.base_url, settings.api_version, settings.embedded) == (base, version, False)
    assert settings.store is None


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///./:memory:",
        "sqlite:///a/../:memory:",
        "sqlite:///%3Amemory%3A",
        "sqlite:///file::memory:",
        "sqlite:///r.db?mode=memory",
        "./:memory:",
        "/tmp/:MEMORY:",
    ],
)
def test_a_database_in_memory_is_refused(settle, url):
    assert "not in memory" in hint_of(settle, url)


@pytest.mark.parametrize("address", ["h:0/db", "h:x/db", "h:99999/db", "u:1@h:-1/db", "a:1,b:y/db", "h/db?port=70000"])
def test_a_port_that_is_none_is_refused(settle, address):
    with pytest.raises(InvalidInput) as caught:
        settle(f"postgresql://{address}")
    assert "port" in str(caught.value)
    assert address not in str(caught.value)


@pytest.mark.parametrize("address", ["h/db", "h:5432/db", "u:p%40:w@h:5432/db", "[::1]:5432/db", "/db?host=/run/pg"])
def test_other_addresses_of_a_database_are_taken_as_they_are(settle, address):
    assert settle(f"postgresql://{address}").store == f"postgresql://{address}"


@pytest.mark.parametrize("url", ["https://host/api/model_registry/v2", "https://host/api/model_registry/v1beta1"])
def test_an_unknown_version_in_the_address_is_refused(settle, url):
    assert "Write 'v1' or 'v1alpha3'" in hint_of(settle, url)


@pytest.mark.parametrize(
    ("url", "store"),
    [
        ("sqlite:///registry.db", "sqlite:///registry.db"),
        ("postgresql://u:p@h/db", "postgresql://u:p@h/db"),
        ("postgres://u:p@h/db", "postgresql://u:p@h/db"),
        ("postgresql+psycopg://h/db", "postgresql+psycopg://h/db"),
    ],
)
def test_a_database_is_an_embedded_registry(settle, url, store):
    settings = settle(url)
    assert (settings.embedded, settings.store, settings.base_url) == (True, store, None)


def test_a_path_is_a_file(settle, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("plain").write_text("")
    for said in ("registry.db", "./registry", "sub/registry", Path("registry"), "plain", "old.SQLITE3"):
        assert settle(said).store == f"sqlite:///{tmp_path / said}"


def test_a_path_may_begin_at_home_and_hold_odd_characters(settle, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settle("~/my registry?.db").store == f"sqlite:///{tmp_path}/my registry%3F.db"


def test_a_directory_is_no_file(settle, tmp_path):
    assert "is a directory" in hint_of(settle, str(tmp_path))
    assert "is a directory" in hint_of(settle, f"{tmp_path}/new/")


@pytest.mark.parametrize(
    "url",
    ["registry", "registry.example.com", "registry:8080", "registry:8080/base", "[::1]:8080", "h/api/model_registry"],
)
def test_an_address_that_may_be_a_server_or_a_file_is_refused_with_both_ways_out(settle, url):
    said = hint_of(settle, url)
    assert f"'https://{url}'" in said
    assert f"'./{url}'" in said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://host", "cannot begin with 'ftp://'"),
        ("mysql://host/db", "postgresql://"),
        ("", "is empty"),
        ("  ", "is empty"),
        ("https://", "names no host"),
        ("https:///path", "names no host"),
        ("https://a b/", "names no host"),
        ("https://host:99999", "is not a URL"),
        ("https://[::1", "is not a URL"),
        ("https://ana:hush@host", "Give credentials as token="),
        ("https://host?token=hush", "goes on after its path"),
        ("https://host/#x", "goes on after its path"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_without_its_secrets(settle, url, said):
    message = hint_of(settle, url)
    assert said in message
    assert "hush" not in message


def test_without_an_address_the_environment_names_it(settle):
    settings = settle(environ={"MODEL_REGISTRY_URL": "https://env"})
    assert settings.base_url == "https://env"
    assert settings.sources["address"] == "MODEL_REGISTRY_URL"
    assert settle("https://argument", environ={"MODEL_REGISTRY_URL": "https://env"}).base_url == "https://argument"


def test_without_anything_it_is_the_default_file(settle):
    settings = settle(environ={"MODEL_REGISTRY_URL": "", "CI": "false"})
    assert (settings.embedded, settings.store) == (True, None)
    assert str(settings.describe()["address"]) == "embedded, the default file [default]"


@pytest.mark.parametrize(
    ("environ", "place"), [({"CI": "true"}, "a CI job"), ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "a pod")]
)
def test_where_a_file_would_be_lost_an_address_has_to_be_given(settle, environ, place):
    said = hint_of(settle, environ=environ)
    assert place in said
    assert "MODEL_REGISTRY_URL" in said
    assert settle("file.db", environ=environ).embedded


def test_a_service_accounts_file_shows_a_pod(tmp_path):
    token = tmp_path / "token"
    token.write_text("t")
    with pytest.raises(InvalidInput, match="a pod"):
        resolve(environ={}, service_account_token=str(token))


def test_the_environment_of_the_process_is_read_unless_another_is_given(monkeypatch, no_pod):
    monkeypatch.setenv("MODEL_REGISTRY_URL", "https://from-the-process")
    assert resolve(service_account_token=no_pod).base_url == "https://from-the-process"


class TestToken:
    def test_arguments_come_before_the_environment_and_that_before_files(self, settle, tmp_path):
        account = tmp_path / "account"
        account.write_text("t")
        environ = {
            "MODEL_REGISTRY_TOKEN": "env",
            "MODEL_REGISTRY_TOKEN_PATH": "/env/path",
            "KF_PIPELINES_SA_TOKEN_PATH": "/kf/path",
        }
        found = []
        for argument in ({"token": "arg"}, {"token_path": "/arg"}, {}, {}, {}, {}):
            settings = settle(SERVER, environ=dict(environ), service_account_token=str(account), **argument)
            found.append((settings.token, settings.sources["token"]))
            if not argument:
                environ.pop(next(iter(environ), ""), None)
        assert found == [
            (Token(value="arg"), "argument"),
            (Token(path="/arg"), "argument"),
            (Token(value="env"), "MODEL_REGISTRY_TOKEN"),
            (Token(path="/env/path"), "MODEL_REGISTRY_TOKEN_PATH"),
            (Token(path="/kf/path", deliberate=False), "KF_PIPELINES_SA_TOKEN_PATH"),
            (Token(path=str(account), deliberate=False), "the pod's service account"),
        ]

    def test_there_may_be_none(self, settle):
        settings = settle(SERVER)
        assert settings.token is None
        assert str(settings.describe()["token"]) == "none [default]"

    def test_a_callable_is_kept(self, settle):
        def fetch():
            return "t"

        assert settle(SERVER, token=fetch).token == Token(value=fetch)

    def test_token_and_path_together_are_refused(self, settle):
        assert "both given" in hint_of(settle, SERVER, token="t", token_path="p")

    def test_the_embedded_registry_takes_none(self, settle):
        assert settle("file.db", token="t").token is None

    @pytest.mark.parametrize("url", ["http://localhost:8080", "http://127.0.0.2", "http://[::1]:80", "https://host"])
    def test_it_goes_to_this_machine_or_over_tls(self, settle, url):
        assert settle(url, token="t").token == Token(value="t")

    @pytest.mark.parametrize(
        ("arguments", "environ", "source"),
        [
            ({"token": "hush"}, {}, "argument"),
            ({"token_path": "p"}, {}, "argument"),
            ({}, {"MODEL_REGISTRY_TOKEN": "hush"}, "MODEL_REGISTRY_TOKEN"),
            ({}, {"MODEL_REGISTRY_TOKEN_PATH": "p"}, "MODEL_REGISTRY_TOKEN_PATH"),
        ],
    )
    def test_one_given_by_hand_is_refused_over_plain_http(self, settle, arguments, environ, source):
        said = hint_of(settle, "http://registry:8080", environ=environ, **arguments)
        assert source in said
        assert "allow_plaintext_token=True" in said
        assert "MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN=1" in said
        assert "hush" not in said

    def test_one_that_was_found_is_left_out_over_plain_http(self, settle):
        settings = settle("http://registry:8080", environ={"KF_PIPELINES_SA_TOKEN_PATH": "/p"})
        assert settings.token == Token(path="/p", deliberate=False, left_out=True)
        assert str(settings.describe()["token"]) == (
            "read from /p, not sent over plain http [KF_PIPELINES_SA_TOKEN_PATH]"
        )

    @pytest.mark.parametrize(
        ("arguments", "environ"),
        [
            ({"allow_plaintext_token": True}, {}),
            ({}, {"MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN": "1"}),
            ({}, {"MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN": " Yes "}),
        ],
    )
    def test_plain_http_can_be_allowed(self, settle, arguments, environ):
        settings = settle("http://registry:8080", token="t", environ=environ, **arguments)
        assert settings.token == Token(value="t")
        assert settings.allow_plaintext_token
        assert settings.describe()["allow_plaintext_token"].value.startswith("yes")

    def test_the_argument_forbids_what_the_environment_allows(self, settle):
        environ = {"MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN": "1"}
        assert "plain text" in hint_of(
            settle, "http://registry:8080", token="t", environ=environ, allow_plaintext_token=False
        )

    def test_an_allowance_that_is_neither_yes_nor_no_is_refused(self, settle):
        environ = {"MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN": "perhaps"}
        assert "Write 1 or 0" in hint_of(settle, SERVER, environ=environ)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("a.localhost", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::1%lo", True),
        ("localhost.example.com", False),
        ("10.0.0.1", False),
        ("::2", False),
        ("", False),
    ],
)
def test_only_this_machine_is_loopback(host, loopback):
    assert is_loopback(host) is loopback


class TestFiles:
    def test_certificates_are_found_like_everything_else(self, settle, tmp_path):
        files = {}
        for name in ("ca", "client_cert", "client_key"):
            files[name] = tmp_path / f"{name}.pem"
            files[name].write_text("")
        environ = {
            "MODEL_REGISTRY_CA_CERT": str(files["ca"]),
            "MODEL_REGISTRY_CLIENT_CERT": str(files["client_cert"]),
            "MODEL_REGISTRY_CLIENT_KEY": str(files["client_key"]),
        }
        by_environment, by_argument = settle(SERVER, environ=environ), settle(SERVER, **files)
        for name, path in files.items():
            assert getattr(by_environment, name) == getattr(by_argument, name) == str(path)
            assert by_argument.sources[name] == "argument"
        assert by_environment.sources["ca"] == "MODEL_REGISTRY_CA_CERT"

    def test_a_file_that_is_not_there_is_an_error_that_names_it_and_its_source(self, settle):
        said = hint_of(settle, SERVER, environ={"MODEL_REGISTRY_CA_CERT": "/no/such.pem"})
        assert "'/no/such.pem'" in said
        assert "MODEL_REGISTRY_CA_CERT" in said

    def test_a_key_needs_its_certificate(self, settle, tmp_path):
        key = tmp_path / "key.pem"
        key.write_text("")
        assert "without client_cert" in hint_of(settle, SERVER, client_key=key)


class TestLimits:
    def test_a_number_bounds_the_whole_call(self, settle):
        assert settle(SERVER, timeout=5).timeouts == Timeouts(total=5, connect=5, read=5)
        assert settle(SERVER, timeout=300.0).timeouts == Timeouts(total=300, connect=10, read=300)

    def test_timeouts_can_be_said_one_by_one(self, settle):
        timeouts = Timeouts(total=9, connect=2, read=3)
        assert settle(SERVER, timeout=timeouts).timeouts is timeouts

    def test_the_environment_bounds_calls_too(self, settle):
        settings = settle("f.db", environ={"MODEL_REGISTRY_TIMEOUT": " 2.5 ", "MODEL_REGISTRY_RETRIES": "0"})
        assert settings.timeouts.total == 2.5
        assert settings.retries == 0
        assert settings.sources["timeout"] == "MODEL_REGISTRY_TIMEOUT"

    def test_the_defaults(self, settle):
        settings = settle(SERVER)
        assert settings.timeouts == Timeouts(total=60, connect=10, read=30)
        assert settings.retries == 4

    @pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), "soon"])
    def test_what_is_no_time_is_refused(self, settle, seconds):
        assert "number of seconds above 0" in hint_of(settle, SERVER, timeout=seconds)

    @pytest.mark.parametrize("retries", [-1, 1.5, "many", 1000])
    def test_what_is_no_count_is_refused(self, settle, retries):
        assert "whole number" in hint_of(settle, SERVER, retries=retries)

    def test_the_variable_that_is_wrong_is_named(self, settle):
        assert "MODEL_REGISTRY_RETRIES" in hint_of(settle, SERVER, environ={"MODEL_REGISTRY_RETRIES": "x"})
        assert "MODEL_REGISTRY_TIMEOUT" in hint_of(settle, SERVER, environ={"MODEL_REGISTRY_TIMEOUT": "x"})


class TestVersion:
    def test_it_can_be_given(self, settle):
        assert settle(SERVER, api_version="v1alpha3").api_version == "v1alpha3"
        assert settle(f"{SERVER}/api/model_registry/v1", api_version="v1alpha3").api_version == "v1alpha3"

    def test_an_unknown_one_is_refused(self, settle):
        assert "Write 'v1' or 'v1alpha3'" in hint_of(settle, SERVER, api_version="v3")


def test_a_description_says_every_choice_and_its_source(settle):
    described = settle(f"{SERVER}/api/model_registry/v1", environ={"MODEL_REGISTRY_TOKEN": "hush"}).describe()
    assert {name: str(one) for name, one in described.items()} == {
        "address": f"{SERVER} [argument]",
        "api_version": "v1 [address]",
        "token": "given [MODEL_REGISTRY_TOKEN]",
        "ca": "the system's [default]",
        "client_cert": "none [default]",
        "client_key": "none [default]",
        "timeout": "60 s (connect 10 s, read 30 s) [default]",
        "retries": "4 [default]",
        "allow_plaintext_token": "no [default]",
        "max_response_bytes": "67108864 [default]",
        "strict_files": "no [default]",
    }
    assert described["token"].value == "given"
    assert described["token"].source == "MODEL_REGISTRY_TOKEN"


def test_neither_description_nor_repr_shows_a_secret(settle):
    for settings in (settle(SERVER, token="hush"), settle("postgresql://ana:hush@host/db")):
        assert "hush" not in repr(settings) + str(settings.describe())
    assert str(Settings().describe()["address"]) == "none [default]"


def test_a_token_path_may_begin_at_home(settle):
    assert settle(SERVER, token_path="~/token").token.path == os.path.expanduser("~/token")
