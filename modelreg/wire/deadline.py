"""Decides how long an attempt may take and how much an answer may hold."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

import httpx

from modelreg.config import Timeouts
from modelreg.errors import DeadlineExceeded, InvalidResponse
from modelreg.wire.answers import Question

# Far above any page of a list; an answer to a failure is read only as far as an error quotes it.
GIANT = 64 * 2**20
_GIANT_PACKED = 4 * 2**20
_FAILURE = 64 * 2**10

_Clock = Callable[[], float]


class Deadline:
    """The moment by which a whole call has to be over, repeats and pauses included."""

    def __init__(self, seconds: float, clock: _Clock) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def remaining(self) -> float:
        """Return the seconds that are left; 0 when it is over."""
        return max(0.0, self._end - self._clock())

    def over(self) -> bool:
        """Return whether it is over."""
        return self._clock() >= self._end


def phases_of(timeouts: Timeouts) -> dict[str, float | None]:
    """Return how long each phase of a request may last, by the names that httpx gives them."""
    return {
        "connect": timeouts.connect,
        "read": timeouts.read,
        "write": timeouts.read,
        "pool": timeouts.connect,
    }


class PhaseTimeouts(dict[str, float | None]):
    """The timeouts of one request as httpx hands them down, cut to what is left when a phase begins.

    The transport asks for "connect", "write", "read" and "pool" one by one, as it comes to them.
    """

    def __init__(self, phases: Mapping[str, float | None], deadline: Deadline) -> None:
        super().__init__(phases)
        self._deadline = deadline

    def get(self, key: str, default: Any = None) -> Any:
        """Return the seconds that the phase may last, never 0, which would mean without waiting."""
        if key not in self:
            return default
        limit, left = self[key], self._deadline.remaining()
        return max(0.001, left if limit is None else min(limit, left))


class GuardedStream(httpx.AsyncByteStream, httpx.SyncByteStream):
    """A body that ends in an error of ours when it grows past all measure or comes too slowly."""

    def __init__(self, response: httpx.Response, deadline: Deadline, question: Question) -> None:
        self._stream: Any = response.stream
        self._deadline = deadline
        self._question = question
        self._quoted_only = not response.is_success
        packed = "content-encoding" in response.headers
        self._limit = _FAILURE if self._quoted_only else _GIANT_PACKED if packed else GIANT
        self._seen = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            yield chunk
            if self._full(chunk):
                return

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk
            if self._full(chunk):
                return

    def close(self) -> None:
        """Close the body."""
        self._stream.close()

    async def aclose(self) -> None:
        """Close the body."""
        await self._stream.aclose()

    def _full(self, chunk: bytes) -> bool:
        self._seen += len(chunk)
        if self._deadline.over():
            raise self._question.error(
                DeadlineExceeded, "the answer comes too slowly", may_have_acted=self._question.writes
            )
        if self._seen <= self._limit:
            return False
        if self._quoted_only:
            return True
        what = f"the answer is larger than {self._limit // 2**20} MiB"
        raise self._question.error(InvalidResponse, what, may_have_acted=self._question.writes)
