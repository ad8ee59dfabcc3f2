"""The page beside a served registry's API, and the small server of ``modelreg ui`` on loopback."""

from __future__ import annotations

import re
import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import closing

import uvicorn

from modelreg._sync.registry import ModelRegistry
from modelreg._web.access import Access
from modelreg._web.application import PageApp
from modelreg.errors import InvalidInput
from modelreg.local._registry.server.mounting import ServedRegistry
from modelreg.local._registry.server.options import ServeOptions
from modelreg.local._registry.server.running import bind, url_of

# Never looked up: every request goes to the registry in this process.
_SERVED_ADDRESS = "http://localhost"
_ROOT = re.compile(r"(/[A-Za-z0-9._~@%+:-]+)+")
_GRACE_SECONDS = 3


def page(served: ServedRegistry) -> PageApp:
    """Return the page of a served registry.

    Args:
        served: The registry that is served.
    """
    registry = ModelRegistry(_SERVED_ADDRESS, transport=served.transport, retries=0)
    access = Access("login", accepts=served.accepts) if served.needs_token else Access()
    return PageApp(registry, access, read_only=served.read_only, secure=served.secure)


def run_ui(
    registry: ModelRegistry | str | None,
    *,
    open_browser: bool,
    read_only: bool,
    root_path: str,
    port: int,
    announce: Callable[[str], None] | None,
) -> None:
    """Show a registry in the browser until SIGINT or SIGTERM; see ``modelreg._web.run_ui``."""
    root = checked_root(root_path)
    with bind(ServeOptions(port=port)) as bound:
        if isinstance(registry, ModelRegistry):
            _serve(registry, bound, open_browser, read_only, root, announce or _print)
            return
        with closing(ModelRegistry(registry)) as opened:
            _serve(opened, bound, open_browser, read_only, root, announce or _print)


def checked_root(root_path: str) -> str:
    """Return the path of the page's root, without a slash at its end.

    Args:
        root_path: What was given; empty where there is no proxy.

    Raises:
        InvalidInput: It is no path.
    """
    root = root_path.rstrip("/")
    if root and not _ROOT.fullmatch(root):
        raise InvalidInput(f"root_path is {root_path!r}; give a path such as /user/ana/proxy/8123")
    return root


def _serve(
    registry: ModelRegistry,
    bound: socket.socket,
    open_browser: bool,
    read_only: bool,
    root: str,
    announce: Callable[[str], None],
) -> None:
    key = secrets.token_urlsafe(32)
    app = PageApp(registry, Access("key", key=key), read_only=read_only, root_path=root)
    # The socket takes connections already, so that the address can be opened before the server's first turn.
    address = f"{url_of(bound)}{root}/?key={key}"
    announce(address)
    if open_browser:
        # A browser in the terminal keeps its caller waiting until it is closed.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    threading.Thread(target=app.warm_up, daemon=True).start()
    with closing(app):
        make_server(app).run(sockets=[bound])


def make_server(app: PageApp) -> uvicorn.Server:
    """Return the server of a page, which runs on a socket that is bound already.

    Args:
        app: The page.
    """
    return uvicorn.Server(
        uvicorn.Config(
            app,
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            limit_concurrency=200,
        )
    )


def _print(address: str) -> None:
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()
