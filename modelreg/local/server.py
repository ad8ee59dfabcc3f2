"""The registry behind an HTTP server that people leave running; needs the extra ``server`` once it is started."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from modelreg.local._registry.errors import MissingExtra
from modelreg.local._registry.server.options import Limits, ServeError, ServeOptions

if TYPE_CHECKING:
    from modelreg.local._registry.server.mounting import AppFactory

__all__ = ["Limits", "ServeError", "ServeOptions", "serve"]

_PACKAGES = frozenset({"uvicorn", "h11", "prometheus_client"})


def serve(
    options: ServeOptions | None = None,
    *,
    apps: Mapping[str, AppFactory] | None = None,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Serve a registry until SIGINT or SIGTERM; requests that are under way then get their responses first.

    Configures the logging of the process and takes over its signals: it is what a program does, not a part of it.

    Args:
        options: Where and how to serve; by default the user's own file on port 8080 of loopback.
        apps: Further ASGI applications by the path that each is mounted at, made by the factories given here. The
            API, ``/readyz`` and ``/metrics`` stay the server's. With a token, an application authenticates its own
            users: see `ServedRegistry`.
        announce: Called with the server's URL once it takes requests; by default the URL is written to stdout.

    Raises:
        MissingExtra: A package of the extra ``server`` is not installed.
        ServeError: The address cannot be bound, or the token file cannot be used.
        LocalError: The registry cannot be opened.
    """
    try:
        from modelreg.local._registry.server.running import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _PACKAGES:
            raise
        raise MissingExtra("server", needed_for="serving a registry") from error
    run(options or ServeOptions(), apps or {}, announce or _print_url)


def _print_url(url: str) -> None:
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
