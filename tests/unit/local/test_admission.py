"""Which requests a served registry takes: the rules without a server."""

from __future__ import annotations

import json

import pytest

from modelreg.local._registry.server.admission import Admission
from modelreg.local.server import ServeOptions

JSON = (b"content-type", b"application/json")


def refused(admission: Admission, method: str = "GET", *, api: bool = True, **headers: str) -> int | None:
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    refusal = admission.refusal(method, given, api=api)
    if refusal is None:
        return None
    assert set(json.loads(refusal.body)) == {"code", "message"}
    return refusal.status


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8080", "localhost.", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080", "[::1]", "a.localhost"],
)
def test_loopback_hosts_are_taken(host):
    assert refused(Admission(), host=host) is None


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example:127.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "[::]",
        "",
        "localhost@evil.example",
    ],
)
def test_other_hosts_are_refused(host):
    assert refused(Admission(), host=host) == 403


def test_a_request_without_a_host_is_refused():
    assert refused(Admission()) == 403


def test_named_hosts_are_taken_on_any_port():
    admission = Admission.of(ServeOptions(allowed_hosts=["Registry.example", "[fd00::1]"]))
    for host in ("registry.example", "registry.example:8443", "[fd00::1]:80", "localhost"):
        assert refused(admission, host=host) is None
    assert refused(admission, host="other.example") == 403


def test_a_star_takes_any_host():
    assert refused(Admission.of(ServeOptions(allowed_hosts=["*"])), host="any.example") is None


def test_the_address_that_was_bound_is_taken():
    admission = Admission.of(ServeOptions(host="10.0.0.7", insecure=True))
    assert refused(admission, host="10.0.0.7:8080") is None
    assert refused(admission, host="10.0.0.8:8080") == 403
    everywhere = Admission.of(ServeOptions(host="0.0.0.0", insecure=True))
    assert refused(everywhere, host="0.0.0.0:8080") == 403


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://localhost:3000", "null", "http://127.0.0.1:8081", "file://", "chrome://x"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_foreign_origins_are_refused(origin, method):
    assert refused(Admission(), method, host="127.0.0.1:8080", origin=origin) == 403


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8080", "HTTP://127.0.0.1:8080"])
def test_its_own_origin_is_taken(origin):
    assert refused(Admission(), host="127.0.0.1:8080", origin=origin) is None


def test_a_named_origin_is_taken():
    admission = Admission.of(ServeOptions(allowed_origins=["https://tools.example"]))
    assert refused(admission, host="localhost", origin="https://tools.example") is None
    assert refused(admission, host="localhost", origin="https://other.example") == 403


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_a_write_that_is_not_json_is_refused(method, content_type):
    assert refused(Admission(), method, host="localhost", content_type=content_type) == 415


def test_a_write_without_a_content_type_is_refused():
    assert refused(Admission(), "POST", host="localhost") == 415


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_a_write_as_json_is_taken(content_type):
    assert refused(Admission(), "POST", host="localhost", content_type=content_type) is None


def test_a_form_is_taken_by_a_page_beside_the_api():
    assert refused(Admission(), "POST", api=False, host="localhost", content_type="text/plain") is None


@pytest.fixture
def with_token(tmp_path):
    return ServeOptions(token_file=tmp_path / "token")


def test_with_a_token_the_api_takes_any_host_origin_and_content_type(with_token):
    admission = Admission.of(with_token)
    headers = {"host": "registry.example", "origin": "https://else.example", "content_type": "text/plain"}
    assert refused(admission, "POST", **headers) is None


def test_with_a_token_a_page_takes_no_foreign_form(with_token):
    admission = Admission.of(with_token)
    assert refused(admission, "POST", api=False, host="r.example", origin="https://else.example") == 403
    assert refused(admission, "POST", api=False, host="r.example", origin="https://r.example") is None
    assert refused(admission, "GET", api=False, host="r.example", origin="https://else.example") is None


def test_with_a_token_named_hosts_still_count(tmp_path):
    admission = Admission.of(ServeOptions(token_file=tmp_path / "token", allowed_hosts=["r.example"]))
    assert refused(admission, host="r.example") is None
    assert refused(admission, host="other.example") == 403


def test_a_browser_learns_what_an_allowed_page_may_send():
    admission = Admission.of(ServeOptions(allowed_origins=["https://tools.example"]))
    asked = [(b"origin", b"https://tools.example"), (b"access-control-request-method", b"PATCH")]
    told = dict(admission.preflight("OPTIONS", asked))
    assert told[b"access-control-allow-origin"] == b"https://tools.example"
    assert b"PATCH" in told[b"access-control-allow-methods"]
    assert admission.preflight("GET", asked) is None
    assert admission.preflight("OPTIONS", [(b"origin", b"https://other.example"), asked[1]]) is None
    assert Admission().sharing(asked) == []
