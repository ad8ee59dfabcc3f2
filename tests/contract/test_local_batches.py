"""Requests grouped into batches: one transaction for many, each undone by itself, none of them lost in silence."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from modelreg.local import BatchLost, LocalTransport
from modelreg.local._registry import batches
from tests.contract.replaying import ALPHA

BASE = f"http://registry.test{ALPHA}"


def names(store: str) -> list[str]:
    """Return the names of the models that another connection sees."""
    with httpx.Client(base_url=BASE, transport=LocalTransport(store)) as other:
        return [each["name"] for each in other.get("/registered_models").json()["items"]]


def make(client: httpx.Client, name: str) -> httpx.Response:
    return client.post("/registered_models", json={"name": name})


@pytest.fixture
def transport(store: str) -> LocalTransport:
    return LocalTransport(store)


def test_a_batch_is_seen_inside_at_once_and_outside_when_it_ends(
    store: str, transport: LocalTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "LONGEST_SECONDS", 3600)
    with httpx.Client(base_url=BASE, transport=transport) as client:
        with transport.batch():
            assert make(client, "a").status_code == 201
            assert client.get("/registered_model?name=a").status_code == 200
            assert client.get("/registered_models").json()["size"] == 1
            assert names(store) == []
        assert names(store) == ["a"]
        assert make(client, "b").status_code == 201
        assert names(store) == ["a", "b"]


def test_a_request_that_fails_undoes_itself_alone(store: str, transport: LocalTransport) -> None:
    with httpx.Client(base_url=BASE, transport=transport) as client, transport.batch():
        assert [make(client, each).status_code for each in ("a", "a", "b")] == [201, 409, 201]
        assert client.post("/registered_models", json={"name": "c", "nope": 1}).status_code == 400
        taken = {"name": "d", "externalId": "e"}
        assert client.post("/registered_models", json=taken).status_code == 201
        assert client.post("/registered_models", json={**taken, "name": "x"}).status_code == 409
        stale = client.patch("/registered_models/1", json={"owner": "a"}, headers={"If-Match": '"0"'})
        assert stale.status_code in (404, 412)
    assert names(store) == ["a", "b", "d"]


def test_a_block_that_raises_keeps_what_was_answered(store: str, transport: LocalTransport) -> None:
    def write_and_fail(client: httpx.Client) -> None:
        with transport.batch():
            make(client, "a")
            raise ZeroDivisionError

    with httpx.Client(base_url=BASE, transport=transport) as client, pytest.raises(ZeroDivisionError):
        write_and_fail(client)
    assert names(store) == ["a"]


def test_a_transaction_holds_a_number_of_writes(
    store: str, transport: LocalTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "LONGEST_SECONDS", 3600)
    monkeypatch.setattr(batches, "MOST_WRITES", 2)
    with httpx.Client(base_url=BASE, transport=transport) as client, transport.batch():
        for each in "abc":
            make(client, each)
        assert names(store) == ["a", "b"]


def test_a_transaction_ends_by_itself_though_no_request_comes(
    store: str, transport: LocalTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "LONGEST_SECONDS", 0.01)
    with httpx.Client(base_url=BASE, transport=transport) as client, transport.batch():
        make(client, "a")
        with httpx.Client(base_url=BASE, transport=LocalTransport(store)) as other:
            # This writer waits until the batch gives way.
            assert make(other, "b").status_code == 201
        assert names(store) == ["a", "b"]


def test_threads_join_a_batch(store: str, transport: LocalTransport) -> None:
    with httpx.Client(base_url=BASE, transport=transport) as client, transport.batch():
        threads = [threading.Thread(target=make, args=(client, f"m{index}")) for index in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert sorted(names(store)) == [f"m{index}" for index in range(8)]


async def test_an_async_client_has_batches(store: str, transport: LocalTransport) -> None:
    async with httpx.AsyncClient(base_url=BASE, transport=transport) as client, transport.batch():
        for each in ("a", "b"):
            assert (await client.post("/registered_models", json={"name": each})).status_code == 201
    assert names(store) == ["a", "b"]


def test_one_batch_is_open_at_a_time(transport: LocalTransport) -> None:
    with transport.batch(), pytest.raises(RuntimeError), transport.batch():
        pass
    with transport.batch():
        pass
    transport.close()


def test_a_transaction_that_cannot_be_committed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LONGEST_SECONDS", 3600)
    path = tmp_path / "registry.db"
    transport = LocalTransport(path)
    with httpx.Client(base_url=BASE, transport=transport) as client:
        assert make(client, "before").status_code == 201
        batch = transport.batch()
        with pytest.raises(BatchLost, match="deleted or replaced"), batch:
            write_and_move(client, path)


def write_and_move(client: httpx.Client, path: Path) -> None:
    make(client, "a")
    path.rename(path.with_name("elsewhere.db"))


KILLED = """
import os, sys, httpx
from modelreg.local import LocalTransport
from modelreg.local._registry import batches
batches.LONGEST_SECONDS, batches.MOST_WRITES = 3600, 3
transport = LocalTransport(sys.argv[1])
with httpx.Client(base_url=sys.argv[2], transport=transport) as client, transport.batch():
    for name in "abcde":
        assert client.post("/registered_models", json={"name": name}).status_code == 201
    os._exit(0)
"""


def test_a_process_that_dies_in_a_batch_leaves_whole_transactions(store: str) -> None:
    subprocess.run([sys.executable, "-c", KILLED, store, BASE], check=True)
    assert names(store) == ["a", "b", "c"]


def test_other_processes_get_their_turn(tmp_path: Path) -> None:
    path = str(tmp_path / "registry.db")
    transport = LocalTransport(path)
    with httpx.Client(base_url=BASE, transport=transport) as client, transport.batch():
        make(client, "first")
        code = (
            "import sys, httpx; from modelreg.local import LocalTransport\n"
            "with httpx.Client(base_url=sys.argv[2], transport=LocalTransport(sys.argv[1]), timeout=60) as client:\n"
            "    print(client.post('/registered_models', json={'name': 'other'}).status_code)\n"
        )
        process = subprocess.Popen([sys.executable, "-c", code, path, BASE], stdout=subprocess.PIPE, text=True)
        written = 0
        while process.poll() is None:
            written += make(client, f"m{written}").status_code == 201
        assert process.communicate()[0] == "201\n"
        assert written > 0
