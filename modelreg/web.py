"""The registry in the browser: pages over the facade, on any registry; needs the extra ``ui`` once it is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from modelreg.errors import MissingExtra

if TYPE_CHECKING:
    from modelreg._sync.registry import ModelRegistry
    from modelreg.local._registry.server.asgi import ASGIApp
    from modelreg.local._registry.server.mounting import ServedRegistry

__all__ = ["page", "run_ui"]

_PACKAGES = frozenset({"jinja2", "markupsafe", "markdown_it", "uvicorn", "h11", "prometheus_client", "sqlalchemy"})


def page(served: ServedRegistry) -> ASGIApp:
    """Return the page of a served registry, for ``modelreg.local.server.serve(options, apps={"/": page})``.

    With a token it has a login, which asks for that token.

    Args:
        served: The registry that is served, as the server hands it to what is mounted.

    Raises:
        MissingExtra: A package of the extra ``ui`` is not installed.
    """
    return _running().page(served)  # type: ignore[no-any-return]


def run_ui(
    registry: ModelRegistry | str | None = None,
    *,
    open_browser: bool = True,
    read_only: bool = False,
    root_path: str = "",
    port: int = 0,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Show a registry in the browser until SIGINT or SIGTERM.

    Listens on loopback. The address has a key that opens the page once and becomes a cookie; without one of them
    the page is 403, because other users of this machine reach loopback, too. A token of the registry stays here.

    Args:
        registry: The registry, which stays open; or what ``ModelRegistry`` takes as its address.
        open_browser: Open the address in the user's browser.
        read_only: Show nothing that writes, and refuse it.
        root_path: Path that a proxy shows the page under, such as "/user/ana/proxy/8123".
        port: Port to listen on; 0 takes a free one.
        announce: Called with the address, key and all, once the page can be opened; it is written to stdout unless
            given.

    Raises:
        MissingExtra: A package of the extra ``ui`` is not installed.
        ServeError: The port cannot be bound.
        InvalidInput: ``root_path`` is no path.
    """
    _running().run_ui(
        registry, open_browser=open_browser, read_only=read_only, root_path=root_path, port=port, announce=announce
    )


def _running() -> Any:
    try:
        from modelreg._web import running
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _PACKAGES:
            raise
        raise MissingExtra("the page in the browser needs more packages: pip install 'modelreg[ui]'") from error
    return running
