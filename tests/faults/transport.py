"""A transport that goes wrong on purpose, before another one or after it; the same faults sync and async.

    transport = FaultyTransport(LocalTransport(path), reset_after(when=posts))
    registry = ModelRegistry(path, transport=transport)

Every fault happens once unless `times` says otherwise, to the first request that `when` is true of.
`transport.requests` holds every request that came, `transport.acted` those that reached the server.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import attrs
import httpx

When: TypeAlias = Callable[[httpx.Request], bool]
LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>"


def always(request: httpx.Request) -> bool:
    """Every request."""
    return True


def posts(request: httpx.Request) -> bool:
    """Every request that creates."""
    return request.method == "POST"


def patches(request: httpx.Request) -> bool:
    """Every request that changes."""
    return request.method == "PATCH"


def reads(request: httpx.Request) -> bool:
    """Every request that reads."""
    return request.method == "GET"


def writes(request: httpx.Request) -> bool:
    """Every request that creates or changes."""
    return request.method != "GET"


class Clock:
    """A clock that stands still but for the pauses and latencies of a test."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def pause(self, seconds: float) -> None:
        """Stand in for `time.sleep`."""
        self.pauses.append(seconds)
        self.advance(seconds)

    async def async_pause(self, seconds: float) -> None:
        """Stand in for `asyncio.sleep`."""
        self.pause(seconds)


@attrs.define
class Fault:
    """One thing that goes wrong.

    Attributes:
        when: the requests that it happens to.
        times: how often it happens.
        acts: whether the server does what the request says before it goes wrong.
        error: what the caller's httpx raises then.
        answer: what is made of the server's answer; of an empty one where it did not act.
        latency: seconds that pass first; past the request's own patience it ends in a timeout.
    """

    when: When = always
    times: int = 1
    acts: bool = False
    error: Callable[[httpx.Request], Exception] | None = None
    answer: Callable[[httpx.Response], httpx.Response] | None = None
    latency: float = 0.0


def refused(*, when: When = always, times: int = 1) -> Fault:
    """The connection cannot be made: nothing was sent."""
    return Fault(when, times, error=lambda request: httpx.ConnectError("connection refused", request=request))


def reset_before(*, when: When = always, times: int = 1) -> Fault:
    """The connection breaks before the server did anything, which the caller cannot know."""
    return Fault(when, times, error=lambda request: httpx.ReadError("connection reset by peer", request=request))


def reset_after(*, when: When = always, times: int = 1) -> Fault:
    """The server acts, and the connection breaks before its answer is out."""
    return attrs.evolve(reset_before(when=when, times=times), acts=True)


def slow(seconds: float, *, acts: bool = True, when: When = always, times: int = 1) -> Fault:
    """The answer takes its time; beyond the caller's patience it never comes."""
    return Fault(when, times, acts=acts, latency=seconds)


def truncated(*, announced: bool = True, when: When = always, times: int = 1) -> Fault:
    """The server acts, and half of its answer arrives.

    Args:
        announced: whether the missing half was announced, so that httpx notices; else a proxy made it look whole.
        when: the requests that it happens to.
        times: how often it happens.
    """

    def half(response: httpx.Response) -> httpx.Response:
        content = response.content[: len(response.content) // 2]
        if announced:
            return httpx.Response(response.status_code, headers=_plain(response), stream=_Broken(content))
        return httpx.Response(response.status_code, headers=_plain(response), content=content)

    return Fault(when, times, acts=True, answer=half)


def html(status: int = 200, *, acts: bool = False, when: When = always, times: int = 1) -> Fault:
    """A login page or a proxy answers."""
    return Fault(when, times, acts, answer=lambda _: httpx.Response(status, html=LOGIN_PAGE))


def empty(status: int = 200, *, acts: bool = False, when: When = always, times: int = 1) -> Fault:
    """An answer without a body."""
    return Fault(when, times, acts, answer=lambda _: httpx.Response(status))


def giant(status: int = 200, *, mebibytes: int = 65, when: When = always, times: int = 1) -> Fault:
    """An answer that does not end."""
    return Fault(when, times, answer=lambda _: httpx.Response(status, stream=_Endless(mebibytes)))


def busy(
    status: int = 503,
    *,
    retry_after: str | None = None,
    acts: bool = False,
    when: When = always,
    times: int = 1,
) -> Fault:
    """429, 502, 503 or 504, with and without Retry-After."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    body = {"code": str(status), "message": "busy"}
    return Fault(when, times, acts, answer=lambda _: httpx.Response(status, headers=headers, json=body))


class FaultyTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Carries requests to another transport, with faults on the way."""

    def __init__(self, inner: Any, *faults: Fault, clock: Clock | None = None) -> None:
        self.inner = inner
        self.faults = [attrs.evolve(fault) for fault in faults]
        self.clock = clock or Clock()
        self.requests: list[httpx.Request] = []
        self.acted: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Respond, or go wrong."""
        request.read()
        fault = self._met(request)
        if fault is None:
            return self._reached(request, self.inner.handle_request(request))
        response = httpx.Response(200)
        if fault.acts or _only_slow(fault):
            response = self._reached(request, self.inner.handle_request(request))
            response.read()
        return self._outcome(fault, request, response)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Respond, or go wrong."""
        await request.aread()
        fault = self._met(request)
        if fault is None:
            return self._reached(request, await self.inner.handle_async_request(request))
        response = httpx.Response(200)
        if fault.acts or _only_slow(fault):
            response = self._reached(request, await self.inner.handle_async_request(request))
            await response.aread()
        return self._outcome(fault, request, response)

    def _met(self, request: httpx.Request) -> Fault | None:
        self.requests.append(_copy(request))
        for fault in self.faults:
            if fault.times > 0 and fault.when(request):
                fault.times -= 1
                if fault.latency and not fault.acts:
                    self._wait(fault, request)
                return fault
        return None

    def _reached(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        self.acted.append(_copy(request))
        return response

    def _outcome(self, fault: Fault, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if fault.latency and fault.acts:
            self._wait(fault, request)
        if fault.error is not None:
            raise fault.error(request)
        return response if fault.answer is None else fault.answer(response)

    def _wait(self, fault: Fault, request: httpx.Request) -> None:
        patience = request.extensions["timeout"].get("read")
        if patience is not None and fault.latency > patience:
            self.clock.advance(patience)
            raise httpx.ReadTimeout("timed out", request=request)
        self.clock.advance(fault.latency)

    def close(self) -> None:
        """Close the other transport."""
        self.inner.close()

    async def aclose(self) -> None:
        """Close the other transport."""
        await self.inner.aclose()


class GuardedByToken(FaultyTransport):
    """Responds 401 to every request that does not carry the token of the moment.

    Args:
        inner: answers the others.
        good: the token of the moment.
        rotates: a file into which the good token is written after the first 401, as whoever rotates it would.
    """

    def __init__(self, inner: Any, good: str, *, rotates: Path | None = None) -> None:
        super().__init__(inner, Fault(self._is_stranger, 10**6, answer=self._refuse))
        self.good = good
        self.rotates = rotates

    def _is_stranger(self, request: httpx.Request) -> bool:
        return str(request.headers.get("Authorization")) != f"Bearer {self.good}"

    def _refuse(self, _: httpx.Response) -> httpx.Response:
        if self.rotates is not None:
            self.rotates.write_text(f"{self.good}\n", encoding="utf-8")
        return httpx.Response(401, json={"code": "Unauthorized", "message": "who is it?"})


def _copy(request: httpx.Request) -> httpx.Request:
    """Return a request as it is now; httpx sends the same one again with another token."""
    return httpx.Request(request.method, request.url, headers=request.headers, content=request.content)


def _only_slow(fault: Fault) -> bool:
    """Whether the fault is over once time has passed."""
    return bool(fault.latency) and fault.error is None and fault.answer is None


def _plain(response: httpx.Response) -> Mapping[str, str]:
    return {"Content-Type": response.headers.get("content-type", "application/json")}


class _Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    def chunks(self) -> Iterator[bytes]:
        raise NotImplementedError

    def __iter__(self) -> Iterator[bytes]:
        return self.chunks()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks():
            yield chunk


class _Broken(_Stream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def chunks(self) -> Iterator[bytes]:
        yield self._content
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


class _Endless(_Stream):
    def __init__(self, mebibytes: int) -> None:
        self._left = mebibytes

    def chunks(self) -> Iterator[bytes]:
        chunk = b" " * 2**20
        for _ in range(self._left):
            yield chunk
