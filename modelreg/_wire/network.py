"""Sockets of the sync client: no read, write, connection or TLS handshake outlasts the deadline of its call."""

from __future__ import annotations

import ipaddress
import select
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpcore

from modelreg._concurrency import within
from modelreg._wire.deadline import SHORTEST, cut

T = TypeVar("T")
_Clock = Callable[[], float]
_RECORD = 16384


@contextmanager
def _connecting() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(str(error) or "timed out") from error
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens connections whose every wait is cut to what is left of the call."""

    def __init__(self, clock: _Clock) -> None:
        self._clock = clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that accepts; the addresses share the time that is left."""
        with _connecting():
            source = None if local_address is None else (local_address, 0)
            addresses = look_up(host, port, cut(timeout, self._clock))
            failure: OSError = OSError(f"{host} has no address")
            for number, address in enumerate(addresses):
                left = cut(timeout, self._clock)
                share = None if left is None else max(SHORTEST, left / (len(addresses) - number))
                try:
                    connected = socket.create_connection(address, share, source_address=source)
                except OSError as error:
                    failure = error
                    continue
                connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for option in socket_options or ():
                    connected.setsockopt(*option)
                return DeadlineStream(connected, self._clock, timeout)
            raise failure


def look_up(host: str, port: int, seconds: float | None) -> list[tuple[str, int]]:
    """Return the addresses of a host.

    Args:
        host: Its name or address.
        port: The port.
        seconds: How long a look-up may take; one that hangs is left behind in its thread.

    Raises:
        OSError: There is no such host; TimeoutError is one.
    """
    if is_address(host) or seconds is None:
        return [(host, port)]
    found = within(max(SHORTEST, seconds), lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    return [(str(entry[4][0]), port) for entry in found]


def is_address(host: str) -> bool:
    """Return whether a host is an IP address, which needs no look-up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class DeadlineStream(httpcore.NetworkStream):
    """A connected socket.

    Args:
        connected: The socket, plain or TLS.
        clock: What the deadlines of requests are moments of.
        fallback: The limit for reads and writes that are given none, as those of a SOCKS handshake are.
    """

    def __init__(self, connected: socket.socket, clock: _Clock, fallback: float | None = None) -> None:
        self._socket = connected
        self._clock = clock
        self._fallback = fallback

    def _wait(self, limit: float | None) -> None:
        left = cut(self._fallback if limit is None else limit, self._clock)
        if left is not None and left <= 0:
            raise TimeoutError("timed out")
        self._socket.settimeout(left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, at most so many bytes; none at the end."""
        try:
            self._wait(timeout)
            return self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it; a peer that takes it byte by byte gets no more time."""
        try:
            rest = memoryview(buffer)
            while rest:
                self._wait(timeout)
                rest = rest[self._socket.send(rest) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Make it a TLS connection; over one that is one already, as behind a proxy by https, TLS runs inside TLS."""
        try:
            with _connecting():
                if isinstance(self._socket, ssl.SSLSocket):
                    return TlsInTlsStream(self, ssl_context, server_hostname, timeout)
                self._wait(timeout)
                # The socket's timeout is the limit of the whole handshake.
                wrapped = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
                return DeadlineStream(wrapped, self._clock, self._fallback)
        except BaseException:
            self.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks of a connection."""
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        if info == "client_addr":
            return self._socket.getsockname()
        if info == "server_addr":
            return self._socket.getpeername()
        if info == "socket":
            return self._socket
        return _is_readable(self._socket) if info == "is_readable" else None


class TlsInTlsStream(httpcore.NetworkStream):
    """TLS inside another TLS connection, which the `ssl` module cannot wrap as a socket."""

    def __init__(
        self,
        outer: DeadlineStream,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None,
        timeout: float | None,
    ) -> None:
        self._outer = outer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = ssl_context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_hostname)
        try:
            self._run(self._tls.do_handshake, timeout)
        except (httpcore.ReadTimeout, httpcore.WriteTimeout) as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except (httpcore.ReadError, httpcore.WriteError) as error:
            raise httpcore.ConnectError(str(error)) from error

    def _run(self, step: Callable[[], T], timeout: float | None) -> T:
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._outer.write(self._outgoing.read(), timeout)
                if received := self._outer.read(_RECORD, timeout):
                    self._incoming.write(received)
                else:
                    self._incoming.write_eof()
            else:
                self._outer.write(self._outgoing.read(), timeout)
                return result

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, at most so many bytes; none at the end."""
        try:
            return self._run(lambda: self._tls.read(max_bytes), timeout)
        except ssl.SSLError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        try:
            rest = memoryview(buffer)
            while rest:
                written = self._run(lambda rest=rest: self._tls.write(rest), timeout)  # type: ignore[misc]
                rest = rest[written:]
        except ssl.SSLError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        """Close the connection that carries it."""
        self._outer.close()

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks of a connection."""
        return self._tls if info == "ssl_object" else self._outer.get_extra_info(info)


def _is_readable(connected: socket.socket) -> bool:
    """Return whether an idle connection has something to read, which means that its peer closed it."""
    descriptor = connected.fileno()
    if descriptor < 0:
        return True
    if not hasattr(select, "poll"):
        return bool(select.select([descriptor], [], [], 0)[0])
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(0))
