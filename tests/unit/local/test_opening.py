"""Opening a registry's database: made, up to date, migrated after a backup, or refused."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import inspect, text

from modelreg.local import LocalTransport, NewerStore, StoreError
from modelreg.local._registry.database import Database
from modelreg.local._registry.location import locate
from modelreg.local._registry.migrations import upgrade
from modelreg.local._registry.opening import open_database
from modelreg.local._registry.schema import HEAD, REVISIONS

BASE = "http://registry.test/api/model_registry/v1alpha3"


def migrated(address: str, *, to: str = "head") -> Database:
    database = Database(locate(address))
    with database.write() as connection:
        upgrade(connection, to=to)
    return database


def structure(database: Database) -> dict[str, Any]:
    with database.read() as connection:
        there = inspect(connection)
        return {
            table: {
                "columns": {each["name"]: (str(each["type"]), each["nullable"]) for each in there.get_columns(table)},
                "key": there.get_pk_constraint(table),
                "foreign": sorted(map(str, there.get_foreign_keys(table))),
                "unique": sorted(map(str, there.get_unique_constraints(table))),
                "indexes": sorted(
                    (each["name"], each["column_names"], each["unique"], *map(str, each["dialect_options"].values()))
                    for each in there.get_indexes(table)
                ),
            }
            for table in there.get_table_names()
        }


def test_made_from_the_schema_and_migrated_are_equal(new_store: str, request: pytest.FixtureRequest) -> None:
    if new_store.startswith("sqlite"):
        other = new_store.replace("registry.db", "other.db")
    else:
        from tests.registries import new_postgres_url

        other = new_postgres_url(request.getfixturevalue("postgres_server"))
    made, stepwise = open_database(new_store), migrated(other)
    try:
        assert structure(made) == structure(stepwise)
        assert len(structure(made)) == 13
    finally:
        made.close()
        stepwise.close()


def test_an_older_registry_is_migrated_and_keeps_what_it_holds(new_store: str) -> None:
    database = migrated(new_store, to=REVISIONS[0])
    with database.write() as connection:
        connection.execute(text("INSERT INTO resource (kind) VALUES ('registered_model')"))
        connection.execute(
            text(
                "INSERT INTO registered_model (id, name, state, created, updated, properties) "
                "VALUES (1, 'kept', 'LIVE', 1000, 1000, '{}')"
            )
        )
    database.close()
    with httpx.Client(base_url=BASE, transport=LocalTransport(new_store)) as client:
        assert client.get("/registered_models/1").json()["name"] == "kept"
    reopened = open_database(new_store)
    with reopened.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
    reopened.close()
    if reopened.location.path is not None:
        path = reopened.location.path
        (copy,) = (each for each in path.parent.iterdir() if ".before-" in each.name)
        assert copy.name == f"registry.db.before-{REVISIONS[0]}-to-{HEAD}"
        with sqlite3.connect(copy) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (REVISIONS[0],)
            assert connection.execute("SELECT name FROM registered_model").fetchone() == ("kept",)
        connection.close()


def test_a_newer_registry_is_refused_and_left_alone(new_store: str) -> None:
    database = open_database(new_store)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with (
        httpx.Client(base_url=BASE, transport=LocalTransport(new_store)) as client,
        pytest.raises(NewerStore, match=f"made by a newer modelreg.*9999.*knows {HEAD}"),
    ):
        client.get("/registered_models")


def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE artifact (id)")
    connection.close()
    with pytest.raises(StoreError, match="a database of something else"):
        open_database(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("artifact",)]
    connection.close()


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database " * 100)
    with pytest.raises(StoreError, match=r"notes\.txt"):
        open_database(path)
    with pytest.raises(StoreError, match="folder"):
        open_database(tmp_path / "missing" / "registry.db")
    with pytest.raises(StoreError):
        open_database("postgresql://user:secret@127.0.0.1:1/none")


def test_a_refusal_never_holds_the_password() -> None:
    with pytest.raises(StoreError) as refused:
        open_database("postgresql://user:hunter2@127.0.0.1:1/none?password=hunter2")
    assert "hunter2" not in str(refused.value)


def _open_and_write(address: str, name: str) -> None:
    with httpx.Client(base_url=BASE, transport=LocalTransport(address)) as client:
        answer = client.post("/registered_models", json={"name": name})
    os._exit(0 if answer.status_code == 201 else 1)


@pytest.mark.heavy
def test_ten_processes_open_a_new_one_at_once(new_store: str) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_open_and_write, args=(new_store, f"m{index}")) for index in range(10)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(60)
    assert [each.exitcode for each in workers] == [0] * 10
    with httpx.Client(base_url=BASE, transport=LocalTransport(new_store)) as client:
        assert client.get("/registered_models").json()["size"] == 10


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # that it can be done at all is what is tried here
def test_a_fork_after_opening_is_safe(new_store: str) -> None:
    with httpx.Client(base_url=BASE, transport=LocalTransport(new_store)) as client:
        assert client.post("/registered_models", json={"name": "before"}).status_code == 201
        child = os.fork()
        if child == 0:
            answer = client.post("/registered_models", json={"name": "child"})
            os._exit(0 if answer.status_code == 201 else 1)
        assert client.post("/registered_models", json={"name": "parent"}).status_code == 201
        _, status = os.waitpid(child, 0)
        assert status == 0
        listed = client.get("/registered_models").json()["items"]
        assert {each["name"] for each in listed} == {"before", "child", "parent"}


def test_a_file_is_durable_and_checked(tmp_path: Path) -> None:
    database = open_database(tmp_path / "registry.db")
    with database.read() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_opening_imports_neither_alembic_nor_lark(tmp_path: Path) -> None:
    code = (
        "import sys, modelreg.local._registry.app as app\n"
        f"app.App({str(tmp_path / 'registry.db')!r}).open()\n"
        "assert not {'alembic', 'lark', 'psycopg'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_making_a_transport_touches_nothing(tmp_path: Path) -> None:
    LocalTransport(tmp_path / "registry.db").close()
    assert list(tmp_path.iterdir()) == []
