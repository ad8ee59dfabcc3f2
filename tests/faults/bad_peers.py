"""Servers and proxies that misbehave on real sockets, one behaviour each; everything listens on 127.0.0.1.

    with listening(drip(b"HTTP/1.1 200 OK\\r\\n")) as port: ...

A behaviour is a function of one accepted connection. It ends when the peer closes, or when the block ends.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

Behaviour: TypeAlias = Callable[[socket.socket, threading.Event], None]

#: Seconds between two bytes of a drip.
PACE = 0.02
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
#: The head of a TLS record with a handshake message that is longer than what will ever come.
TLS_RECORD = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"


@contextmanager
def listening(behaviour: Behaviour, *, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Accept connections and give each to the behaviour, in a thread of its own; yield the port."""
    stop = threading.Event()
    threads: list[threading.Thread] = []
    open_sockets: list[socket.socket] = []

    def serve(accepted: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), accepted:
            if tls is None:
                behaviour(accepted, stop)
                return
            with tls.wrap_socket(accepted, server_side=True) as wrapped:
                open_sockets.append(wrapped)
                behaviour(wrapped, stop)

    def accept() -> None:
        while not stop.is_set():
            try:
                accepted, _ = listener.accept()
            except OSError:
                return
            open_sockets.append(accepted)
            threads.append(threading.Thread(target=serve, args=(accepted,), daemon=True))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield listener.getsockname()[1]
        finally:
            stop.set()
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            for one in open_sockets:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            for thread in (accepting, *threads):
                thread.join(5)


def read_request(connection: socket.socket) -> bytes:
    """Read one request with its head and, where a length is given, its body."""
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65536)
        if not received:
            raise ConnectionError
        data += received
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def drip(*, before: bytes = b"", byte: bytes = b"x", first: bool = True) -> Behaviour:
    """Send the beginning at once, and then one piece after the other, for ever.

    Args:
        before: What comes at once.
        byte: What comes again and again.
        first: Whether a request is read before.
    """

    def behave(connection: socket.socket, stop: threading.Event) -> None:
        if first:
            read_request(connection)
        connection.sendall(before)
        while not stop.wait(PACE):
            connection.sendall(byte)

    return behave


def flood(piece: bytes, *, before: bytes = b"") -> Behaviour:
    """Send the same piece as fast as it is taken, for ever."""

    def behave(connection: socket.socket, stop: threading.Event) -> None:
        read_request(connection)
        connection.sendall(before)
        while not stop.is_set():
            connection.sendall(piece * 100)

    return behave


def silent(connection: socket.socket, stop: threading.Event) -> None:
    """Take the connection and say nothing."""
    stop.wait()


def slow_reader(connection: socket.socket, stop: threading.Event) -> None:
    """Take what is sent byte by byte."""
    while not stop.wait(PACE):
        connection.recv(1)


def reply(content: bytes, *, status: bytes = b"200 OK", encoding: str = "") -> Behaviour:
    """Send one well-formed response to every request."""

    def behave(connection: socket.socket, stop: threading.Event) -> None:
        encoded = f"Content-Encoding: {encoding}\r\n".encode() if encoding else b""
        while not stop.is_set():
            read_request(connection)
            connection.sendall(
                b"HTTP/1.1 %b\r\nContent-Type: application/json\r\n%bContent-Length: %d\r\n\r\n%b"
                % (status, encoded, len(content), content)
            )

    return behave


def raw(data: bytes, *, reset: bool = False) -> Behaviour:
    """Send these bytes after a request and end the connection, with a reset or in good order."""

    def behave(connection: socket.socket, stop: threading.Event) -> None:
        read_request(connection)
        connection.sendall(data)
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        connection.close()

    return behave


def tunnel(inner: Behaviour) -> Behaviour:
    """Be a proxy that opens a tunnel and behaves like this inside of it."""

    def behave(connection: socket.socket, stop: threading.Event) -> None:
        assert read_request(connection).startswith(b"CONNECT ")
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        inner(connection, stop)

    return behave


def gzip_bomb(mebibytes: int, times: int = 1) -> bytes:
    """Return so many MiB of a JSON object, compressed as often."""
    packed = zlib.compressobj(9, wbits=31)
    data = packed.compress(b'{"a":"')
    for _ in range(mebibytes):
        data += packed.compress(b"a" * 2**20)
    data += packed.compress(b'"}') + packed.flush()
    for _ in range(times - 1):
        data = gzip.compress(data)
    return data


DEEP = b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
DEEP_OBJECTS = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
