"""A relay between a client and a server on loopback that cuts, silences, alters or answers what passes."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable
from typing import Self
from urllib.parse import urlsplit

Response = Callable[[str, str], bytes | None]


class Relay:
    """Passes connections on to a server.

    Attributes:
        cut_request_after: Bytes of requests after which the connection is closed, once.
        cut_response_after: Bytes of responses after which it is closed, once.
        silent: Whether requests are read and never answered.
        answer: Returns the response to a request's method and path, or None to pass it on.
        alter: Changes the bytes of responses.
        strip: A header, in lower case, that is taken out of requests.
        rewrite: Changes the head of a request.
    """

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._upstream = (str(parts.hostname), int(parts.port or 80))
        self.cut_request_after: int | None = None
        self.cut_response_after: int | None = None
        self.silent = False
        self.answer: Response = lambda method, path: None
        self.alter: Callable[[bytes], bytes] = lambda block: block
        self.strip: bytes | None = None
        self.rewrite: Callable[[bytes], bytes] = lambda head: head
        self.requests: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        with self._lock:
            for each in self._sockets:
                _close(each)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._sockets.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            head = self._read_head(client)
            server = socket.create_connection(self._upstream)
        except OSError:
            _close(client)
            return
        with self._lock:
            self._sockets.append(server)
        threading.Thread(target=self._answer_back, args=(server, client), daemon=True).start()
        try:
            while head:
                method, path = head.split(b" ", 2)[:2]
                self.requests.append(f"{method.decode()} {path.decode()}")
                if self.silent:
                    while client.recv(65536):
                        pass
                elif (ready := self.answer(method.decode(), path.decode())) is not None:
                    client.sendall(ready)
                    break
                self._pass_request(client, server, head)
                head = self._read_head(client)
        except OSError:
            pass
        _close(server)
        _close(client)

    def _read_head(self, client: socket.socket) -> bytes:
        head = b""
        while b"\r\n\r\n" not in head:
            block = client.recv(1)
            if not block:
                return b""
            head += block
        return head

    def _pass_request(self, client: socket.socket, server: socket.socket, head: bytes) -> None:
        if self.strip is not None:
            head = re.sub(rb"(?im)^" + re.escape(self.strip) + rb":[^\r]*\r\n", b"", head)
        head = self.rewrite(head)
        match = re.search(rb"(?im)^content-length: *(\d+)", head)
        left = int(match[1]) if match else 0
        server.sendall(head)
        while left:
            block = client.recv(min(left, 65536))
            if not block:
                raise OSError
            left -= len(block)
            if self.cut_request_after is not None:
                self.cut_request_after -= len(block)
                if self.cut_request_after <= 0:
                    self.cut_request_after = None
                    raise OSError
            server.sendall(block)

    def _answer_back(self, server: socket.socket, client: socket.socket) -> None:
        try:
            while block := server.recv(65536):
                if self.cut_response_after is not None:
                    if len(block) >= self.cut_response_after:
                        client.sendall(block[: self.cut_response_after])
                        self.cut_response_after = None
                        break
                    self.cut_response_after -= len(block)
                client.sendall(self.alter(block))
        except OSError:
            pass
        _close(client)
        _close(server)


def _close(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()


def s3_error(status: int, code: str, message: str) -> bytes:
    """Return an S3 server's response to a request that it refuses."""
    body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'.encode()
    head = f"HTTP/1.1 {status} Refused\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
