"""A call ends in time, and an answer has a size."""

import asyncio

import httpx
import pytest

from modelreg.config import Settings, Timeouts
from modelreg.errors import DeadlineExceeded, InvalidResponse
from modelreg.wire import deadline as limits
from modelreg.wire.answers import Question
from modelreg.wire.deadline import Deadline, GuardedStream, PhaseTimeouts, phases_of

POST = Question(method="POST", path="/registered_models", version="v1", url="https://r", settings=Settings())


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body whose every chunk takes its time."""

    def __init__(self, count, size, clock=None, seconds=0.0):
        self.count, self.size, self.clock, self.seconds = count, size, clock, seconds
        self.closed = self.given = 0

    def __iter__(self):
        for _ in range(self.count):
            if self.clock is not None:
                self.clock.now += self.seconds
            self.given += 1
            yield b"x" * self.size

    async def __aiter__(self):
        for chunk in self:
            yield chunk

    def close(self):
        self.closed += 1

    async def aclose(self):
        self.closed += 1


def read(stream):
    content = b"".join(stream)
    stream.close()
    return content


def aread(stream):
    async def everything():
        content = b"".join([chunk async for chunk in stream])
        await stream.aclose()
        return content

    return asyncio.run(everything())


@pytest.fixture(params=[read, aread])
def body(request):
    return request.param


def guarded(chunks, status=200, clock=None, headers=None):
    response = httpx.Response(status, stream=chunks, headers=headers)
    return GuardedStream(response, Deadline(10.0, clock or Clock()), POST)


def test_what_remains_shrinks_to_nothing():
    clock = Clock()
    deadline = Deadline(5.0, clock)
    clock.now = 3.0
    assert (deadline.remaining(), deadline.over()) == (2.0, False)
    clock.now = 9.0
    assert (deadline.remaining(), deadline.over()) == (0.0, True)


def test_each_phase_is_cut_to_what_remains_when_it_begins():
    clock = Clock()
    phases = PhaseTimeouts(phases_of(Timeouts(total=60, connect=5, read=20)), Deadline(30.0, clock))
    assert phases == {"connect": 5, "read": 20, "write": 20, "pool": 5}
    assert (phases.get("connect"), phases.get("read")) == (5, 20)
    clock.now = 28.0
    assert (phases.get("connect"), phases.get("read"), phases.get("pool")) == (2.0, 2.0, 2.0)
    clock.now = 99.0
    assert 0 < phases.get("read") < 0.1
    assert phases.get("other") is None
    assert phases.get("other", 1.5) == 1.5


def test_a_phase_without_a_limit_of_its_own_lasts_as_long_as_the_call():
    clock = Clock()
    phases = PhaseTimeouts({"read": None}, Deadline(30.0, clock))
    clock.now = 10.0
    assert phases.get("read") == 20.0


def test_a_body_passes_and_is_closed(body):
    chunks = Chunks(3, 10)
    assert body(guarded(chunks)) == b"x" * 30
    assert chunks.closed == 1


def test_a_body_that_drips_past_the_deadline_ends(body):
    clock = Clock()
    with pytest.raises(DeadlineExceeded, match="too slowly") as caught:
        body(guarded(Chunks(100, 1, clock, seconds=3.0), clock=clock))
    assert clock.now == 12.0
    assert caught.value.may_have_acted
    assert caught.value.resource == "registered_models"


def test_a_body_past_all_measure_ends(body, monkeypatch):
    monkeypatch.setattr(limits, "GIANT", 2**20)
    chunks = Chunks(100, 2**19)
    with pytest.raises(InvalidResponse, match="larger than 1 MiB"):
        body(guarded(chunks))
    assert chunks.given == 3


def test_a_packed_body_is_measured_more_closely(body):
    with pytest.raises(InvalidResponse, match="larger than 4 MiB"):
        body(guarded(Chunks(100, 2**20), headers={"Content-Encoding": "gzip"}))


def test_of_an_answer_to_a_failure_only_the_beginning_is_read(body):
    chunks = Chunks(10**6, 2**15)
    assert len(body(guarded(chunks, status=500))) == 3 * 2**15
    assert chunks.closed == 1
