"""Connections, transactions, locks and forks, for SQLite and PostgreSQL.

A SQLite file is in WAL mode and synchronous=FULL, so that an acknowledged write is on disk; every writer begins with
BEGIN IMMEDIATE, so that no transaction that has read fails when it comes to write. Transactions are begun and ended on
the driver's own connection: SQLAlchemy builds the statements, and runs those that are not run often.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from modelreg.local._registry.database_state import DatabaseState
from modelreg.local._registry.engines import make_engine
from modelreg.local._registry.errors import StoreBusy, StoreError
from modelreg.local._registry.location import Location
from modelreg.local._registry.write_queue import WriteQueue

if TYPE_CHECKING:
    from modelreg.local._registry.batches import Batch

#: The longest wait for other writers, in seconds, also without a deadline.
BUSY_SECONDS = 30.0
_KEPT_BUSY = "the registry was kept busy by other writers until the deadline: nothing was written"
_SQLITE_BUSY, _SQLITE_FULL, _SQLITE_READONLY = 5, 13, 8
#: PostgreSQL's states of a lock that was not had in time, and of a full disk.
_LOCK_NOT_AVAILABLE, _DISK_FULL = "55P03", "53100"
#: Engines inherited through a fork: neither used nor closed here, because the parent still uses them.
_INHERITED: list[object] = []
#: One lock for each file that this process writes to, however many registries are open on it.
_WRITERS: WeakValueDictionary[tuple[int, str], threading.Lock] = WeakValueDictionary()
_WRITERS_LOCK = threading.Lock()


class Database:
    """One database: transactions to read and to write, safe in threads and across forks."""

    def __init__(self, location: Location) -> None:
        self.location = location
        self.dialect = location.dialect
        self.batch: Batch | None = None
        self._file: tuple[int, int] | None = None
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self.batch = None
        self._engine: Engine = make_engine(self.location, BUSY_SECONDS)
        self._state = DatabaseState(self.location, self._engine)
        self._clock = Clock()
        path = self.location.path
        self._queue = WriteQueue(path) if path is not None else None
        self._writing = _writers_of(path) if path is not None else None

    def _after_fork(self) -> None:
        if self._process != os.getpid():
            _INHERITED.append((self._engine, self._state, self._queue, self.batch))
            self._start()

    @contextmanager
    def read(self, deadline: float | None = None) -> Iterator[Connection]:
        """Run a block in a transaction that sees one state of the database.

        Args:
            deadline: When to give up waiting, on the monotonic clock.
        """
        self._after_fork()
        batch = self.batch
        with self._translated(), batch.read(deadline) if batch else self.read_alone(deadline) as connection:
            yield connection

    @contextmanager
    def write(self, deadline: float | None = None) -> Iterator[Connection]:
        """Run a block in a transaction that is on disk when the block has ended, and undone when it raises.

        Args:
            deadline: When to give up waiting for other writers, on the monotonic clock.

        Raises:
            StoreBusy: Other writers were at work until then.
            StoreError: The file was deleted or replaced, or its disk is full.
        """
        self._after_fork()
        batch = self.batch
        with self._translated(), batch.write(deadline) if batch else self.write_alone(deadline) as connection:
            yield connection

    @contextmanager
    def read_alone(self, deadline: float | None = None) -> Iterator[Connection]:
        """Run a block in a transaction to read, outside any batch; errors are the driver's."""
        with self._engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            if self.dialect == "sqlite":
                driver.execute(f"PRAGMA busy_timeout={_milliseconds_until(deadline)}")
                driver.execute("BEGIN")
            try:
                yield connection
            finally:
                _roll_back(driver)

    @contextmanager
    def write_alone(self, deadline: float | None = None) -> Iterator[Connection]:
        """Run a block in a transaction to write, outside any batch; errors are the driver's."""
        with self._turn(deadline), self._engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            if self.dialect == "sqlite":
                self.check_file()
                driver.execute(f"PRAGMA busy_timeout={_milliseconds_until(deadline)}")
                driver.execute("BEGIN IMMEDIATE")
            elif deadline is not None:
                driver.execute(f"SET LOCAL lock_timeout = {max(_milliseconds_until(deadline), 1)}")
            try:
                yield connection
            except BaseException:
                _roll_back(driver)
                raise
            driver.commit()
        self.check_file()

    @contextmanager
    def _turn(self, deadline: float | None) -> Iterator[None]:
        """Wait for the turn of this thread among the writers of a file; PostgreSQL keeps writers apart by itself."""
        if self._writing is None or self._queue is None:
            yield
            return
        if not self._writing.acquire(timeout=_seconds_until(deadline)):
            raise StoreBusy(_KEPT_BUSY)
        try:
            with self._queue.turn(_seconds_until(deadline)):
                yield
        finally:
            self._writing.release()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn errors of the driver into SQLAlchemy's, and those that concern the store into our own."""
        dbapi = self._engine.dialect.loaded_dbapi
        try:
            yield
        except dbapi.Error as error:
            self._raise_store_error(error)
            found = DBAPIError.instance("", None, error, dbapi.Error, dialect=self._engine.dialect)
            raise found from error
        except DBAPIError as error:
            self._raise_store_error(error.orig)
            raise

    def _raise_store_error(self, error: BaseException | None) -> None:
        code = getattr(error, "sqlite_errorcode", None)
        state = getattr(error, "sqlstate", None)
        if (code is not None and code & 0xFF == _SQLITE_BUSY) or state == _LOCK_NOT_AVAILABLE:
            raise StoreBusy(_KEPT_BUSY) from error
        if (code is not None and code & 0xFF == _SQLITE_FULL) or state == _DISK_FULL:
            raise StoreError("the disk of the registry is full: nothing was written") from error
        if code is not None and code & 0xFF == _SQLITE_READONLY:
            raise StoreError("the registry's file is read-only: nothing was written") from error

    def remember_file(self) -> None:
        """Remember which file this is, so that another one in its place is noticed."""
        self._file = _identity(self.location.path)

    def check_file(self) -> None:
        """Refuse to write to, or to acknowledge what was written to, a file that is not at its path any more.

        Raises:
            StoreError: The file was deleted or replaced since it was opened.
        """
        if self._file is not None and _identity(self.location.path) != self._file:
            raise StoreError(
                "the registry's file was deleted or replaced while it was open, and what was written last may be lost: "
                "open the registry again"
            )

    def state(self) -> str | None:
        """Return a text that is another one after every write, by whomever; None where it cannot be told now."""
        self._after_fork()
        try:
            return self._state.read()
        except (OSError, DBAPIError, self._engine.dialect.loaded_dbapi.Error):
            return None

    def now(self) -> int:
        """Return the time in microseconds since the epoch, later than any that this process was told before."""
        return self._clock.now()

    def connection(self) -> Connection:
        """Return a connection outside any transaction, to open or migrate the database with."""
        self._after_fork()
        return self._engine.connect()

    def close(self) -> None:
        """Close every connection that is not in use."""
        if self._process == os.getpid():
            self._state.close()
            self._engine.dispose()
            if self._queue is not None:
                self._queue.close()


class Clock:
    """A clock whose times strictly rise."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def now(self) -> int:
        """Return microseconds since the epoch, strictly rising."""
        with self._lock:
            self._last = max(time.time_ns() // 1000, self._last + 1)
            return self._last


def _roll_back(driver: Any) -> None:
    if not getattr(driver, "closed", False):  # of PostgreSQL: the server has gone, and the transaction with it
        driver.rollback()


def _writers_of(path: Path) -> threading.Lock:
    key = (os.getpid(), os.path.realpath(path))
    with _WRITERS_LOCK:
        lock = _WRITERS.get(key)
        if lock is None:
            lock = _WRITERS[key] = threading.Lock()
        return lock


def _seconds_until(deadline: float | None) -> float:
    if deadline is None:
        return BUSY_SECONDS
    return min(max(deadline - time.monotonic(), 0.0), BUSY_SECONDS)


def _milliseconds_until(deadline: float | None) -> int:
    return int(_seconds_until(deadline) * 1000)


def _identity(path: Path | None) -> tuple[int, int] | None:
    try:
        status = os.stat(path) if path is not None else None
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if status is not None else None


def is_unavailable(error: DBAPIError) -> bool:
    """Return whether a failure is the database's state (locked, away) and not the request's."""
    return isinstance(error, OperationalError) or error.connection_invalidated
