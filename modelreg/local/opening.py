"""Decides whether a database can be opened: made new, up to date, migrated after a backup, or refused.

A new database is made from the tables' description and stamped, so that Alembic is imported only to migrate.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import DBAPIError

from modelreg.local.database import BUSY_SECONDS, Database
from modelreg.local.errors import NewerStore, StoreError
from modelreg.local.location import Location, default_store, locate
from modelreg.local.schema import HEAD, REVISIONS, metadata, version_table

#: The key of the lock under which PostgreSQL lets one opener at a time make or migrate the tables.
_ADVISORY_LOCK = 0x6D6F_6465_6C72_6567


def open_database(address: str | Path | Location) -> Database:
    """Open a registry's database, making or migrating it where needed.

    Raises:
        NewerStore: it was made by a newer release.
        StoreError: it is something else, or cannot be reached.
    """
    location = address if isinstance(address, Location) else locate(address)
    if location.path is not None and not location.path.parent.is_dir():
        _make_folder(location.path)
    database = Database(location)
    try:
        if location.path is not None:
            with database.connection() as connection:
                _use_wal(connection)
        with database.read() as connection:
            revision = _revision(connection)
        if revision != HEAD:
            with database.write() as connection:
                _bring_up_to_date(connection, location)
    except DBAPIError as error:
        database.close()
        raise StoreError(f"{location} cannot be opened as a registry: {error.orig}") from error
    except BaseException:
        database.close()
        raise
    return database


def _make_folder(path: Path) -> None:
    """Make the folder of the user's own registry; any other that is missing is more likely mistyped than meant."""
    if path != default_store():
        raise StoreError(f"the folder of {path} does not exist")
    path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)


def _bring_up_to_date(connection: Connection, location: Location) -> None:
    if location.path is None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    # Whoever waited for the lock finds the work done.
    revision = _revision(connection)
    if revision is None:
        _refuse_strangers(connection, location)
        metadata.create_all(connection)
        version_table.create(connection)
        connection.execute(version_table.insert().values(version_num=HEAD))
    elif revision != HEAD:
        _migrate(connection, location, revision)


def _use_wal(connection: Connection) -> None:
    """Put the file in WAL mode; SQLite does not wait for others who do the same at once, so this does."""
    driver = connection.connection.driver_connection
    assert driver is not None
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
    if connection.dialect.name == "sqlite":
        there = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").first()
    else:
        # Not by to_regclass: inside a transaction it may remember that the table was not there before the lock.
        there = connection.exec_driver_sql(
            "SELECT 1 FROM pg_catalog.pg_tables"
            " WHERE tablename = 'alembic_version' AND schemaname = ANY (current_schemas(false))"
        ).first()
    return connection.execute(select(version_table.c.version_num)).scalar() if there else None


def _refuse_strangers(connection: Connection, location: Location) -> None:
    strangers = set(inspect(connection).get_table_names()) & set(metadata.tables)
    if strangers or (location.path is not None and inspect(connection).get_table_names()):
        raise StoreError(f"{location} is a database of something else: it has tables, but not a registry's")


def _migrate(connection: Connection, location: Location, revision: str) -> None:
    if revision not in REVISIONS:
        raise NewerStore(
            f"{location} was made by a newer modelreg (its tables are revision {revision}, this release knows {HEAD}): "
            "update modelreg to open it"
        )
    if location.path is not None:
        _back_up(location.path, revision)
    from modelreg.local.migrations import upgrade

    upgrade(connection)


def _back_up(path: Path, revision: str) -> None:
    """Copy the file beside itself before its tables change; a connection of its own sees what is committed."""
    copy = path.with_name(f"{path.name}.before-{revision}-to-{HEAD}")
    source = sqlite3.connect(path, timeout=BUSY_SECONDS)
    target = sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()
