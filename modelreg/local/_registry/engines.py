"""SQLAlchemy engines for both databases: pools, and how a connection is set up."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from modelreg.local._registry.errors import StoreError
from modelreg.local._registry.location import Location
from modelreg.local._registry.text import FOLD

POOL_SIZE = 8
#: How long PostgreSQL may take to accept a connection, unless the address says otherwise.
_CONNECT_SECONDS = 10


def make_engine(location: Location, busy_seconds: float) -> Engine:
    """Return an engine with a pool of its own.

    Args:
        location: The database.
        busy_seconds: How long a connection waits for another's lock on SQLite, where nothing else is set.

    Raises:
        StoreError: The location is not the address of a database.
    """
    if location.path is None:
        return _postgres_engine(location)
    engine = create_engine(
        _sqlite_url(location),
        connect_args={"timeout": busy_seconds, "isolation_level": None, "check_same_thread": False},
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=busy_seconds,
    )
    event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _sqlite_url(location: Location) -> URL:
    if not location.options:
        return URL.create("sqlite", database=str(location.path))
    # Only a URI can tell SQLite that a file is not to be written.
    query = {"uri": "true", **dict(location.options)}
    return URL.create("sqlite", database=f"file:{quote(str(location.path))}", query=query)


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.create_function("modelreg_fold", 1, _fold, deterministic=True)
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")


def _fold(value: object) -> object:
    return FOLD(value) if isinstance(value, str) else value


def _postgres_engine(location: Location) -> Engine:
    try:
        url = make_url(location.url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(f"{location} is not the address of a database") from error
    limit = {} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT_SECONDS}
    return create_engine(url, connect_args=limit, pool_size=POOL_SIZE, max_overflow=0, pool_pre_ping=True)
