"""Reading of request bodies within limits of size, time, and memory over all requests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from attrs import define

from modelreg.local._registry.server.asgi import Headers, Receive
from modelreg.local._registry.server.options import Limits


class BodyRefused(Exception):  # noqa: N818 - becomes a response
    """A request whose body is not read to its end; becomes a response with an error status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class ClientGone(Exception):  # noqa: N818 - nobody is there to be told
    """The client closed the connection before its request was complete."""


@define
class Held:
    """Bytes that one request holds of the memory for bodies."""

    memory: BodyMemory
    size: int = 0

    def add(self, size: int) -> None:
        """Hold more bytes.

        Raises:
            BodyRefused: 503, the requests under way hold as many as they may.
        """
        if self.memory.used + size > self.memory.limit:
            raise BodyRefused(503, f"the requests under way hold {self.memory.limit} bytes already: try again")
        self.memory.used += size
        self.size += size


class BodyMemory:
    """The memory that the bodies of all requests under way share; used by one event loop."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0

    @contextmanager
    def request(self) -> Iterator[Held]:
        """Yield what one request holds, and free it at the end of the request."""
        held = Held(self)
        try:
            yield held
        finally:
            self.used -= held.size


async def read_body(headers: Headers, receive: Receive, limits: Limits, held: Held) -> bytes:
    """Return the body of a request.

    Raises:
        BodyRefused: 413 when it is too large, 408 when it takes too long, 503 when there is no room for it.
        ClientGone: The client closed the connection.
    """
    declared = next((value for name, value in headers if name == b"content-length"), b"")
    if declared.isdigit() and int(declared) > limits.max_body:
        raise _too_large(limits)
    try:
        async with asyncio.timeout(limits.body_seconds):
            return await _read(receive, limits, held)
    except TimeoutError as error:
        raise BodyRefused(408, f"the body did not arrive within {limits.body_seconds:g} seconds") from error


async def _read(receive: Receive, limits: Limits, held: Held) -> bytes:
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        if held.size + len(part) > limits.max_body:
            raise _too_large(limits)
        held.add(len(part))
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def _too_large(limits: Limits) -> BodyRefused:
    return BodyRefused(413, f"the body of a request has at most {limits.max_body} bytes")
