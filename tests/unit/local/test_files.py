"""Files of SQLite registries: who may read them, whose they are, and what happens when they change below."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from modelreg import ModelRegistry
from modelreg.errors import DeadlineExceeded
from modelreg.local import LocalTransport, StoreBusy, StoreError
from modelreg.local._registry import write_queue
from modelreg.local._registry.location import locate
from modelreg.local._registry.opening import open_database
from modelreg.local._registry.schema import REVISIONS
from tests.unit.local.test_opening import migrated

BASE = "http://registry.test/api/model_registry/v1"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "registry.db"


@pytest.fixture
def client(path: Path) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=BASE, transport=LocalTransport(path)) as client:
        assert client.post("/registered_models", json={"name": "m"}).status_code == 201
        yield client


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_new_files_are_private(path: Path, client: httpx.Client) -> None:
    there = sorted(each.name for each in path.parent.iterdir())
    assert there == ["registry.db", "registry.db-queue", "registry.db-shm", "registry.db-wal"]
    assert {mode(each) for each in path.parent.iterdir()} == {0o600}


def test_a_backup_is_private(path: Path) -> None:
    migrated(str(path), to=REVISIONS[0]).close()
    open_database(path).close()
    (backup,) = path.parent.glob("*.before-*")
    assert mode(backup) == 0o600


def test_a_mode_that_was_chosen_stays(path: Path) -> None:
    path.touch(0o660)
    path.chmod(0o660)
    with httpx.Client(base_url=BASE, transport=LocalTransport(path)) as client:
        client.post("/registered_models", json={"name": "m"})
        assert (mode(path), mode(path.with_name("registry.db-queue")) & 0o600) == (0o660, 0o600)


FOREIGN = {
    "MLflow": "CREATE TABLE experiments (a); CREATE TABLE runs (a); CREATE TABLE latest_metrics (a);"
    "CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('0a8213491aaa')",
    "ML Metadata": "CREATE TABLE MLMDEnv (a); CREATE TABLE Artifact (a)",
    "Optuna": "CREATE TABLE studies (a); CREATE TABLE trials (a)",
    "something else.*accounts, ledger": "CREATE TABLE ledger (a); CREATE TABLE accounts (a)",
    "something else": "CREATE TABLE artifact (a)",
}


@pytest.mark.parametrize("program", FOREIGN)
def test_another_programs_file_is_named_and_left_alone(program: str, path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.executescript(FOREIGN[program])
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=program):
        open_database(path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["registry.db"]


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_not_there_any_more_is_not_written_to(path: Path, client: httpx.Client, replaced: bool) -> None:
    if replaced:
        shutil.copy(path, path.with_name("copy.db"))
        path.with_name("copy.db").rename(path)
    else:
        path.unlink()
    with pytest.raises(StoreError, match="deleted or replaced"):
        client.post("/registered_models", json={"name": "n"})
    with pytest.raises(StoreError, match="deleted or replaced"):
        client.patch("/registered_models/1", json={"owner": "a"})


def test_a_full_disk_says_so(path: Path, client: httpx.Client) -> None:
    database = client._transport.app.open()
    with database.connection() as connection:
        driver = connection.connection.driver_connection
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
    # Each connection has a limit of its own, and the pool gives out the one that was used last.
    with database.connection() as connection:
        connection.connection.driver_connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreError, match="disk of the registry is full"):
        client.post("/registered_models", json={"name": "n", "description": "d" * 10_000_000})
    assert client.get("/registered_models").json()["size"] == 1


READ_AND_WRITE = """
import os, sys, httpx
from modelreg.local import LocalTransport, StoreError
with httpx.Client(base_url=sys.argv[2], transport=LocalTransport(sys.argv[3])) as client:
    # The other user may not be able to import what this needs.
    client.post("/registered_models", json={"name": "m"})
    client.get("/registered_models", params={"filterQuery": "name = 'm'"})
os.setgroups([]); os.setgid(65534); os.setuid(65534)
with httpx.Client(base_url=sys.argv[2], transport=LocalTransport(sys.argv[1])) as client:
    print(client.get("/registered_models").json()["size"])
    try:
        client.post("/registered_models", json={"name": "n"})
    except StoreError as error:
        print("read-only" in str(error))
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("is_open", [False, True])
def test_a_read_only_file_is_read(tmp_path: Path, is_open: bool) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    path = folder / "registry.db"
    for each in (tmp_path, *tmp_path.parents):
        if each.stat().st_uid == os.getuid() and not each.stat().st_mode & stat.S_IXOTH:
            each.chmod(0o755)  # pytest's folders are private, and the reader is another user
    path.touch()
    transport = LocalTransport(path)
    with httpx.Client(base_url=BASE, transport=transport) as client:
        client.post("/registered_models", json={"name": "m"})
        if not is_open:
            transport.close()
        for each in folder.iterdir():
            each.chmod(0o444)
        folder.chmod(0o555)
        command = [sys.executable, "-c", READ_AND_WRITE, str(path), BASE, str(tmp_path / "other.db")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("1\nTrue\n", "")


def test_a_wait_ends_at_the_deadline(path: Path, client: httpx.Client) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        client.post("/registered_models", json={"name": "n"}, timeout=0.05)
    assert client.get("/registered_models", timeout=0.05).json()["size"] == 1
    other.execute("ROLLBACK")
    other.close()
    assert client.post("/registered_models", json={"name": "n"}, timeout=0.05).status_code == 201


def test_the_client_names_such_a_wait_by_its_own_error(path: Path, client: httpx.Client) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ModelRegistry(str(path), timeout=0.05, retries=0) as registry, pytest.raises(DeadlineExceeded) as caught:
        registry.models.upsert("n")
    assert not caught.value.may_have_acted
    other.close()


def test_a_wait_for_another_thread_ends_at_the_deadline(path: Path, client: httpx.Client) -> None:
    with LocalTransport(path).app.open().write(), pytest.raises(StoreBusy):
        client.post("/registered_models", json={"name": "n"}, timeout=0.05)


HOLD = """
import sys
from pathlib import Path
from modelreg.local._registry.write_queue import WriteQueue
with WriteQueue(Path(sys.argv[1])).turn(5):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_writer_does_not_wait_for_ever_behind_one_that_was_stopped(
    path: Path, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_queue, "LONGEST_WAIT", 0.05)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert client.post("/registered_models", json={"name": "n"}).status_code == 201
        holder.communicate("")
    assert client.post("/registered_models", json={"name": "o"}).status_code == 201


def test_the_queue_lets_one_process_at_a_time(path: Path, client: httpx.Client) -> None:
    queue = write_queue.WriteQueue(path)
    turns = []
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"

        def wait() -> None:
            with queue.turn(60):
                turns.append(holder.poll())

        waiting = threading.Thread(target=wait)
        waiting.start()
        assert turns == []
        holder.communicate("")
        waiting.join()
    assert len(turns) == 1
    queue.close()


def test_no_harm_where_locks_do_not_work(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("no locks here")

    monkeypatch.setattr(write_queue.fcntl, "lockf", fail)
    with httpx.Client(base_url=BASE, transport=LocalTransport(path)) as client:
        assert client.post("/registered_models", json={"name": "m"}).status_code == 201
    path.with_name("registry.db-queue").unlink()
    path.with_name("registry.db-queue").mkdir()
    with httpx.Client(base_url=BASE, transport=LocalTransport(path)) as client:
        assert client.post("/registered_models", json={"name": "n"}).status_code == 201


@pytest.mark.parametrize(
    "address", ["sqlite:///./:memory:", "sqlite:////tmp/:memory:", "sqlite:///file::memory:", "sqlite:///%3Amemory%3A"]
)
def test_a_database_in_memory_is_refused(address: str) -> None:
    with pytest.raises(StoreError):
        locate(address)


@pytest.mark.parametrize("port", ["x", "0", "65536", "-1", "5432x"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(StoreError, match="port"):
        locate(f"postgresql://user:p%40ss@db.example:{port}/models")


@pytest.mark.parametrize(
    "address", ["postgresql:///db?host=/run/pg", "postgresql://u@[::1]:5432/db", "postgresql://h/d"]
)
def test_an_address_without_a_port_or_with_one_is_taken(address: str) -> None:
    assert locate(address).dialect == "postgresql"


@pytest.mark.parametrize("password", ["se:cret", "se@cret", "se/cret", "se?cret", "se#cret", "%73ecret", "se&cret=1"])
@pytest.mark.parametrize("form", ["postgresql://ana:{}@h/d", "postgresql://h/d?password={}", "postgresql://ana:{}@h"])
def test_a_password_never_shows(form: str, password: str) -> None:
    try:
        location = locate(form.format(password))
    except StoreError as error:
        shown = str(error)
    else:
        shown = f"{location} {location!r}"
    assert "cret" not in shown
