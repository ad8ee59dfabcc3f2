"""Whatever goes wrong on the way, a request ends in its outcome or in a clear error, and nothing is written twice."""

import logging

import httpx
import pytest

from modelreg import errors
from modelreg._config import Settings, Timeouts, Token
from modelreg.local import LocalTransport
from tests.faults.sync_or_async import SERVER, AwaitableConnection
from tests.faults.transport import (
    Clock,
    FaultyTransport,
    GuardedByToken,
    busy,
    empty,
    giant,
    html,
    patches,
    posts,
    reads,
    refused,
    reset_after,
    reset_before,
    slow,
    truncated,
)

MANY = 100


@pytest.fixture
def store(tmp_path):
    """Return a registry in a file, with one model in it."""
    transport = LocalTransport(tmp_path / "registry.db")
    with httpx.Client(transport=transport, base_url="http://x/api/model_registry/v1") as client:
        client.post("/registered_models", json={"name": "first", "owner": "ana"})
        yield LocalTransport(tmp_path / "registry.db")


@pytest.fixture
def faulty(store, mode):
    """Make a connection over faults to the registry in the file; answer both."""

    def faulty(*faults, settings=None):
        clock = Clock()
        transport = FaultyTransport(store, *faults, clock=clock)
        return AwaitableConnection(mode, settings, transport=transport, clock=clock), transport

    return faulty


def names(store):
    """Return the names of all models that were written."""
    with httpx.Client(transport=store, base_url="http://x/api/model_registry/v1") as client:
        return [model["name"] for model in client.get("/registered_models").json()["items"]]


BEFORE_THE_SERVER = [refused, reset_before]
PASSING = [refused, reset_before, reset_after, busy, lambda **about: busy(429, **about), truncated]


class TestReads:
    @pytest.mark.parametrize("fault", PASSING)
    async def test_they_survive_what_passes(self, faulty, fault):
        connection, transport = faulty(fault(times=3))
        assert (await connection.get("/registered_models/1"))["name"] == "first"
        assert len(transport.requests) == 4
        assert connection.clock.pauses == [1.0, 2.0, 4.0]

    @pytest.mark.parametrize(
        ("fault", "kind"),
        [
            (refused, errors.ConnectionFailed),
            (reset_before, errors.ConnectionFailed),
            (truncated, errors.ConnectionFailed),
            (busy, errors.ServerError),
            (lambda **about: busy(429, **about), errors.RateLimited),
        ],
    )
    async def test_what_does_not_pass_is_an_error_after_the_last_repeat(self, faulty, fault, kind):
        connection, transport = faulty(fault(times=MANY))
        with pytest.raises(kind) as caught:
            await connection.get("/registered_models/1")
        assert len(transport.requests) == 5
        assert not caught.value.may_have_acted
        assert caught.value.resource == "registered_models/1"

    @pytest.mark.parametrize(
        ("fault", "kind"),
        [
            (html(), errors.InvalidResponse),
            (html(404), errors.InvalidResponse),
            (html(500), errors.ServerError),
            (empty(), errors.InvalidResponse),
            (empty(405), errors.UnsupportedByServer),
            (empty(500), errors.ServerError),
            (truncated(announced=False), errors.InvalidResponse),
            (giant(), errors.InvalidResponse),
            (giant(500), errors.ServerError),
            (busy(500), errors.ServerError),
        ],
    )
    async def test_what_would_come_again_is_not_asked_for_again(self, faulty, fault, kind):
        connection, transport = faulty(fault, settings=Settings(base_url=SERVER, api_version="v1"))
        with pytest.raises(kind):
            await connection.get("/registered_models/1")
        assert len(transport.requests) == 1
        assert connection.clock.pauses == []

    async def test_no_repeats_when_none_are_wanted(self, faulty):
        connection, transport = faulty(busy(), settings=Settings(base_url=SERVER, retries=0))
        with pytest.raises(errors.ServerError):
            await connection.get()
        assert len(transport.requests) == 1


class TestRetryAfter:
    async def test_the_servers_wish_is_kept(self, faulty):
        connection, _ = faulty(busy(retry_after="7"), busy(429, retry_after="11"))
        await connection.get()
        assert connection.clock.pauses == [8.0, 13.0]

    async def test_a_wish_past_the_deadline_ends_the_call_at_once(self, faulty):
        connection, transport = faulty(busy(retry_after="3600"))
        with pytest.raises(errors.ServerError):
            await connection.get()
        assert connection.clock.pauses == []
        assert len(transport.requests) == 1

    async def test_a_wish_that_makes_no_sense_is_not_kept(self, faulty):
        connection, _ = faulty(busy(retry_after="tomorrow"))
        await connection.get()
        assert connection.clock.pauses == [1.0]


class TestPosts:
    @pytest.mark.parametrize("fault", [refused(), busy(429), busy(429, retry_after="1")])
    async def test_one_that_cannot_have_acted_is_repeated(self, faulty, store, fault):
        connection, transport = faulty(fault)
        assert (await connection.post(name="second"))["id"] == "2"
        assert len(transport.requests) == 2
        assert names(store) == ["first", "second"]

    @pytest.mark.parametrize(
        ("fault", "written", "kind"),
        [
            (reset_before(), False, errors.ConnectionFailed),
            (reset_after(), True, errors.ConnectionFailed),
            (slow(31.0), True, errors.DeadlineExceeded),
            (slow(31.0, acts=False), False, errors.DeadlineExceeded),
            (truncated(), True, errors.ConnectionFailed),
            (truncated(announced=False), True, errors.InvalidResponse),
            (html(200, acts=True), True, errors.InvalidResponse),
            (html(502, acts=True), True, errors.ServerError),
            (empty(201, acts=True), True, errors.InvalidResponse),
            (busy(503), False, errors.ServerError),
            (busy(504, acts=True), True, errors.ServerError),
            (busy(500, acts=True), True, errors.ServerError),
        ],
    )
    async def test_one_that_may_have_acted_is_left_to_whoever_can_look(self, faulty, store, fault, written, kind):
        connection, transport = faulty(fault)
        with pytest.raises(kind) as caught:
            await connection.post(name="second")
        assert caught.value.may_have_acted
        assert caught.value.method == "POST"
        assert len(transport.requests) == 1
        assert names(store) == ["first", "second"][: 1 + written]

    @pytest.mark.parametrize("fault", [refused(times=MANY), busy(429, times=MANY)])
    async def test_one_that_surely_did_nothing_says_so(self, faulty, store, fault):
        connection, _ = faulty(fault)
        with pytest.raises(errors.ModelRegistryError) as caught:
            await connection.post(name="second")
        assert not caught.value.may_have_acted
        assert names(store) == ["first"]

    async def test_a_conflict_is_final(self, faulty):
        connection, transport = faulty()
        with pytest.raises(errors.Conflict) as caught:
            await connection.post(name="first")
        assert len(transport.requests) == 1
        assert not caught.value.may_have_acted


class TestPatches:
    @pytest.mark.parametrize("fault", [refused, reset_before, reset_after, busy, truncated, lambda **_: slow(31.0)])
    async def test_they_are_repeated_because_twice_is_once(self, faulty, fault):
        connection, transport = faulty(fault(when=patches))
        assert (await connection.patch("/registered_models/1", owner="bo", state="LIVE"))["owner"] == "bo"
        assert len(transport.requests) == 2

    async def test_one_doubt_among_the_attempts_is_told(self, faulty):
        connection, _ = faulty(reset_after(when=patches), refused(when=patches, times=MANY))
        with pytest.raises(errors.ConnectionFailed) as caught:
            await connection.patch("/registered_models/1", owner="bo", state="LIVE")
        assert caught.value.may_have_acted


class TestTime:
    async def test_a_slow_answer_is_waited_for(self, faulty):
        connection, transport = faulty(slow(29.0))
        assert (await connection.get("/registered_models/1"))["name"] == "first"
        assert len(transport.requests) == 1

    async def test_a_read_that_takes_too_long_is_asked_for_again(self, faulty):
        connection, transport = faulty(slow(31.0))
        assert (await connection.get("/registered_models/1"))["name"] == "first"
        assert len(transport.requests) == 2

    async def test_the_whole_call_ends_in_time(self, faulty):
        connection, transport = faulty(slow(31.0, times=MANY))
        began = connection.clock.now
        with pytest.raises(errors.DeadlineExceeded):
            await connection.get("/registered_models/1")
        assert connection.clock.now - began <= 60.0
        assert len(transport.requests) == 2

    async def test_pauses_count(self, faulty):
        settings = Settings(base_url=SERVER, timeouts=Timeouts(total=5, connect=1, read=1))
        connection, _ = faulty(busy(times=MANY), settings=settings)
        with pytest.raises(errors.ServerError):
            await connection.get()
        assert connection.clock.pauses == [1.0, 2.0]

    async def test_repeats_are_logged_quietly_and_without_a_token(self, faulty, caplog):
        settings = Settings(base_url=SERVER, token=Token(value="hush"))
        connection, _ = faulty(busy(), settings=settings)
        with caplog.at_level(logging.DEBUG, "modelreg"):
            await connection.get("/registered_models/1")
        [record] = [record for record in caplog.records if record.name == "modelreg"]
        assert record.levelno == logging.DEBUG
        assert "retry 1 in 1.00 s" in record.message
        assert "hush" not in caplog.text


class TestTokens:
    @pytest.fixture
    def path(self, tmp_path):
        path = tmp_path / "token"
        path.write_text("old\n")
        return path

    @pytest.mark.parametrize("verb", ["GET", "POST", "PATCH"])
    async def test_a_file_that_rotates_is_read_again_after_a_refusal(self, store, mode, path, verb):
        transport = GuardedByToken(store, "new", rotates=path)
        connection = AwaitableConnection(
            mode, Settings(base_url=SERVER, token=Token(path=str(path))), transport=transport
        )
        path_of_request = "/registered_models" if verb == "POST" else "/registered_models/1"
        body = None if verb == "GET" else {"name": "second"} if verb == "POST" else {"owner": "bo", "state": "LIVE"}
        await connection.request(verb, path_of_request, json=body)
        assert [request.headers["Authorization"] for request in transport.requests] == ["Bearer old", "Bearer new"]
        assert len(transport.acted) == 1
        assert connection.clock.pauses == []

    async def test_a_file_that_does_not_is_an_error(self, store, mode, path):
        transport = GuardedByToken(store, "new")
        connection = AwaitableConnection(
            mode, Settings(base_url=SERVER, token=Token(path=str(path))), transport=transport
        )
        with pytest.raises(errors.Unauthorized, match="expired"):
            await connection.get()
        assert len(transport.requests) == 1
        path.write_text("new\n")
        assert (await connection.get("/registered_models/1"))["name"] == "first"

    async def test_a_callable_is_asked_again_after_a_refusal(self, store, mode):
        tokens = iter(["old", "new"])
        transport = GuardedByToken(store, "new")
        settings = Settings(base_url=SERVER, token=Token(value=lambda: next(tokens)))
        assert (await AwaitableConnection(mode, settings, transport=transport).get("/registered_models/1"))[
            "name"
        ] == "first"


class TestProbe:
    async def test_a_first_request_that_fails_settles_no_version(self, faulty):
        connection, _ = faulty(html(when=reads), reset_before(when=posts))
        with pytest.raises(errors.InvalidResponse):
            await connection.get()
        with pytest.raises(errors.ConnectionFailed):
            await connection.post(name="second")
        assert str(connection.inner.describe()["api_version"]) == "found on first use [default]"
        await connection.get()
        assert str(connection.inner.describe()["api_version"]) == "v1 [found on first use]"
