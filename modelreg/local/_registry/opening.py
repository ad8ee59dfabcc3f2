"""Opening a registry's database: made new, up to date, migrated after a backup, or refused.

A new database is made from the tables' description and stamped, so that Alembic is imported only to migrate.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from attrs import evolve
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from modelreg.local._registry import foreign_databases
from modelreg.local._registry.database import BUSY_SECONDS, Database
from modelreg.local._registry.errors import NewerStore, StoreError
from modelreg.local._registry.location import Location, default_store, locate
from modelreg.local._registry.schema import HEAD, REVISIONS, complete_metadata, version_table

#: The key of the lock under which PostgreSQL lets one opener at a time make or migrate the tables.
_ADVISORY_LOCK = 0x6D6F_6465_6C72_6567
#: Whom a new file may be read and written by: its owner.
_PRIVATE = 0o600


def open_database(address: str | Path | Location) -> Database:
    """Open a registry's database, making or migrating it where needed.

    Raises:
        NewerStore: It was made by a newer release.
        StoreError: It is something else, or cannot be reached.
    """
    location = address if isinstance(address, Location) else locate(address)
    if location.path is not None:
        location = _prepare_file(location, location.path)
    database = Database(location)
    try:
        _bring_up_to_date(database)
    except DBAPIError as error:
        database.close()
        raise StoreError(f"{location} cannot be opened as a registry: {error.orig}") from error
    except BaseException:
        database.close()
        raise
    database.remember_file()
    return database


def _prepare_file(location: Location, path: Path) -> Location:
    """Make the file where there is none, readable for its owner only, and find out whether it can be written."""
    if not path.parent.is_dir():
        _make_folder(path)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _PRIVATE))
    except FileExistsError:
        if not _is_writable(path):
            return evolve(location, options=_options_to_read(path))
    except OSError as error:
        raise StoreError(f"{path} cannot be made: {error.strerror}") from error
    return location


def _make_folder(path: Path) -> None:
    """Make the folder of the user's own registry; any other that is missing is more likely mistyped than meant."""
    if path != default_store():
        raise StoreError(f"the folder of {path} does not exist")
    path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)


def _is_writable(path: Path) -> bool:
    # SQLite writes a second file beside the first one.
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _options_to_read(path: Path) -> tuple[tuple[str, str], ...]:
    """Return how a file is opened that cannot be written.

    Without the files -wal and -shm beside it SQLite can read it as one that nobody changes only.
    """
    if path.with_name(path.name + "-shm").exists() and path.with_name(path.name + "-wal").exists():
        return (("mode", "ro"),)
    return (("mode", "ro"), ("immutable", "1"))


def _bring_up_to_date(database: Database) -> None:
    location = database.location
    with database.read() as connection:
        # Before anything is changed, the journal's mode too: the file may be another program's.
        foreign_databases.refuse(connection, location)
        revision = _revision(connection)
    if location.options:
        if revision != HEAD:
            raise StoreError(f"{location} is read-only and of an older release: it has to be written to be migrated")
        return
    if location.path is not None:
        with database.connection() as connection:
            _use_wal(connection)
    if revision != HEAD:
        with database.write() as connection:
            _make_or_migrate(connection, location)


def _make_or_migrate(connection: Connection, location: Location) -> None:
    if location.path is None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    # Whoever waited for the lock finds the work done.
    revision = _revision(connection)
    if revision is None:
        foreign_databases.refuse(connection, location)
        complete_metadata(connection.dialect.name).create_all(connection)
        version_table.create(connection)
        connection.execute(version_table.insert().values(version_num=HEAD))
    elif revision != HEAD:
        _migrate(connection, location, revision)


def _use_wal(connection: Connection) -> None:
    """Put the file in WAL mode; SQLite does not wait for others who do the same at once, so this does."""
    driver: Any = connection.connection.driver_connection
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if driver.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                driver.execute("PRAGMA journal_mode=WAL")
            return
        except driver.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise StoreError(f"the file cannot be put in WAL mode: {error}") from error
            time.sleep(0.01)


def _revision(connection: Connection) -> str | None:
    """Return the revision of the tables, or None when there are none of ours."""
    is_there = "alembic_version" in foreign_databases.tables_of(connection)
    return connection.execute(select(version_table.c.version_num)).scalar() if is_there else None


def _migrate(connection: Connection, location: Location, revision: str) -> None:
    if revision not in REVISIONS:
        raise NewerStore(
            f"{location} was made by a newer modelreg (its tables are revision {revision}, this release knows {HEAD}): "
            "update modelreg to open it"
        )
    if location.path is not None:
        _back_up(location.path, revision)
    from modelreg.local._registry.migrations import upgrade

    upgrade(connection)


def _back_up(path: Path, revision: str) -> None:
    """Copy the file beside itself before its tables change; a connection of its own sees what is committed."""
    copy = path.with_name(f"{path.name}.before-{revision}-to-{HEAD}")
    os.close(os.open(copy, os.O_CREAT | os.O_RDWR, _PRIVATE))
    source = sqlite3.connect(path, timeout=BUSY_SECONDS)
    target = sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()
