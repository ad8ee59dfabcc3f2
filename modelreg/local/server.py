"""Puts the registry behind a real HTTP server: the same app, with a token, TLS and a limit on what it will read.

Needs the extra ``server``; imported by nothing that works in process.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import uvicorn
from attrs import frozen
from uvicorn.config import LOGGING_CONFIG

from modelreg.local.answers import Answer, as_error
from modelreg.local.app import App
from modelreg.local.errors import LocalError

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

#: How many requests are at work in the database at once.
WORKERS = 8
LARGEST_BODY = 16 * 1024 * 1024
_GRACE_SECONDS = 30
_BACKLOG = 2048
_OPEN_TO_ALL = "/readyz/"


class ServeError(LocalError):
    """The server cannot be started as asked; the message says why."""


@frozen
class Serving:
    """How a registry is served.

    Attributes:
        host: the address to bind to.
        port: the port to bind to; 0 takes a free one.
        token_file: a file with the bearer token that every request has to carry, but those for health.
        insecure: serve an address that others reach without asking for a token.
        certfile: the certificate to speak TLS with, and the keys after it or in ``keyfile``.
        keyfile: the certificate's private key.
        largest_body: how many bytes a request's body may have.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    token_file: Path | None = None
    insecure: bool = False
    certfile: Path | None = None
    keyfile: Path | None = None
    largest_body: int = LARGEST_BODY

    def check(self) -> None:
        """Refuse what would hand the registry to the network by accident.

        Raises:
            ServeError: when others could reach it without a token and nobody said that this is meant.
        """
        if not (is_loopback(self.host) or self.token_file or self.insecure):
            raise ServeError(
                f"{self.host} can be reached by others: give --token-file, or say --insecure to serve it to all"
            )
        if self.keyfile and not self.certfile:
            raise ServeError("--keyfile needs --certfile")


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Token:
    """The bearer token in a file; read again when the file changes, because such files rotate."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[tuple[int, int], bytes] | None = None
        self.value()

    def value(self) -> bytes:
        """Return the token.

        Raises:
            ServeError: when the file cannot be read, or is empty.
        """
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if self._read is None or self._read[0] != stamp:
                self._read = stamp, self._path.read_bytes().strip()
        except OSError as error:
            raise ServeError(f"the token file {self._path} cannot be read: {error.strerror}") from error
        if not self._read[1]:
            raise ServeError(f"the token file {self._path} is empty")
        return self._read[1]

    def is_in(self, headers: list[tuple[bytes, bytes]]) -> bool:
        """Say whether a request carries the token; how long this takes says nothing about it."""
        given = next((value for name, value in headers if name == b"authorization"), b"")
        scheme, _, token = given.partition(b" ")
        return hmac.compare_digest(token.strip(), self.value()) and scheme.lower() == b"bearer"


class Answering(Protocol):
    """What is served: something that answers a request, and can be closed."""

    def handle(self, method: str, path: str, query: str = "", body: bytes = b"", *, if_match: str = "") -> Answer:
        """Answer a request."""

    def close(self) -> None:
        """Let go of what was opened."""


class Served:
    """The registry as an ASGI application."""

    def __init__(self, app: Answering, *, token: Token | None = None, largest_body: int = LARGEST_BODY) -> None:
        self._app = app
        self._token = token
        self._largest_body = largest_body
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="modelreg")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the server's start and stop."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            answer = await self._answer(scope, receive)
            if answer is not None:
                await _send(answer, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                self._threads.shutdown()
                self._app.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Message, receive: Receive) -> Answer | None:
        path = scope["raw_path"].decode("ascii", "replace")
        try:
            if (
                self._token is not None
                and not path.startswith(_OPEN_TO_ALL)
                and not self._token.is_in(scope["headers"])
            ):
                return as_error(401, "this registry asks for its bearer token")
        except ServeError as error:
            logging.getLogger(__name__).error("%s", error)
            return as_error(503, "this registry cannot read its token")
        body = await _read_body(scope["headers"], receive, self._largest_body)
        if body is None or isinstance(body, Answer):
            return body
        query = scope["query_string"].decode("utf-8", "replace")
        loop = asyncio.get_running_loop()
        if_match = b", ".join(value for name, value in scope["headers"] if name == b"if-match").decode("latin-1")
        handle = partial(self._app.handle, scope["method"], path, query, body, if_match=if_match)
        return await loop.run_in_executor(self._threads, handle)


async def _read_body(headers: list[tuple[bytes, bytes]], receive: Receive, largest: int) -> bytes | Answer | None:
    """Return the body, the refusal of one that is too large, or None when the client has gone."""
    said = next((value for name, value in headers if name == b"content-length"), b"")
    too_large = as_error(413, f"a request's body has at most {largest} bytes")
    if said.isdigit() and int(said) > largest:
        return too_large
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > largest:
            return too_large
        more = message.get("more_body", False)
    return b"".join(parts)


async def _send(answer: Answer, send: Send) -> None:
    headers = [(name.encode("ascii"), value.encode("ascii")) for name, value in answer.headers]
    if answer.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


class Server(uvicorn.Server):
    """A server that says where it is once it can be asked."""

    def __init__(self, config: uvicorn.Config, url: str, announce: Callable[[str], None]) -> None:
        super().__init__(config)
        self._url = url
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say where."""
        await super().startup(sockets=sockets)
        if self.started:
            self._announce(self._url)


def serve(address: str | Path, how: Serving, *, announce: Callable[[str], None]) -> None:
    """Serve a registry until SIGINT or SIGTERM; requests that are under way then are answered first.

    Args:
        address: the registry, as LocalTransport takes it.
        how: where and how to serve it.
        announce: called with the server's URL as soon as it answers.

    Raises:
        LocalError: when the registry cannot be opened or the address cannot be bound.
    """
    how.check()
    token = Token(how.token_file) if how.token_file else None
    app = App(address)
    app.open()
    bound = bind(how)
    config = uvicorn.Config(
        Served(app, token=token, largest_body=how.largest_body),
        log_config=_logging(),
        ssl_certfile=how.certfile,
        ssl_keyfile=how.keyfile,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        server_header=False,
        ws="none",
    )
    # The server answers what is under way and raises the signal again; then the process is to end, not to die.
    signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        Server(config, url_of(bound, secure=bool(how.certfile)), announce).run(sockets=[bound])
    except KeyboardInterrupt:
        pass
    finally:
        app.close()


def url_of(bound: socket.socket, *, secure: bool = False) -> str:
    """Return the URL at which a bound socket is reached."""
    host, port = bound.getsockname()[:2]
    return f"{'https' if secure else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def bind(how: Serving) -> socket.socket:
    """Bind a socket.

    Raises:
        ServeError: when the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in how.host else socket.AF_INET
    # asyncio sends at once only on a socket that says it is TCP; without, an answer in two parts waits 40 ms.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((how.host, how.port))
        bound.listen(_BACKLOG)
        return bound
    except OSError as error:
        bound.close()
        raise ServeError(f"{how.host}:{how.port} cannot be bound to: {error.strerror}") from error


def _logging() -> dict[str, Any]:
    """Return the server's own logging, all of it on stderr: stdout says the URL and nothing else."""
    settings = deepcopy(LOGGING_CONFIG)
    settings["handlers"]["access"]["stream"] = "ext://sys.stderr"
    settings["loggers"]["modelreg"] = {"handlers": ["default"], "level": "INFO", "propagate": False}
    return settings
