"""Sockets of the async client: no read, write, connection or TLS handshake outlasts the deadline of its call."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from modelreg._concurrency import async_thread_within
from modelreg._wire.deadline import SHORTEST, cut
from modelreg._wire.network import is_address

_Clock = Callable[[], float]


class AsyncDeadlineBackend(httpcore.AsyncNetworkBackend):
    """Opens connections whose every wait is cut to what is left of the call."""

    def __init__(self, clock: _Clock) -> None:
        self._clock = clock
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of a host that accepts; the addresses share the time that is left."""
        addresses = await _look_up(host, port, cut(timeout, self._clock))
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for number, address in enumerate(addresses):
            left = cut(timeout, self._clock)
            share = None if left is None else max(SHORTEST, left / (len(addresses) - number))
            try:
                stream = await self._backend.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return AsyncDeadlineStream(stream, self._clock, timeout)
        raise failure

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._backend.sleep(seconds)


async def _look_up(host: str, port: int, seconds: float | None) -> list[str]:
    """Return the addresses of a host; a look-up that hangs is left behind in its thread."""
    import socket

    if is_address(host) or seconds is None:
        return [host]
    try:
        found = await async_thread_within(
            max(SHORTEST, seconds), lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(f"the look-up of {host} took too long") from error
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    return [str(entry[4][0]) for entry in found]


class AsyncDeadlineStream(httpcore.AsyncNetworkStream):
    """A connection, plain or TLS.

    Args:
        stream: The connection without a deadline.
        clock: What the deadlines of requests are moments of.
        fallback: The limit for reads and writes that are given none, as those of a SOCKS handshake are.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream, clock: _Clock, fallback: float | None = None) -> None:
        self._stream = stream
        self._clock = clock
        self._fallback = fallback

    def _left(self, limit: float | None) -> float | None:
        return cut(self._fallback if limit is None else limit, self._clock)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, at most so many bytes; none at the end."""
        left = self._left(timeout)
        if left is not None and left <= 0:
            raise httpcore.ReadTimeout("timed out")
        return await self._stream.read(max_bytes, left)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it; a peer that takes it byte by byte gets no more time."""
        left = self._left(timeout)
        if left is not None and left <= 0:
            raise httpcore.WriteTimeout("timed out")
        await self._stream.write(buffer, left)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Make it a TLS connection."""
        left = self._left(timeout)
        stream = await self._stream.start_tls(
            ssl_context, server_hostname, None if left is None else max(SHORTEST, left)
        )
        return AsyncDeadlineStream(stream, self._clock, self._fallback)

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks of a connection."""
        return self._stream.get_extra_info(info)
