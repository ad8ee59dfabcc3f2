"""A call ends in time, and a response has a size."""

import asyncio
import gzip
import zlib

import httpx
import pytest

from modelreg._async import senders as async_senders
from modelreg._config import Settings, Timeouts
from modelreg._sync import senders
from modelreg._wire.deadline import TimeLimit, cut, limits_of, phases_of
from modelreg.errors import DeadlineExceeded, InvalidResponse
from tests.unit.wire.making import outgoing

SMALL = Settings(base_url="https://registry", max_response_bytes=2**20)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body whose every chunk takes its time."""

    def __init__(self, *chunks, clock=None, seconds=0.0):
        self.chunks, self.clock, self.seconds = chunks, clock, seconds
        self.given = 0

    def __iter__(self):
        for chunk in self.chunks:
            if self.clock is not None:
                self.clock.now += self.seconds
            self.given += 1
            yield chunk

    async def __aiter__(self):
        for chunk in self:
            yield chunk


@pytest.fixture(params=["sync", "async"])
def body(request):
    """Read a body as either client does."""

    def read(chunks, status=200, clock=None, encoding=None, settings=SMALL):
        headers = [(b"Content-Type", b"application/json")]
        if encoding:
            headers.append((b"Content-Encoding", encoding.encode()))
        sent = outgoing("POST", "/registered_models", settings=settings, clock=clock or Clock())
        if request.param == "sync":
            return senders.read_body(chunks, headers, status, sent)[0]
        return asyncio.run(async_senders.read_body(chunks, headers, status, sent))[0]

    return read


class TestLimits:
    def test_each_phase_is_cut_to_what_is_left(self):
        phases = phases_of(Timeouts(total=60, connect=5, read=20))
        assert phases == {"connect": 5, "read": 20, "write": 20, "pool": 5}
        assert limits_of(phases, 60.0, 60.0) == phases
        assert limits_of(phases, 60.0, 2.0) == {"connect": 2.0, "read": 2.0, "write": 2.0, "pool": 2.0}
        assert 0 < limits_of(phases, 60.0, 0.0)["read"] < 0.1

    def test_a_phase_without_a_limit_of_its_own_lasts_as_long_as_the_call(self):
        assert limits_of({"read": None}, 30.0, 20.0) == {"read": 20.0}

    def test_no_phase_is_longer_than_the_call(self):
        assert set(phases_of(Timeouts(total=1, connect=5, read=20)).values()) == {1}

    def test_a_wait_is_cut_when_it_begins(self):
        clock = Clock()
        limit = TimeLimit(20.0)
        limit.end = 30.0
        assert cut(limit, clock) == 20.0
        clock.now = 28.0
        assert cut(limit, clock) == 2.0
        clock.now = 31.0
        assert cut(limit, clock) == -1.0
        assert cut(5.0, clock) == 5.0
        assert cut(None, clock) is None


class TestTime:
    def test_a_body_that_drips_past_the_deadline_ends(self, body):
        clock = Clock()
        with pytest.raises(DeadlineExceeded) as caught:
            body(Chunks(*[b"x"] * 100, clock=clock, seconds=3.0), clock=clock)
        assert clock.now == 12.0
        assert caught.value.may_have_acted
        assert caught.value.resource == "registered_models"


class TestSize:
    def test_a_body_within_the_limit_passes(self, body):
        assert len(body(Chunks(b"x" * 2**19, b"y" * 2**19))) == 2**20

    def test_a_larger_one_ends_where_it_passes_the_limit(self, body):
        chunks = Chunks(*[b"x" * 2**19] * 100)
        with pytest.raises(InvalidResponse) as caught:
            body(chunks)
        assert caught.value.reason == "response_too_large"
        assert chunks.given == 3

    @pytest.mark.parametrize("status", [400, 500, 302])
    def test_of_a_response_to_a_failure_only_the_beginning_is_read(self, body, status):
        chunks = Chunks(*[b"x" * 2**15] * 10**4)
        assert len(body(chunks, status=status)) == 3 * 2**15
        assert chunks.given == 3


def bomb(mebibytes, times=1):
    packed = zlib.compressobj(9, wbits=31)
    data = b"".join([*(packed.compress(b"\0" * 2**20) for _ in range(mebibytes)), packed.flush()])
    for _ in range(times - 1):
        data = gzip.compress(data)
    return data


class TestCompression:
    @pytest.mark.parametrize(
        ("encoding", "pack"),
        [
            ("gzip", gzip.compress),
            ("x-gzip", gzip.compress),
            ("GZIP", gzip.compress),
            ("deflate", zlib.compress),
            ("deflate", lambda data: zlib.compress(data)[2:-4]),
            ("identity", lambda data: data),
            ("gzip, gzip", lambda data: gzip.compress(gzip.compress(data))),
            ("deflate, identity, gzip", lambda data: gzip.compress(zlib.compress(data))),
        ],
    )
    def test_what_was_asked_for_is_read(self, body, encoding, pack):
        packed = pack(b'{"id": "1"}' * 1000)
        pieces = [packed[start : start + 7] for start in range(0, len(packed), 7)]
        assert body(Chunks(*pieces), encoding=encoding) == b'{"id": "1"}' * 1000

    def test_an_empty_body_is_empty(self, body):
        assert body(Chunks(), encoding="gzip") == b""

    @pytest.mark.parametrize(("encoding", "times"), [("gzip", 1), ("gzip, gzip", 2), ("gzip,gzip,gzip", 3)])
    def test_a_bomb_ends_at_the_limit(self, body, encoding, times):
        with pytest.raises(InvalidResponse) as caught:
            body(Chunks(bomb(64, times)), encoding=encoding)
        assert caught.value.reason == "response_too_large"

    def test_of_a_failure_that_is_a_bomb_the_beginning_is_read(self, body):
        assert len(body(Chunks(bomb(64)), encoding="gzip", status=500)) <= 2**16 + 1

    @pytest.mark.parametrize(
        ("content", "encoding"),
        [(b"plain", "gzip"), (b"plain", "deflate"), (gzip.compress(b"x" * 99, mtime=0)[:-5], "gzip"), (b"x", "br")],
    )
    def test_what_is_not_what_its_encoding_says_is_an_error(self, body, content, encoding):
        with pytest.raises(httpx.DecodingError):
            body(Chunks(content), encoding=encoding)

    def test_a_failure_is_an_error_anyway(self, body):
        assert body(Chunks(b"plain"), encoding="gzip", status=500) == b""
