"""A server that is killed in the middle of writes loses nothing that it answered, and leaves nothing half written."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from modelreg.local import LocalTransport
from tests.serving import ServedRegistry, start

V1 = "/api/model_registry/v1"
ROUNDS, CLIENTS, KEYS = 20, 8, 5


def body(name: str) -> dict[str, Any]:
    properties = {
        f"k{index}": {"metadataType": "MetadataStringValue", "string_value": f"{name}-{index}"} for index in range(KEYS)
    }
    return {"name": name, "description": name, "customProperties": properties}


def write_until_it_is_gone(served: ServedRegistry, prefix: str, answered: list[str], enough: threading.Event) -> None:
    with httpx.Client(base_url=served.url) as client:
        for number in range(10_000):
            name = f"{prefix}-{number}"
            try:
                answer = client.post(f"{V1}/registered_models", json=body(name))
            except httpx.TransportError:
                return
            assert answer.status_code == 201
            answered.append(name)
            if number == 5:
                enough.set()


def write_and_kill(store: Path, log: Path, number: int) -> list[str]:
    served = start(log, "--store", str(store))
    answered: list[str] = []
    enough = threading.Event()
    threads = [
        threading.Thread(target=write_until_it_is_gone, args=(served, f"{number}-{each}", answered, enough))
        for each in range(CLIENTS)
    ]
    for each in threads:
        each.start()
    assert enough.wait(60)
    served.kill()
    for each in threads:
        each.join()
    assert answered
    return answered


@pytest.mark.heavy
def test_killed_twenty_times_it_keeps_every_write_that_it_answered(tmp_path: Path) -> None:
    store = tmp_path / "registry.db"
    answered: set[str] = set()
    for number in range(ROUNDS):
        answered |= set(write_and_kill(store, tmp_path / "log", number))
        with sqlite3.connect(store) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            (rows,) = connection.execute("SELECT count(*) FROM property").fetchone()
            (models,) = connection.execute("SELECT count(*) FROM registered_model").fetchone()
            assert rows == KEYS * models
        connection.close()
    with httpx.Client(base_url="http://registry.test", transport=LocalTransport(store)) as client:
        items = client.get(f"{V1}/registered_models").json()["items"]
    assert answered <= {each["name"] for each in items}
    for each in items:
        assert {key: each[key] for key in ("name", "description", "customProperties")} == body(each["name"])
