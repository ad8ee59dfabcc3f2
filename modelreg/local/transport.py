"""The registry as an httpx transport, in this process and without a socket, for sync and async clients.

On an async client the database's work runs in a few threads, so that no loop waits for a disk.
"""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from modelreg.local._registry.location import Location, locate, require_extras

if TYPE_CHECKING:
    from anyio import CapacityLimiter
    from anyio.lowlevel import RunVar

    from modelreg.local._registry.app import App
    from modelreg.local._registry.batches import Batch
    from modelreg.local._registry.json_responses import Response

#: How many requests of one event loop may be at work in the database at once.
WORKERS = 4


class LocalTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """An httpx transport, sync and async, that answers from a registry in a file or in PostgreSQL.

    Any host is answered; the paths are those of a server. Nothing is opened before the first request.

    Args:
        address: ``sqlite:///file``, ``sqlite:////absolute/file``, a bare path, or ``postgresql://...``.

    Raises:
        MissingExtra: The libraries that it needs are not installed.
        StoreError: The address is not one of these.
    """

    def __init__(self, address: str | Path) -> None:
        self.location: Location = locate(address)
        require_extras(self.location)
        self._app: App | None = None
        self._making = threading.Lock()
        self._limiter: RunVar[CapacityLimiter] | None = None

    @property
    def app(self) -> App:
        """The registry that answers."""
        if self._app is None:
            with self._making:
                if self._app is None:
                    self._app = self.make_app()
        return self._app

    def batch(self) -> Batch:
        """Return a batch, for ``with`` or ``async with``: its block's requests share transactions.

        Up to 500 writes, and those of at most 0.2 seconds, are committed at once, so that many small writes wait for
        the disk a few times only; each is undone by itself when it fails. A request that reads sees what the batch
        has written. A response says that a request was carried out; what it wrote is on disk when its transaction has
        been committed, which the end of the block is. After a crash the registry is as it was behind one of the
        batch's requests, and those that followed are undone. Other processes get their turn between transactions.

        One batch may be open at a time; requests of all threads that use this transport join it.

        Raises:
            BatchLost: From a later request, or at the end of the block: requests that had been answered were undone,
                because their transaction could not be committed. Send them again.
        """
        from modelreg.local._registry.batches import Batch

        return Batch(self.app)

    def state(self) -> str | None:
        """Return a text that is another one after every write to the registry, by this process or another.

        It tells whether what was made of the registry, such as a page, is still true; None where that cannot be told
        now.
        """
        return self.app.open().state()

    def make_app(self) -> App:
        """Make the registry that answers; called once, for the first request."""
        from modelreg.local._registry.app import App

        return App(self.location)

    def carry(
        self, method: str, path: str, query: str, body: bytes, *, if_match: str = "", seconds: float | None = None
    ) -> Response:
        """Carry out a request without an HTTP client around it, in the caller's thread.

        Args:
            method: The HTTP method.
            path: The whole path, percent-encoded.
            query: The query string, without its question mark.
            body: The body.
            if_match: The header If-Match, or empty where there is none.
            seconds: Seconds to wait for other writers; None for as long as it takes.
        """
        return self.app.handle(method, path, query, body, if_match=if_match, timeout=seconds)

    async def async_carry(
        self, method: str, path: str, query: str, body: bytes, *, if_match: str = "", seconds: float | None = None
    ) -> Response:
        """Carry out a request as `carry` does, in a thread of a small pool."""
        from anyio import to_thread

        work = partial(self.carry, method, path, query, body, if_match=if_match, seconds=seconds)
        return await to_thread.run_sync(work, limiter=self._loop_limiter())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry out a request in the caller's thread."""
        return self._respond(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry out a request in a thread of a small pool."""
        from anyio import to_thread

        body = await request.aread()
        return await to_thread.run_sync(self._respond, request, body, limiter=self._loop_limiter())

    def _loop_limiter(self) -> CapacityLimiter:
        """Return the limiter of the running loop; each loop has its own, because none can wait for another's."""
        from anyio import CapacityLimiter
        from anyio.lowlevel import RunVar

        if self._limiter is None:
            self._limiter = RunVar("modelreg.local.limiter")
        try:
            return self._limiter.get()
        except LookupError:
            limiter = CapacityLimiter(WORKERS)
            self._limiter.set(limiter)
            return limiter

    def _respond(self, request: httpx.Request, body: bytes) -> httpx.Response:
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        response = self.app.handle(
            request.method,
            path,
            query,
            body,
            if_match=request.headers.get("if-match", ""),
            timeout=request.extensions.get("timeout", {}).get("read"),
        )
        return httpx.Response(response.status, headers=response.headers, content=response.body)

    def close(self) -> None:
        """Close the database's connections."""
        if self._app is not None:
            self._app.close()

    async def aclose(self) -> None:
        """Close the database's connections."""
        self.close()
