"""The process that serves a registry: socket, event loop, signals, and an orderly end."""

from __future__ import annotations

import asyncio
import math
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import uvicorn

from modelreg.local._registry.app import App
from modelreg.local._registry.location import default_store
from modelreg.local._registry.server import logs
from modelreg.local._registry.server.admission import Admission
from modelreg.local._registry.server.application import ServedApp
from modelreg.local._registry.server.connections import Acceptor, Connection
from modelreg.local._registry.server.metrics import Metrics
from modelreg.local._registry.server.mounting import AppFactory, AppTransport, Mounts, ReadOnlyApp, ServedRegistry
from modelreg.local._registry.server.options import ServeError, ServeOptions
from modelreg.local._registry.server.token_file import TokenFile

_GRACE_SECONDS = 30
_LATER_SECONDS = 5
_BACKLOG = 2048
#: When, after the start, applications load what they need: nobody waits then, and a server that ends soon does not.
_WARM_UP_SECONDS = 2.0


class Server(uvicorn.Server):
    """uvicorn's server with an acceptor of ours in place of its listener."""

    def __init__(
        self,
        config: uvicorn.Config,
        bound: socket.socket,
        options: ServeOptions,
        metrics: Metrics,
        announce: Callable[[str], None],
        warm_up: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._bound = bound
        self._options = options
        self._metrics = metrics
        self._announce = announce
        self._warm_up = warm_up
        self._acceptor: Acceptor | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """Start to accept, and announce the URL."""
        await self.lifespan.startup()
        self.servers = []
        make = partial(Connection, config=self.config, server_state=self.server_state, app_state=self.lifespan.state)
        acceptor = Acceptor(
            self._bound, make, self._options.limits, tls=self.config.ssl, on_closed=self._metrics.count_closed
        )
        self._metrics.watch("connections", "Connections open now.", lambda: acceptor.connections)
        self._acceptor = acceptor
        acceptor.start()
        self.started = True
        self._announce(url_of(self._bound, secure=self.config.is_ssl))
        loop = asyncio.get_running_loop()
        loop.call_later(_WARM_UP_SECONDS, loop.run_in_executor, None, self._warm_up)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more, and end when the requests that are under way have their responses."""
        assert self._acceptor is not None
        await self._acceptor.stop_accepting()
        await super().shutdown(sockets)
        await self._acceptor.stop()


def run(options: ServeOptions, apps: Mapping[str, AppFactory], announce: Callable[[str], None]) -> None:
    """Serve a registry until SIGINT or SIGTERM; see ``modelreg.local.server.serve``."""
    logs.configure(options.access_log)
    store = options.store if options.store is not None else default_store()
    app = ReadOnlyApp(store) if options.read_only else App(store)
    try:
        with bind(options) as bound:
            server = make_server(app, bound, options, apps, announce)
            app.open()
            for warning in options.warnings():
                logs.warn(warning)
            # The server ends in order and raises the signal again; then the process is to end, not to die of it.
            signal.signal(signal.SIGTERM, lambda *_: None)
            server.run()
    except KeyboardInterrupt:
        pass
    finally:
        app.close()


def make_server(
    app: App,
    bound: socket.socket,
    options: ServeOptions,
    apps: Mapping[str, AppFactory],
    announce: Callable[[str], None],
) -> Server:
    """Return a server that is ready to run.

    Raises:
        ServeError: The token file cannot be used, a limit cannot be kept, or a path cannot be mounted.
    """
    metrics = Metrics()
    token = TokenFile(options.token_file, strict=options.strict) if options.token_file else None
    served = ServedRegistry(AppTransport(app), options.read_only, options.certfile is not None, token)
    mounts = Mounts({path: make(served) for path, make in apps.items()})
    application = ServedApp(
        app,
        admission=Admission.of(options),
        token=token,
        limits=options.limits,
        mounts=mounts,
        metrics=metrics,
    )
    return Server(_configuration(application, options), bound, options, metrics, announce, mounts.warm_up)


def _configuration(application: ServedApp, options: ServeOptions) -> uvicorn.Config:
    config = uvicorn.Config(
        application,
        http=Connection,
        loop="asyncio",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ssl_certfile=options.certfile,
        ssl_keyfile=options.keyfile,
        # The acceptor closes idle connections, and counts them; this is for when it cannot keep up.
        timeout_keep_alive=math.ceil(options.limits.idle_seconds) + _LATER_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        # Requests whose clients went can outnumber the connections; then more are 503.
        limit_concurrency=2 * options.limits.connections() + 1,
    )
    try:
        config.load()
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise ServeError(f"the certificate {options.certfile} or its key cannot be used: {error}") from error
    return config


@contextmanager
def serve_in_thread(
    app: App, options: ServeOptions | None = None, apps: Mapping[str, AppFactory] | None = None
) -> Iterator[str]:
    """Serve a registry from a thread of this process for the length of a block.

    Args:
        app: The registry that is served; it is closed at the end.
        options: How it is served; by default on a free port of loopback.
        apps: Factories of further applications by path.

    Yields:
        The URL.
    """
    options = options or ServeOptions(port=0)
    ready = threading.Event()
    with bind(options) as bound:
        url = url_of(bound, secure=options.certfile is not None)
        server = make_server(app, bound, options, apps or {}, lambda _url: ready.set())
        thread = threading.Thread(target=server.run, name="model-registry")
        thread.start()
        try:
            ready.wait()
            yield url
        finally:
            server.should_exit = True
            thread.join()


def url_of(bound: socket.socket, *, secure: bool = False) -> str:
    """Return the URL at which a bound socket is reached."""
    host, port = bound.getsockname()[:2]
    return f"{'https' if secure else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def bind(options: ServeOptions) -> socket.socket:
    """Return a socket that listens where the options say.

    Raises:
        ServeError: The address cannot be bound.
    """
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    # asyncio sends at once only on a socket that names TCP as its protocol; without, a second part waits 40 ms.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((options.host, options.port))
        bound.listen(_BACKLOG)
        return bound
    except OSError as error:
        bound.close()
        raise ServeError(f"{options.host}:{options.port} cannot be bound: {error.strerror}") from error
