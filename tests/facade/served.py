"""Many empty registries behind one real HTTP server: each under a path of its own, as behind a gateway."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import httpx
import uvicorn

from modelreg.local._registry.app import App
from modelreg.local._registry.server.application import ServedApp


class Switchboard:
    """An ASGI application that hands `/3/api/...` to the third registry."""

    def __init__(self) -> None:
        self.url = ""
        self._numbers = count(1)
        self._registries: dict[str, tuple[App, ServedApp]] = {}

    def add(self, store: str) -> str:
        """Serve another registry, and answer its base URL."""
        number = str(next(self._numbers))
        app = App(store)
        self._registries[number] = app, ServedApp(app)
        return f"{self.url}/{number}"

    def close(self) -> None:
        """Close every registry."""
        for app, _ in self._registries.values():
            app.close()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on."""
        if scope["type"] == "http":
            number, _, rest = scope["raw_path"].decode()[1:].partition("/")
            await self._registries[number][1]({**scope, "raw_path": f"/{rest}".encode()}, receive, send)


class _Announcing(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.answering.set()


@contextmanager
def switchboard() -> Iterator[Switchboard]:
    """Run the server in a thread for the length of a block."""
    board = Switchboard()
    server = _Announcing(uvicorn.Config(board, port=0, log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.answering.wait(30)
    board.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield board
    finally:
        server.should_exit = True
        thread.join(30)
        board.close()


class Socket(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """The network, for sync and async clients."""

    def __init__(self) -> None:
        self._sync = httpx.HTTPTransport()
        self._async = httpx.AsyncHTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it."""
        return self._sync.handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it."""
        return await self._async.handle_async_request(request)

    def close(self) -> None:
        """Close both."""
        self._sync.close()

    async def aclose(self) -> None:
        """Close both."""
        await self._async.aclose()
