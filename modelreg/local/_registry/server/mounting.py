"""Further ASGI applications beside the registry's API, such as a page for browsers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from attrs import frozen

from modelreg.local._registry.app import App
from modelreg.local._registry.json_responses import Response, as_error
from modelreg.local._registry.location import Location
from modelreg.local._registry.server.admission import SAFE_METHODS
from modelreg.local._registry.server.asgi import ASGIApp, Receive, Scope, Send
from modelreg.local._registry.server.options import ServeError
from modelreg.local._registry.server.token_file import TokenFile
from modelreg.local.transport import LocalTransport

_log = logging.getLogger(__name__)
#: Paths that stay the server's own, whatever is mounted.
OWN_PATHS = ("/api/model_registry", "/readyz", "/metrics")


class ReadOnlyApp(App):
    """The registry without its writes: the one place where ``--read-only`` is decided."""

    def handle(self, method: str, path: str, query: str = "", body: bytes = b"", **options: Any) -> Response:
        """Return the response to a request; one that would write is 403."""
        if method not in SAFE_METHODS:
            return as_error(403, "this registry is served read-only")
        return super().handle(method, path, query, body, **options)


@frozen
class ServedRegistry:
    """What an application that is mounted beside the API is given.

    Attributes:
        transport: httpx transport, sync and async, to the registry that is served, under its rules of reading and
            writing. No token is needed on it.
        read_only: Whether writes are refused.
        secure: Whether the server itself speaks TLS, so that a cookie can be marked ``Secure``.
    """

    transport: LocalTransport
    read_only: bool = False
    secure: bool = False
    _token: TokenFile | None = None

    @property
    def needs_token(self) -> bool:
        """Whether the application has to ask its users for the token: requests reach it without one."""
        return self._token is not None

    def accepts(self, token: str) -> bool:
        """Return whether a token that a user gave is the server's; any is when none is needed.

        Raises:
            ServeError: The token file cannot be read now.
        """
        return self._token is None or self._token.accepts(token.encode("utf-8", "surrogatepass"))


#: Makes an application for the server that it is mounted on. It is sent ``http`` scopes only, whose bodies were read
#: and are within the server's limits.
AppFactory: TypeAlias = Callable[[ServedRegistry], ASGIApp]


class AppTransport(LocalTransport):
    """A transport to a registry that is open already."""

    def __init__(self, app: App) -> None:
        address = app.address
        super().__init__(address if not isinstance(address, Location) else address.path or address.url)
        self._app = app

    def close(self) -> None:
        """Leave the registry open: it is the server's."""


class Mounts:
    """The applications of a server by their path."""

    def __init__(self, apps: Mapping[str, ASGIApp] | None = None) -> None:
        self._apps = sorted((apps or {}).items(), key=lambda each: -len(each[0]))
        for path, _ in self._apps:
            if not path.startswith("/") or (path.endswith("/") and path != "/"):
                raise ServeError(f"an application is mounted at / or /name, not at {path!r}")
            if any(_below(path, own) for own in OWN_PATHS):
                raise ServeError(f"{path} belongs to the registry: no application can be mounted there")

    def find(self, path: str) -> tuple[str, ASGIApp] | None:
        """Return the application for a path, and where it is mounted."""
        if any(_below(path, own) for own in OWN_PATHS):
            return None
        return next(((prefix, app) for prefix, app in self._apps if _below(path, prefix)), None)

    def warm_up(self) -> None:
        """Let each application load what its first response would wait for, if it has a method ``warm_up``."""
        for path, app in self._apps:
            warm_up = getattr(app, "warm_up", None)
            if warm_up is None:
                continue
            try:
                warm_up()
            except Exception:  # noqa: BLE001 -- logged; its requests are responded to all the same
                _log.exception("the application at %s did not warm up", path)


async def call_mounted(prefix: str, app: ASGIApp, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
    """Hand a request whose body was read to a mounted application."""
    root = scope.get("root_path", "") + ("" if prefix == "/" else prefix)
    sent = False

    async def replay() -> dict[str, object]:
        nonlocal sent
        if sent:
            return dict(await receive())
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    await app({**scope, "root_path": root}, replay, send)


def _below(path: str, prefix: str) -> bool:
    return prefix == "/" or path == prefix or path.startswith(f"{prefix}/")
