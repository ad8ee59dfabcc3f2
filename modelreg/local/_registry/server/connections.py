"""HTTP connections with limits: how many there are, and how long each may keep the server waiting.

uvicorn's own listener accepts without a limit and knows one timeout, for idle connections (docs/decisions/0034). Two
things are ours, then: a protocol that says what it waits for, and an acceptor that takes connections one at a time.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import ssl
from collections.abc import Callable, Iterable
from enum import Enum
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import h11
from attrs import field, frozen
from uvicorn.protocols.http.h11_impl import H11Protocol

from modelreg.local._registry.server.options import Limits

if TYPE_CHECKING:
    import socket

_log = logging.getLogger(__name__)
_OUT_OF_FILES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_RETRY_SECONDS = 0.2
_LONGEST_TICK = 1.0
#: How long a connection waits before it may be closed for a new one: the request of a client takes its time to come.
_YOUNG_SECONDS = 0.5


class Phase(Enum):
    """What a connection waits for; the value is its name in the metrics."""

    WORK = "work"
    BODY = "body"
    HEADERS = "headers"
    IDLE = "idle"
    #: The response was sent before the request was complete: what is left of it is thrown away.
    REST = "rest"
    #: The client does not read its response.
    READER = "reader"


#: The phases in which a connection may be closed for a new one: first those without a request.
_CLOSED_FIRST = frozenset({Phase.HEADERS, Phase.IDLE, Phase.REST})
_CLOSED_NEXT = frozenset({Phase.BODY, Phase.READER})


def seconds_allowed(phase: Phase, limits: Limits) -> float | None:
    """Return how long a connection may be in a phase; None where something else is the limit.

    Args:
        phase: The phase. A body has its limit where it is read, so that its client gets a response.
        limits: Limits of the server.
    """
    match phase:
        case Phase.HEADERS | Phase.REST:
            return limits.header_seconds
        case Phase.IDLE | Phase.READER:
            return limits.idle_seconds
        case Phase.WORK | Phase.BODY:
            return None


@frozen
class Waiting:
    """Since when a connection waits for what."""

    phase: Phase
    #: Changes when the connection gets on within a phase.
    progress: int = 0
    since: float = field(default=0.0, eq=False)


class Connection(H11Protocol):
    """One connection of a client."""

    on_lost: Callable[[Connection], None] | None = None
    waiting = Waiting(Phase.HEADERS, -1)
    _responses = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self.look(self.loop.time())

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the acceptor that there is room."""
        super().connection_lost(exc)
        if self.on_lost is not None:
            self.on_lost(self)

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self._responses += 1
        super().on_response_complete()
        self.look(self.loop.time())

    def look(self, now: float) -> Waiting:
        """Return what the connection waits for, and remember since when."""
        seen = Waiting(self._phase(), self._progress(), now)
        if seen != self.waiting:
            self.waiting = seen
        return self.waiting

    def _phase(self) -> Phase:
        if self.flow is not None and self.flow.write_paused:
            return Phase.READER
        if self.cycle is not None and not self.cycle.response_complete:
            return Phase.BODY if self.cycle.more_body else Phase.WORK
        if self.conn.their_state is h11.SEND_BODY:
            return Phase.REST
        # The first request of a connection is due at once.
        return Phase.HEADERS if not self._responses or self.conn.trailing_data[0] else Phase.IDLE

    def _progress(self) -> int:
        unsent = self.transport.get_write_buffer_size() if self.flow is not None and self.flow.write_paused else 0
        return self._responses + unsent


class Acceptor:
    """Accepts connections one at a time, and never more than a limit.

    When all are taken, those that have waited longest without a request are closed, a twentieth of all at once so that
    a flood costs little; where every connection is at work, new ones wait in the system's queue.

    Args:
        listener: Socket that listens.
        make_protocol: Makes the protocol of a connection.
        limits: Limits of the server.
        tls: Context to speak TLS with.
        on_closed: Called with the name of the limit for each connection that is closed for one.
    """

    def __init__(
        self,
        listener: socket.socket,
        make_protocol: Callable[[], Connection],
        limits: Limits,
        *,
        tls: ssl.SSLContext | None = None,
        on_closed: Callable[[str], None] = lambda _limit: None,
    ) -> None:
        self._listener = listener
        self._make_protocol = make_protocol
        self._limits = limits
        self._most = limits.connections()
        self._tls = tls
        self._on_closed = on_closed
        self._starting: dict[asyncio.Task[None], float] = {}
        self._open: set[Connection] = set()
        self._room = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def connections(self) -> int:
        """How many connections there are, with those whose TLS handshake goes on."""
        return len(self._open) + len(self._starting)

    def start(self) -> None:
        """Begin to accept, in the running event loop."""
        self._listener.setblocking(False)
        self._tasks = [asyncio.create_task(self._accept()), asyncio.create_task(self._watch())]

    async def stop_accepting(self) -> None:
        """Accept no more; connections that are open stay, one whose handshake goes on is closed."""
        await _cancel([self._tasks[0], *self._starting])

    async def stop(self) -> None:
        """Stop watching over the connections that are left."""
        await _cancel(self._tasks)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, _ = await loop.sock_accept(self._listener)
            except OSError as error:
                _log.warning("no connection can be accepted: %s", error.strerror)
                if error.errno in _OUT_OF_FILES:
                    self._make_room()
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            try:
                await self._wait_for_room()
            except asyncio.CancelledError:
                accepted.close()
                raise
            self._begin(accepted)
            # While connections are queued, sock_accept returns at once: the loop gets its turn here.
            await asyncio.sleep(0)

    async def _wait_for_room(self) -> None:
        while self.connections >= self._most:
            self._room.clear()
            self._make_room()
            try:
                async with asyncio.timeout(_YOUNG_SECONDS / 2):
                    await self._room.wait()
            except TimeoutError:
                continue

    def _begin(self, accepted: socket.socket) -> None:
        """Make a connection of an accepted socket; with TLS that takes as long as the handshake."""
        begun = False

        async def connect() -> None:
            nonlocal begun
            begun = True
            await self._connect(accepted)

        def ended(task: asyncio.Task[None]) -> None:
            self._starting.pop(task, None)
            self._room.set()
            if not begun:
                accepted.close()

        loop = asyncio.get_running_loop()
        task = loop.create_task(connect())
        self._starting[task] = loop.time()
        task.add_done_callback(ended)

    async def _connect(self, accepted: socket.socket) -> None:
        connection = self._make_protocol()
        connection.on_lost = self._lost
        seconds = self._limits.header_seconds if self._tls else None
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: connection, accepted, ssl=self._tls, ssl_handshake_timeout=seconds
            )
        except OSError:  # the client went, or speaks no TLS
            accepted.close()
            return
        if not connection.transport.is_closing():
            self._open.add(connection)

    def _lost(self, connection: Connection) -> None:
        self._open.discard(connection)
        self._room.set()

    def _make_room(self) -> None:
        """Close the connections that have waited longest, where some do."""
        now = asyncio.get_running_loop().time()
        first: list[tuple[float, Connection | asyncio.Task[None]]] = []
        next_: list[tuple[float, Connection | asyncio.Task[None]]] = []
        for connection in self._open:
            waiting = connection.look(now)
            if waiting.phase in _CLOSED_FIRST:
                first.append((waiting.since, connection))
            elif waiting.phase in _CLOSED_NEXT:
                next_.append((waiting.since, connection))
        if self._tls:
            first += [(since, task) for task, since in self._starting.items()]
        candidates = [each for each in first or next_ if each[0] <= now - _YOUNG_SECONDS]
        if candidates:
            _log.warning("%d connections are open, the most that may be: those that wait are closed", self._most)
        for _, each in sorted(candidates, key=itemgetter(0))[: max(1, self._most // 20)]:
            self._close(each, "connections")

    async def _watch(self) -> None:
        limits = self._limits
        tick = min(_LONGEST_TICK, limits.header_seconds / 4, limits.idle_seconds / 4)
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(tick)
            now = loop.time()
            for connection in list(self._open):
                waiting = connection.look(now)
                allowed = seconds_allowed(waiting.phase, limits)
                if allowed is not None and now - waiting.since > allowed:
                    self._close(connection, waiting.phase.value)

    def _close(self, closed: Connection | asyncio.Task[None], limit: str) -> None:
        if isinstance(closed, Connection):
            self._open.discard(closed)
            closed.transport.abort()
        else:
            self._starting.pop(closed)
            closed.cancel()
        self._on_closed(limit)


async def _cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
