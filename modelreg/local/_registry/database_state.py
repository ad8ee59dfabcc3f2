"""A text that is another one after every write to a database, for what is made of the database and kept."""

from __future__ import annotations

import threading

from sqlalchemy import Connection, Engine

from modelreg.local._registry.engines import make_engine
from modelreg.local._registry.location import Location

_SECONDS = 1.0


class DatabaseState:
    """The state of one database as a text; two of them are equal only when nothing was written in between.

    SQLite counts the changes that other connections than the asking one made, so that one connection is kept here,
    which never writes. PostgreSQL names the transactions that can be seen.
    """

    def __init__(self, location: Location, engine: Engine) -> None:
        self._location = location
        self._engine = engine
        self._lock = threading.Lock()
        self._own: tuple[Engine, Connection] | None = None

    def read(self) -> str:
        """Return the state.

        Raises:
            OSError: The file is not there.
            sqlalchemy.exc.DBAPIError: The database cannot be read.
        """
        path = self._location.path
        if path is None:
            with self._engine.connect() as connection:
                return str(connection.exec_driver_sql("SELECT txid_current_snapshot()::text").scalar())
        file = path.stat()
        with self._lock:
            if self._own is None:
                engine = make_engine(self._location, _SECONDS)
                self._own = engine, engine.connect()
            driver = self._own[1].connection.driver_connection
            assert driver is not None
            (changes,) = driver.execute("PRAGMA data_version").fetchone()
        return f"{file.st_dev}-{file.st_ino}-{changes}"

    def close(self) -> None:
        """Close the connection that is kept here."""
        with self._lock:
            own, self._own = self._own, None
        if own is not None:
            own[1].close()
            own[0].dispose()
