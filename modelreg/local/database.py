"""Decides how a database is spoken to: connections, transactions, locks, forks; one class for both databases.

A SQLite file is in WAL mode and synchronous=FULL, so that an answered write is on disk; every writer says
BEGIN IMMEDIATE, so that no transaction that has read fails when it comes to write.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from modelreg.local.errors import StoreError
from modelreg.local.location import Location
from modelreg.local.text import FOLD

BUSY_SECONDS = 30.0
POOL_SIZE = 8
_BEGIN = "modelreg_begin"
#: Engines inherited through a fork: neither used nor closed here, because the parent still uses them.
_INHERITED: list[Engine] = []


class Database:
    """One database: transactions to read and to write, safe in threads and across forks."""

    def __init__(self, location: Location) -> None:
        self.location = location
        self.dialect = location.dialect
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self._engine = _sqlite_engine(self.location) if self.dialect == "sqlite" else _postgres_engine(self.location)
        self._writer = self._engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        # Writers of this process queue here, fairly, instead of polling the file's lock.
        self._writing: AbstractContextManager[Any] = threading.Lock() if self.dialect == "sqlite" else nullcontext()
        self._clock = Clock()

    def _after_fork(self) -> None:
        if self._process != os.getpid():
            _INHERITED.append(self._engine)
            self._start()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Run a block in a transaction that sees one state of the database."""
        self._after_fork()
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Run a block in a transaction that is on disk when the block has ended, and undone when it raises."""
        self._after_fork()
        with self._writing, self._writer.begin() as connection:
            yield connection

    def now(self) -> int:
        """Return the time in microseconds since the epoch, later than any that this process was told before."""
        return self._clock.now()

    def connection(self) -> Connection:
        """Return a connection outside any transaction, to open or migrate the database with."""
        self._after_fork()
        return self._writer.connect()

    def close(self) -> None:
        """Close every connection that is not in use."""
        if self._process == os.getpid():
            self._engine.dispose()


class Clock:
    """Tells the time so that no two answers are equal."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def now(self) -> int:
        """Return microseconds since the epoch, strictly rising."""
        with self._lock:
            self._last = max(time.time_ns() // 1000, self._last + 1)
            return self._last


def _sqlite_engine(location: Location) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(location.path)),
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False},
        pool_size=POOL_SIZE,
        max_overflow=0,
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.create_function("modelreg_fold", 1, _fold, deterministic=True)
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")


def _fold(value: object) -> object:
    return FOLD(value) if isinstance(value, str) else value


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


def _postgres_engine(location: Location) -> Engine:
    try:
        url = make_url(location.url)
    except ArgumentError as error:
        raise StoreError(f"{location} is not the address of a database") from error
    return create_engine(url, pool_size=POOL_SIZE, max_overflow=0, pool_pre_ping=True)


def is_unavailable(error: DBAPIError) -> bool:
    """Say whether a failure is the database's state (locked, away) and not the question's."""
    return isinstance(error, OperationalError) or error.connection_invalidated
