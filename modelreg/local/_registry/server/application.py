"""A served registry as an ASGI application: admission, token, body, registry, log."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol

from attrs import define, field, frozen

from modelreg.local._registry.errors import LocalError
from modelreg.local._registry.json_responses import Response, as_error
from modelreg.local._registry.server.admission import Admission
from modelreg.local._registry.server.asgi import Headers, Message, Receive, Scope, Send
from modelreg.local._registry.server.logs import log_access
from modelreg.local._registry.server.metrics import Metrics
from modelreg.local._registry.server.mounting import Mounts, call_mounted
from modelreg.local._registry.server.options import Limits, ServeError
from modelreg.local._registry.server.request_bodies import BodyMemory, BodyRefused, ClientGone, Held, read_body
from modelreg.local._registry.server.token_file import TokenFile

_log = logging.getLogger(__name__)
#: How many requests are at work in the database at once.
WORKERS = 8
_HEALTH = frozenset({"/readyz/health", "/readyz/isDirty"})
_CLIENT_GONE = 499


class RequestHandler(Protocol):
    """What is served: something that responds to a request, and can be closed."""

    def handle(self, method: str, path: str, query: str = "", body: bytes = b"", *, if_match: str = "") -> Response:
        """Return the response to a request."""

    def close(self) -> None:
        """Close what was opened."""


@frozen
class Request:
    """One HTTP request as it came."""

    method: str
    path: str
    query: str
    headers: Headers
    client: str

    @classmethod
    def of(cls, scope: Scope) -> Request:
        """Read a request from its ASGI scope."""
        return cls(
            scope["method"],
            scope["raw_path"].decode("ascii", "replace"),
            scope["query_string"].decode("utf-8", "replace"),
            scope["headers"],
            scope["client"][0] if scope.get("client") else "",
        )


@define
class ResponseWriter:
    """The way of a response to the client: adds headers, and notes what was sent."""

    send: Send
    more_headers: Headers = field(factory=list)
    status: int = _CLIENT_GONE
    size: int = 0
    started: bool = False

    async def __call__(self, message: Message) -> None:
        """Send a part of a response."""
        if message["type"] == "http.response.start":
            self.started, self.status = True, message["status"]
            message = {**message, "headers": [*message.get("headers", ()), *self.more_headers]}
        else:
            self.size += len(message.get("body", b""))
        await self.send(message)

    async def give(self, response: Response) -> None:
        """Send a whole response."""
        headers = [(name.encode("ascii"), value.encode("ascii")) for name, value in response.headers]
        if response.status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        if response.status == 408:
            headers.append((b"connection", b"close"))
        if response.status == 503:
            headers.append((b"retry-after", b"1"))
        await self({"type": "http.response.start", "status": response.status, "headers": headers})
        await self({"type": "http.response.body", "body": response.body})


class ServedApp:
    """The registry as an ASGI application; without a token file every request is let in."""

    def __init__(
        self,
        registry: RequestHandler,
        *,
        admission: Admission | None = None,
        token: TokenFile | None = None,
        limits: Limits | None = None,
        mounts: Mounts | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._registry = registry
        self._admission = admission or Admission()
        self._token = token
        self._limits = limits or Limits()
        self._mounts = mounts or Mounts()
        self._metrics = metrics or Metrics()
        self._memory = BodyMemory(self._limits.max_bodies_in_flight)
        self._metrics.watch("request_body_bytes", "Bytes of request bodies held now.", lambda: self._memory.used)
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="modelreg")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one request, or take part in the server's start and stop."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                self._threads.shutdown()
                self._registry.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        begin = time.perf_counter()
        request = Request.of(scope)
        response = ResponseWriter(send, self._admission.sharing(request.headers))
        try:
            with self._memory.request() as held:
                await self._respond(request, scope, receive, response, held)
        except Exception:
            if response.started:
                raise
            _log.exception("%s %s failed", request.method, request.path)
            await response.give(as_error(500, "the server failed; its log has the reason"))
        finally:
            seconds = time.perf_counter() - begin
            self._metrics.count_request(request.method, request.path, response.status, seconds)
            log_access(request.client, request.method, request.path, response.status, response.size, seconds)

    async def _respond(
        self, request: Request, scope: Scope, receive: Receive, response: ResponseWriter, held: Held
    ) -> None:
        # What no application is mounted for is the registry's, however its path is spelled.
        mounted = self._mounts.find(request.path)
        refusal = self._admission.refusal(request.method, request.headers, api=mounted is None)
        if refusal is not None:
            return await response.give(refusal)
        preflight = self._admission.preflight(request.method, request.headers)
        if preflight is not None:
            response.more_headers = preflight
            return await response.give(Response(204))
        refusal = self._unauthorized(request) if mounted is None else None
        if refusal is not None:
            return await response.give(refusal)
        try:
            body = await read_body(request.headers, receive, self._limits, held)
        except BodyRefused as error:
            return await response.give(as_error(error.status, error.message))
        except ClientGone:
            return None
        if mounted is not None:
            return await call_mounted(*mounted, scope, body, receive, response)
        return await response.give(await self._own(request, body))

    def _unauthorized(self, request: Request) -> Response | None:
        """Return the response to a request that lacks the token, or None."""
        if self._token is None or request.path in _HEALTH:
            return None
        try:
            known = self._token.is_in(request.headers)
        except ServeError as error:
            _log.error("%s", error)
            return as_error(503, "this registry cannot read its token")
        return None if known else as_error(401, "this registry asks for its bearer token")

    async def _own(self, request: Request, body: bytes) -> Response:
        """Return the response of the registry itself."""
        if request.path == "/metrics":
            return self._metrics.response() if request.method == "GET" else Response(405, allow=("GET",))
        loop = asyncio.get_running_loop()
        if_match = b", ".join(value for name, value in request.headers if name == b"if-match").decode("latin-1")
        handle = partial(self._registry.handle, request.method, request.path, request.query, body, if_match=if_match)
        try:
            return await loop.run_in_executor(self._threads, handle)
        except LocalError as error:
            _log.error("%s %s: %s", request.method, request.path, error)
            return as_error(500, "the registry's database cannot be used; the server's log says why")
