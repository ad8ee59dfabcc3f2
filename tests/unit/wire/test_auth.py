"""The present token goes to the registry's own host, and to nobody else."""

import asyncio
import logging
import os

import httpx
import pytest

from modelreg.config import Token
from modelreg.errors import InvalidInput
from modelreg.wire.auth import TokenAuth, sendable

BASE = "https://registry.example.com/base"
URL = "https://registry.example.com/base/api/model_registry/v1/registered_models"


def drive(auth, answers, url=URL):
    """Run one sync flow against answers by status; return the Authorization headers that were sent."""
    request, sent = httpx.Request("GET", url), []
    flow = auth.sync_auth_flow(request)
    outgoing = next(flow)
    for status in answers:
        sent.append(outgoing.headers.get("Authorization"))
        try:
            outgoing = flow.send(httpx.Response(status))
        except StopIteration:
            return sent
    raise AssertionError("the flow asked for more than there were answers")


async def adrive(auth, answers, url=URL):
    request, sent = httpx.Request("GET", url), []
    flow = auth.async_auth_flow(request)
    outgoing = await anext(flow)
    for status in answers:
        sent.append(outgoing.headers.get("Authorization"))
        try:
            outgoing = await flow.asend(httpx.Response(status))
        except StopAsyncIteration:
            return sent
    raise AssertionError("the flow asked for more than there were answers")


@pytest.fixture(params=["sync", "async"])
def driven(request):
    """Drive a flow in either colour."""
    if request.param == "sync":
        return drive
    return lambda *arguments, **named: asyncio.run(adrive(*arguments, **named))


def test_a_text_is_sent_without_white_space(driven):
    assert driven(TokenAuth(Token(value=" abc\n"), BASE), [200]) == ["Bearer abc"]


def test_a_text_that_is_refused_is_not_sent_again(driven):
    assert driven(TokenAuth(Token(value="abc"), BASE), [401]) == ["Bearer abc"]


def test_a_callable_is_asked_each_time_and_once_more_after_a_refusal(driven):
    tokens = iter(["one", "two", "three"])
    auth = TokenAuth(Token(value=lambda: next(tokens)), BASE)
    assert driven(auth, [200]) == ["Bearer one"]
    assert driven(auth, [401, 401]) == ["Bearer two", "Bearer three"]


def test_a_callable_that_has_no_newer_one_ends_it(driven):
    assert driven(TokenAuth(Token(value=lambda: "same"), BASE), [401]) == ["Bearer same"]


def test_an_async_callable_is_awaited():
    async def fetch():
        return "fetched"

    assert asyncio.run(adrive(TokenAuth(Token(value=fetch), BASE), [200])) == ["Bearer fetched"]


def test_an_async_callable_on_the_sync_client_is_a_clear_error():
    async def fetch():
        return "fetched"

    with pytest.raises(InvalidInput, match="AsyncModelRegistry"):
        drive(TokenAuth(Token(value=fetch), BASE), [200])


def test_an_awaitable_that_is_no_coroutine_is_a_clear_error_too():
    class Later:
        def __await__(self):
            return iter(())

    with pytest.raises(InvalidInput, match="AsyncModelRegistry"):
        drive(TokenAuth(Token(value=Later), BASE), [200])


@pytest.mark.parametrize(
    "url",
    [
        "http://registry.example.com/base/x",
        "https://registry.example.com:8443/base/x",
        "https://other.example.com/base/x",
        "https://registry.example.com.evil.org/x",
    ],
)
def test_no_other_host_is_shown_the_token(driven, url):
    assert driven(TokenAuth(Token(value="abc"), BASE), [401], url=url) == [None]


class TestFile:
    @pytest.fixture
    def path(self, tmp_path):
        path = tmp_path / "token"
        path.write_text("first\n")
        return path

    def test_it_is_read_again_when_it_changes(self, driven, path):
        auth = TokenAuth(Token(path=str(path)), BASE)
        assert driven(auth, [200]) == ["Bearer first"]
        path.write_text("second-token\n")
        assert driven(auth, [200]) == ["Bearer second-token"]

    def test_it_is_read_once_more_after_a_refusal_even_if_it_seems_unchanged(self, driven, path):
        auth = TokenAuth(Token(path=str(path)), BASE)
        driven(auth, [200])
        before = path.stat()
        path.write_text("other\n")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert driven(auth, [401, 200]) == ["Bearer first", "Bearer other"]

    def test_while_it_is_rewritten_the_last_token_is_used(self, driven, path):
        auth = TokenAuth(Token(path=str(path)), BASE)
        driven(auth, [200])
        path.write_text("")
        assert driven(auth, [200]) == ["Bearer first"]
        path.unlink()
        assert driven(auth, [200]) == ["Bearer first"]
        path.write_text("back")
        assert driven(auth, [200]) == ["Bearer back"]

    @pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
    def test_one_that_was_named_has_to_hold_a_token(self, driven, tmp_path, content):
        path = tmp_path / "none"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InvalidInput, match="cannot be read, or is empty"):
            driven(TokenAuth(Token(path=str(path)), BASE), [200])

    def test_one_that_was_found_may_be_away_which_is_logged_once(self, driven, tmp_path, caplog):
        path = tmp_path / "none"
        auth = TokenAuth(Token(path=str(path), deliberate=False), BASE)
        with caplog.at_level(logging.WARNING, "modelreg"):
            assert driven(auth, [200]) == [None]
            assert driven(auth, [401]) == [None]
        assert [record.message for record in caplog.records] == [
            f"the token file {path} cannot be read, or is empty; going on without a token"
        ]
        path.write_text("there")
        assert driven(auth, [200]) == ["Bearer there"]

    def test_one_that_appears_after_a_refusal_is_used(self, driven, tmp_path):
        path = tmp_path / "token"
        auth = TokenAuth(Token(path=str(path), deliberate=False), BASE)
        flow = auth.sync_auth_flow(httpx.Request("GET", URL))
        assert "Authorization" not in next(flow).headers
        path.write_text("there")
        assert flow.send(httpx.Response(401)).headers["Authorization"] == "Bearer there"


@pytest.mark.parametrize("token", ["", "  ", "Bearer abc", "a\nb", "schlüssel", None, b"abc"])
def test_what_cannot_stand_in_a_header_is_refused_without_being_shown(token):
    with pytest.raises(InvalidInput) as caught:
        sendable(token)
    assert "without 'Bearer'" in str(caught.value)
    assert "abc" not in str(caught.value)


def test_a_text_is_scrubbed_of_the_tokens_that_were_sent_lately():
    tokens = (f"token-{n:03}" for n in range(100))
    auth = TokenAuth(Token(value=lambda: next(tokens)), BASE)
    for _ in range(10):
        drive(auth, [200])
    assert auth.scrub("no token-009 and no token-008 here") == "no *** and no *** here"


def test_its_repr_shows_no_token():
    assert repr(TokenAuth(Token(value="hush"), BASE)) == "TokenAuth(***)"
