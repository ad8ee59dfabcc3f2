"""The present token goes on each request, and no text of ours repeats it."""

import asyncio
import logging
import os
import threading

import pytest

from modelreg._config import Token
from modelreg._wire.auth import BearerToken, sendable
from modelreg.errors import DeadlineExceeded, InvalidInput
from tests.unit.wire.making import outgoing


def drive(token, answers):
    """Send one request after the other; return the Authorization headers that were sent, second tries included."""
    request, sent = outgoing(), []
    for status in answers:
        if not sent:
            token.put(request)
        sent.append(request.authorization)
        if status != 401 or not token.put(request, again=True):
            return sent
    raise AssertionError("more was sent than there were answers")


async def adrive(token, answers):
    request, sent = outgoing(), []
    for status in answers:
        if not sent:
            await token.async_put(request)
        sent.append(request.authorization)
        if status != 401 or not await token.async_put(request, again=True):
            return sent
    raise AssertionError("more was sent than there were answers")


@pytest.fixture(params=["sync", "async"])
def connection(request):
    """Drive a flow sync or async."""
    if request.param == "sync":
        return drive
    return lambda *arguments, **named: asyncio.run(adrive(*arguments, **named))


def test_a_text_is_sent_without_white_space(connection):
    assert connection(BearerToken(Token(value=" abc\n")), [200]) == ["Bearer abc"]


def test_a_text_that_is_refused_is_not_sent_again(connection):
    assert connection(BearerToken(Token(value="abc")), [401]) == ["Bearer abc"]


def test_a_callable_is_asked_each_time_and_once_more_after_a_refusal(connection):
    tokens = iter(["one", "two", "three"])
    auth = BearerToken(Token(value=lambda: next(tokens)))
    assert connection(auth, [200]) == ["Bearer one"]
    assert connection(auth, [401, 200]) == ["Bearer two", "Bearer three"]


def test_a_callable_that_has_no_newer_one_ends_it(connection):
    assert connection(BearerToken(Token(value=lambda: "same")), [401]) == ["Bearer same"]


def test_an_async_callable_is_awaited():
    async def fetch():
        return "fetched"

    assert asyncio.run(adrive(BearerToken(Token(value=fetch)), [200])) == ["Bearer fetched"]


def test_an_async_callable_on_the_sync_client_is_a_clear_error():
    async def fetch():
        return "fetched"

    with pytest.raises(InvalidInput, match="AsyncModelRegistry"):
        drive(BearerToken(Token(value=fetch)), [200])


def test_an_awaitable_that_is_no_coroutine_is_a_clear_error_too():
    class Later:
        def __await__(self):
            return iter(())

    with pytest.raises(InvalidInput, match="AsyncModelRegistry"):
        drive(BearerToken(Token(value=Later)), [200])


class TestFile:
    @pytest.fixture
    def path(self, tmp_path):
        path = tmp_path / "token"
        path.write_text("first\n")
        return path

    def test_it_is_read_again_when_it_changes(self, connection, path):
        auth = BearerToken(Token(path=str(path)))
        assert connection(auth, [200]) == ["Bearer first"]
        path.write_text("second-token\n")
        assert connection(auth, [200]) == ["Bearer second-token"]

    def test_it_is_read_once_more_after_a_refusal_even_if_it_seems_unchanged(self, connection, path):
        auth = BearerToken(Token(path=str(path)))
        connection(auth, [200])
        before = path.stat()
        path.write_text("other\n")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert connection(auth, [401, 200]) == ["Bearer first", "Bearer other"]

    def test_while_it_is_rewritten_the_last_token_is_used(self, connection, path):
        auth = BearerToken(Token(path=str(path)))
        connection(auth, [200])
        path.write_text("")
        assert connection(auth, [200]) == ["Bearer first"]
        path.unlink()
        assert connection(auth, [200]) == ["Bearer first"]
        path.write_text("back")
        assert connection(auth, [200]) == ["Bearer back"]

    @pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
    def test_one_that_was_named_has_to_hold_a_token(self, connection, tmp_path, content):
        path = tmp_path / "none"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InvalidInput, match="cannot be read, or is empty"):
            connection(BearerToken(Token(path=str(path))), [200])

    def test_one_that_was_found_may_be_away_which_is_logged_once(self, connection, tmp_path, caplog):
        path = tmp_path / "none"
        auth = BearerToken(Token(path=str(path), deliberate=False))
        with caplog.at_level(logging.WARNING, "modelreg"):
            assert connection(auth, [200]) == [None]
            assert connection(auth, [401]) == [None]
        assert [record.message for record in caplog.records] == [
            f"the token file {path} cannot be read, or is empty; going on without a token"
        ]
        path.write_text("there")
        assert connection(auth, [200]) == ["Bearer there"]

    def test_one_that_appears_after_a_refusal_is_used(self, connection, tmp_path):
        path = tmp_path / "token"
        auth = BearerToken(Token(path=str(path), deliberate=False))
        request = outgoing()
        auth.put(request)
        assert request.authorization is None
        path.write_text("there")
        assert auth.put(request, again=True)
        assert request.authorization == "Bearer there"


@pytest.mark.parametrize("token", ["", "  ", "Bearer abc", "a\nb", "schlüssel", None, b"abc"])
def test_what_cannot_stand_in_a_header_is_refused_without_being_shown(token):
    with pytest.raises(InvalidInput) as caught:
        sendable(token)
    assert "without 'Bearer'" in str(caught.value)
    assert "abc" not in str(caught.value)


def test_a_text_is_scrubbed_of_the_tokens_that_were_sent_lately():
    tokens = (f"token-{n:03}" for n in range(100))
    auth = BearerToken(Token(value=lambda: next(tokens)))
    for _ in range(10):
        drive(auth, [200])
    assert auth.scrub("no token-009 and no token-008 here") == "no *** and no *** here"


def test_its_repr_shows_no_token():
    assert repr(BearerToken(Token(value="hush"))) == "BearerToken(***)"


class TestTime:
    async def test_a_callable_that_hangs_is_left_behind(self, driven_within):
        never = threading.Event()
        with pytest.raises(DeadlineExceeded):
            await driven_within(BearerToken(Token(value=never.wait)))
        never.set()

    async def test_an_async_callable_that_hangs_is_cancelled(self):
        async def fetch():
            await asyncio.Event().wait()

        request = outgoing()
        request.end = 0.05
        with pytest.raises(DeadlineExceeded):
            await BearerToken(Token(value=fetch)).async_put(request)

    @pytest.fixture(params=["sync", "async"])
    def driven_within(self, request):
        async def put(token):
            sent = outgoing()
            sent.end = 0.05
            if request.param == "sync":
                return token.put(sent)
            return await token.async_put(sent)

        return put


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
class TestPermissions:
    @pytest.fixture
    def path(self, tmp_path):
        path = tmp_path / "token"
        path.write_text("abc\n")
        return path

    def test_one_that_others_can_read_is_warned_of_once(self, connection, path, caplog):
        path.chmod(0o644)
        auth = BearerToken(Token(path=str(path)))
        with caplog.at_level(logging.WARNING, "modelreg"):
            connection(auth, [200])
            path.write_text("another\n")
            connection(auth, [200])
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        assert str(path) in caplog.text
        assert "abc" not in caplog.text

    @pytest.mark.parametrize("mode", [0o600, 0o640])
    def test_one_that_only_its_owner_and_group_can_read_is_fine(self, connection, path, mode, caplog):
        path.chmod(mode)
        connection(BearerToken(Token(path=str(path))), [200])
        assert not caplog.records

    def test_what_the_platform_mounts_is_not_warned_of(self, connection, path, caplog):
        path.chmod(0o644)
        connection(BearerToken(Token(path=str(path), deliberate=False)), [200])
        assert not caplog.records

    def test_a_strict_one_is_refused(self, connection, path):
        path.chmod(0o644)
        with pytest.raises(InvalidInput, match="can be read by other users"):
            connection(BearerToken(Token(path=str(path), strict=True)), [200])
        path.chmod(0o600)
        assert connection(BearerToken(Token(path=str(path), strict=True)), [200]) == ["Bearer abc"]
