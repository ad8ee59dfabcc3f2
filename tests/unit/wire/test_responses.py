"""Every response that is not a registry's object becomes an error that says what happened and what helps."""

import httpx
import pytest

from modelreg import errors
from modelreg._config import Settings, Token
from modelreg._wire.outgoing import SHOWN, shortened
from modelreg._wire.responses import ObjectResponse, error_of, error_of_failure, read_reply, response_of
from modelreg._wire.retry import Failure
from tests.unit.wire.making import outgoing

FINAL = Failure(passing=False, may_have_acted=False)


def error(response, failure=FINAL, **about):
    return error_of(read_reply(response), outgoing(**about), failure)


def refusal(status, message="no", code="Some Code"):
    return httpx.Response(status, json={"code": code, "message": message})


class TestReply:
    @pytest.mark.parametrize("content", [b'{"id": "1"}', b' \n{"id": "1"}\n ', b"{}"])
    @pytest.mark.parametrize("status", [200, 201])
    def test_an_object_is_parsed_once(self, content, status):
        response = response_of(status, [], content)
        assert isinstance(response, ObjectResponse)
        assert response.parsed == response.json()
        assert response.content == content
        assert read_reply(response).of_a_registry

    def test_the_404_of_a_registry_is_one_too(self):
        response = response_of(404, [], b'{"code": "404", "message": "no such model"}')
        assert isinstance(response, ObjectResponse)
        assert read_reply(response).of_a_registry
        assert error_of(read_reply(response), outgoing(), FINAL).server_message == "no such model"

    @pytest.mark.parametrize("content", [b'{"detail": "Not Found"}', b'{"message": 5}', b"404 page not found", b"[]"])
    def test_another_404_is_none(self, content):
        assert not isinstance(response_of(404, [], content), ObjectResponse)

    @pytest.mark.parametrize("content", [b"", b"[]", b'"text"', b"<html>", b'{"id": "1"', b'id": "1"}', b"null"])
    def test_anything_else_is_not_a_registrys(self, content):
        response = response_of(200, [], content)
        assert not isinstance(response, ObjectResponse)
        assert not read_reply(response).of_a_registry

    @pytest.mark.parametrize("content", [b'{"id": }', b'{"a":' + b"[" * 10**5 + b"]" * 10**5 + b"}"])
    def test_an_object_that_cannot_be_parsed_is_an_error(self, content):
        response = response_of(201, [], content)
        raised = error_of(read_reply(response), outgoing("POST", "/registered_models"), FINAL)
        assert type(raised) is errors.InvalidResponse
        assert raised.may_have_acted
        assert "cannot be read" in raised.message

    def test_a_success_that_the_contract_does_not_know_is_not_good(self):
        assert not isinstance(response_of(202, [], b"{}"), ObjectResponse)

    def test_a_failure_nested_too_deeply_is_no_registrys(self):
        assert not read_reply(httpx.Response(500, content=b'{"a":' + b"[" * 10**5 + b"]" * 10**5 + b"}")).of_a_registry

    @pytest.mark.parametrize(
        ("response", "of_a_registry"),
        [
            (refusal(404), True),
            (httpx.Response(404, json={"detail": "Not Found"}), False),
            (httpx.Response(404, text="404 page not found"), False),
            (httpx.Response(404, content=b"{not json}"), False),
            (httpx.Response(404, content=b""), False),
        ],
    )
    def test_a_failure_is_a_registrys_when_it_has_a_message(self, response, of_a_registry):
        assert read_reply(response).of_a_registry is of_a_registry


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.InvalidInput),
        (401, errors.Unauthorized),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (405, errors.UnsupportedByServer),
        (408, errors.DeadlineExceeded),
        (409, errors.Conflict),
        (410, errors.UnsupportedByServer),
        (413, errors.InvalidInput),
        (414, errors.InvalidInput),
        (418, errors.Rejected),
        (422, errors.InvalidInput),
        (429, errors.RateLimited),
        (431, errors.InvalidInput),
        (500, errors.ServerError),
        (501, errors.UnsupportedByServer),
        (503, errors.ServerError),
        (599, errors.ServerError),
    ],
)
def test_each_status_has_its_error(status, kind):
    raised = error(refusal(status))
    assert type(raised) is kind
    assert (raised.status, raised.code, raised.server_message) == (status, "Some Code", "no")
    assert (raised.method, raised.resource) == ("GET", "registered_models/17")
    assert raised.url == "https://registry/api/model_registry/v1/registered_models/17"
    assert f"({status}, GET /registered_models/17)" in str(raised)


def test_a_failed_precondition_is_a_conflict_for_programs():
    raised = error(refusal(412), method="PATCH")
    assert type(raised) is errors.Conflict
    assert (raised.status, raised.reason) == (412, "precondition_failed")
    assert raised.details == {"resource": "registered_models", "id": "17"}
    assert not raised.may_have_acted


def test_what_is_no_registry_says_so_to_programs():
    assert error(httpx.Response(404, text="404 page not found")).reason == "not_a_registry"
    assert error(httpx.Response(200, html="<html></html>")).reason == "not_a_registry"
    assert error(refusal(404)).reason is None


@pytest.mark.parametrize("evil", ["\x1b[2J\x1b]0;owned\x07", "\u202egnp.exe", "a\x9b31m", "\x00", "\u2028forged line"])
def test_control_characters_of_the_server_are_escaped(evil):
    raised = error(refusal(400, f"no {evil}", f"Code {evil}"))
    for shown in (str(raised), raised.server_message, raised.code):
        assert all(character.isprintable() for character in shown)


def test_a_code_that_is_no_text_is_left_out():
    assert error(httpx.Response(404, json={"code": 5, "message": "no"})).code is None


@pytest.mark.parametrize("acted", [True, False])
def test_whether_it_may_have_acted_is_told(acted):
    assert error(refusal(503), Failure(passing=True, may_have_acted=acted)).may_have_acted is acted


@pytest.mark.parametrize("status", [404, 410])
def test_a_route_that_is_not_there_is_not_a_record_that_is_not_there(status):
    raised = error(httpx.Response(status, text="404 page not found"))
    assert type(raised) is errors.InvalidResponse
    assert not isinstance(raised, LookupError)
    assert "no model registry answers at this address" in str(raised)
    assert raised.server_message == "404 page not found"
    assert "https://registry" in raised.hint


def test_an_embedded_registry_has_no_address_to_check():
    assert "Check the address" in error(httpx.Response(404), settings=Settings(embedded=True)).hint


class TestNotARegistrysAnswer:
    def test_a_login_page(self):
        raised = error(httpx.Response(200, html="<html><head><title>\n Sign in </title></head></html>"))
        assert type(raised) is errors.InvalidResponse
        assert "the response is an HTML page" in raised.message
        assert raised.server_message == "Sign in"
        assert "login page" in raised.hint

    def test_a_page_that_does_not_say_what_it_is(self):
        raised = error(httpx.Response(200, content=b"  <!doctype HTML><p>hello"))
        assert "HTML page" in raised.message
        assert raised.server_message is None

    def test_a_page_with_an_error_status_keeps_the_status_and_gets_the_hint(self):
        raised = error(httpx.Response(502, html="<html><title>Bad gateway</title></html>"))
        assert type(raised) is errors.ServerError
        assert raised.server_message == "Bad gateway"
        assert "proxy" in raised.hint

    @pytest.mark.parametrize("content", [b"", b'{"id": "1"', b"[1]", b"OK"])
    def test_nothing_half_or_something_else(self, content):
        raised = error(httpx.Response(200, content=content))
        assert type(raised) is errors.InvalidResponse
        assert "not a JSON object" in raised.message
        assert raised.hint is None
        assert raised.may_have_acted is False

    def test_a_success_that_the_contract_does_not_know(self):
        raised = error(httpx.Response(202, json={"id": "1"}))
        assert type(raised) is errors.InvalidResponse
        assert "no response of this status (202" in str(raised)

    def test_what_writes_may_have_acted_all_the_same(self):
        assert error(httpx.Response(201, content=b""), method="POST").may_have_acted
        assert error(httpx.Response(200, content=b""), method="PATCH").may_have_acted

    def test_a_redirect_that_is_not_followed(self):
        location = "https://sso.example.com/login?token=hush"
        raised = error(httpx.Response(302, headers={"Location": location}))
        assert type(raised) is errors.InvalidResponse
        assert raised.server_message == "https://sso.example.com/login?token=***"
        assert "login page" in raised.hint

    def test_a_redirect_to_nowhere(self):
        assert type(error(httpx.Response(304))) is errors.InvalidResponse


class TestHints:
    def test_no_token_was_given(self):
        assert "MODEL_REGISTRY_TOKEN" in error(refusal(401)).hint

    def test_a_token_was_left_out(self):
        token = Token(path="/p", deliberate=False, left_out=True)
        hint = error(refusal(401), settings=Settings(base_url="http://r", token=token)).hint
        assert "MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN=1" in hint
        assert "/p" in hint

    def test_a_token_was_refused(self):
        hint = error(refusal(401), settings=Settings(base_url="https://r", token=Token(value="t"))).hint
        assert "expired" in hint

    def test_access_is_refused_in_a_cluster(self):
        assert "service account" in error(refusal(403)).hint

    def test_others_speak_for_themselves(self):
        assert error(refusal(409)).hint is None


def test_what_the_server_said_is_one_line_and_not_too_long():
    raised = error(refusal(400, "a\n  b\t" + "x" * 10**6))
    assert raised.server_message.startswith("a b x")
    assert len(raised.server_message) == SHOWN + len("...")
    assert shortened("short\n\n text ") == "short text"


def test_text_that_is_not_utf8_is_quoted_as_far_as_it_can_be():
    assert error(httpx.Response(500, content=b"\xff\xfe oops")).server_message.endswith("oops")


def test_a_token_that_the_server_echoes_is_not_repeated():
    raised = error(refusal(401, "bad token hush"), scrub=lambda text: text.replace("hush", "***"))
    assert "hush" not in str(raised)


@pytest.mark.parametrize(
    ("cause", "kind", "said"),
    [
        (httpx.ConnectError("refused"), errors.ConnectionFailed, "no connection to https://registry"),
        (httpx.ConnectTimeout("slow"), errors.ConnectionFailed, "no connection"),
        (httpx.PoolTimeout(""), errors.DeadlineExceeded, "no connection became free"),
        (httpx.ReadTimeout("slow"), errors.DeadlineExceeded, "no response came in time"),
        (httpx.WriteTimeout("slow"), errors.DeadlineExceeded, "no response came in time"),
        (httpx.ReadError("reset"), errors.ConnectionFailed, "the connection broke"),
        (httpx.RemoteProtocolError("half"), errors.ConnectionFailed, "the connection broke"),
        (httpx.ProxyError("no"), errors.ConnectionFailed, "the proxy refuses"),
        (httpx.DecodingError("gzip"), errors.InvalidResponse, "encoding"),
        (httpx.LocalProtocolError("x"), errors.InvalidInput, "cannot be sent"),
        (httpx.UnsupportedProtocol("x"), errors.InvalidInput, "cannot be sent"),
        (httpx.InvalidURL("x"), errors.InvalidInput, "cannot be sent"),
    ],
)
def test_each_failure_of_httpx_has_its_error(cause, kind, said):
    raised = error_of_failure(cause, outgoing("POST", "/registered_models"), Failure(passing=True, may_have_acted=True))
    assert type(raised) is kind
    assert said in str(raised)
    assert raised.status is None
    assert raised.server_message == (str(cause) or None)
    assert raised.may_have_acted


def test_a_certificate_that_is_not_trusted_is_told_apart():
    import ssl

    cause = httpx.ConnectError("certificate verify failed")
    cause.__cause__ = ssl.SSLCertVerificationError("self-signed")
    assert "MODEL_REGISTRY_CA_CERT" in error_of_failure(cause, outgoing(), FINAL).hint


def test_an_embedded_registry_is_called_by_its_name():
    raised = error_of_failure(httpx.ConnectError("x"), outgoing(settings=Settings(embedded=True)), FINAL)
    assert "the embedded registry" in str(raised)
