"""Batches: the requests of one transport, grouped into few transactions, a savepoint each.

A batch trades durability for speed: a response says that the request was carried out, and the record is on disk when
the batch's transaction has been committed, at most ``LONGEST_SECONDS`` or ``MOST_WRITES`` later and at the end of the
block. What a crash leaves is the registry as it was after some request of the batch, with every later one undone.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any

from sqlalchemy import Connection

from modelreg.local._registry.app import App
from modelreg.local._registry.errors import BatchLost
from modelreg.local._registry.json_responses import Response

MOST_WRITES = 500
LONGEST_SECONDS = 0.2


class Batch:
    """A batch that is open on a database; use it with ``with`` or ``async with``."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._database = app.open()
        self._lock = threading.RLock()
        self._transaction: ExitStack | None = None
        self._connection: Connection | None = None
        self._timer: threading.Timer | None = None
        self._began = 0.0
        self._writes = 0
        self._lost: BaseException | None = None

    def __enter__(self) -> Batch:
        """Begin to group the requests."""
        with self._lock:
            if self._database.batch is not None:
                raise RuntimeError("a batch is open on this registry already")
            self._database.batch = self
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Commit what is left, also when the block raised: every request that was answered counts.

        Raises:
            BatchLost: Requests that had been answered were undone, because their transaction could not be committed.
        """
        with self._lock:
            self._database.batch = None
            self._commit()
            if self._lost is not None and error is None:
                self._raise_lost()

    async def __aenter__(self) -> Batch:
        """Begin to group the requests."""
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit what is left, in a thread."""
        await asyncio.to_thread(self.__exit__, kind, error, trace)

    def send(self, method: str, path: str, *, query: str = "", body: bytes = b"", if_match: str = "") -> Response:
        """Carry out a request without an HTTP client around it, whose work is as much as the registry's own.

        Args:
            method: The HTTP method.
            path: The whole path, percent-encoded: ``/api/model_registry/v1/registered_models``.
            query: The query string, without its question mark.
            body: The JSON of the body.
            if_match: The header If-Match, or empty where there is none.

        Returns:
            The response: its ``status``, ``body``, ``etag`` and ``headers``.

        Raises:
            BatchLost: Requests that had been answered were undone.
            LocalError: The file or database cannot be used any more.
        """
        return self._app.handle(method, path, query, body, if_match=if_match)

    @contextmanager
    def read(self, deadline: float | None) -> Iterator[Connection]:
        """Run a block that reads: in the batch's transaction where one is open, so that it sees its writes."""
        with self._lock:
            if self._connection is not None:
                if self._database.dialect == "sqlite":
                    yield self._connection
                else:  # a statement that fails would end the whole transaction
                    with self._savepoint(self._connection):
                        yield self._connection
                return
        with self._database.read_alone(deadline) as connection:
            yield connection

    @contextmanager
    def write(self, deadline: float | None) -> Iterator[Connection]:
        """Run a block that writes, undone by itself when it raises."""
        with self._lock:
            if self._lost is not None:
                self._raise_lost()
            connection = self._connection or self._begin(deadline)
            with self._savepoint(connection):
                yield connection
            self._writes += 1
            if self._writes >= MOST_WRITES or time.monotonic() - self._began >= LONGEST_SECONDS:
                self._commit()
                if self._lost is not None:
                    self._raise_lost()

    def _begin(self, deadline: float | None) -> Connection:
        stack = ExitStack()
        self._connection = stack.enter_context(self._database.write_alone(deadline))
        self._transaction, self._writes, self._began = stack, 0, time.monotonic()
        # Others get their turn also when no further request comes.
        self._timer = threading.Timer(LONGEST_SECONDS, self._expire, (stack,))
        self._timer.daemon = True
        self._timer.start()
        return self._connection

    @contextmanager
    def _savepoint(self, connection: Connection) -> Iterator[None]:
        driver: Any = connection.connection.driver_connection
        driver.execute("SAVEPOINT request")
        try:
            yield
        except BaseException as error:
            try:
                driver.execute("ROLLBACK TO SAVEPOINT request")
                driver.execute("RELEASE SAVEPOINT request")
            except Exception:  # noqa: BLE001 - whatever it is, the transaction is gone and with it the batch's writes
                self._lose(error)
            raise
        driver.execute("RELEASE SAVEPOINT request")

    def _expire(self, transaction: ExitStack) -> None:
        with self._lock:
            if self._transaction is transaction:
                self._commit()

    def _ended(self) -> ExitStack | None:
        """Return the transaction that was open, which is the batch's no more."""
        transaction, timer = self._transaction, self._timer
        self._transaction = self._connection = self._timer = None
        if timer is not None:
            timer.cancel()
        return transaction

    def _commit(self) -> None:
        transaction = self._ended()
        if transaction is not None:
            try:
                transaction.close()
            except Exception as error:  # noqa: BLE001 - told to whoever sends the next request, or ends the block
                self._lost = error

    def _lose(self, error: BaseException) -> None:
        """Give up the transaction, which the database has undone."""
        transaction = self._ended()
        self._lost = error
        if transaction is not None:
            try:
                transaction.__exit__(type(error), error, error.__traceback__)
            except BaseException:  # noqa: BLE001 - the first error is the one that is told
                return

    def _raise_lost(self) -> None:
        lost, self._lost = self._lost, None
        raise BatchLost(
            f"the last requests of a batch were answered and then undone, because they could not be committed: {lost}; "
            "send them again"
        ) from lost
