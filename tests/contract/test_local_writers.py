"""Many writers of one registry: one of them wins, nothing is half written, and times rise."""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from modelreg.local import LocalTransport

BASE = "http://registry.test/api/model_registry/v1alpha3"


def number(value: float) -> dict[str, Any]:
    return {"metadataType": "MetadataDoubleValue", "double_value": value}


def test_of_many_threads_one_makes_a_name(client: httpx.Client) -> None:
    with ThreadPoolExecutor(16) as threads:
        for name in ("a", "b", "c"):
            made = list(threads.map(lambda _, n=name: client.post("/registered_models", json={"name": n}), range(16)))
            assert Counter(each.status_code for each in made) == {201: 1, 409: 15}
    assert client.get("/registered_models").json()["size"] == 3


def _post_ten(address: str, results: Any) -> None:
    with httpx.Client(base_url=BASE, transport=LocalTransport(address)) as client:
        for index in range(10):
            results.put(client.post("/registered_models", json={"name": f"m{index}"}).status_code)


@pytest.mark.heavy
def test_of_many_processes_one_makes_a_name(store: str) -> None:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    workers = [context.Process(target=_post_ten, args=(store, results)) for _ in range(4)]
    for each in workers:
        each.start()
    statuses = Counter(results.get(timeout=60) for _ in range(40))
    for each in workers:
        each.join(60)
    assert statuses == {201: 10, 409: 30}


def test_create_times_of_a_versions_artifacts_strictly_rise(client: httpx.Client) -> None:
    model = client.post("/registered_models", json={"name": "m"}).json()["id"]
    version = client.post("/model_versions", json={"name": "v", "registeredModelId": model}).json()["id"]

    def attach(index: int) -> int:
        body = {"artifactType": "model-artifact" if index % 2 else "doc-artifact", "name": f"a{index}"}
        return client.post(f"/model_versions/{version}/artifacts", json=body).status_code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(attach, range(40))) == {201}
    items = client.get(f"/model_versions/{version}/artifacts", params={"orderBy": "ID"}).json()["items"]
    times = [int(each["createTimeSinceEpoch"]) for each in items]
    assert times == sorted(set(times))
    assert len(times) == 40


def test_metrics_of_one_name_at_once_are_one_metric(client: httpx.Client) -> None:
    model = client.post("/registered_models", json={"name": "m"}).json()["id"]
    version = client.post("/model_versions", json={"name": "v", "registeredModelId": model}).json()["id"]

    def log(value: int) -> tuple[int, str]:
        body = {"artifactType": "metric", "name": "loss", "value": value}
        answer = client.post(f"/model_versions/{version}/artifacts", json=body)
        return answer.status_code, answer.json()["id"]

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(log, range(24)))) == 1


def test_a_refused_write_leaves_nothing_behind(client: httpx.Client) -> None:
    first = {"name": "m", "externalId": "e", "customProperties": {"k": number(1)}}
    assert client.post("/registered_models", json=first).status_code == 201
    other = client.post("/registered_models", json={"name": "other", "customProperties": {"k": number(2)}}).json()["id"]
    changed = {"externalId": "e", "description": "no", "customProperties": {"k": number(3)}}
    assert client.patch(f"/registered_models/{other}", json=changed).status_code == 409
    assert client.get(f"/registered_models/{other}").json()["customProperties"] == {"k": number(2)}
    assert client.get("/registered_models", params={"filterQuery": "k = 3"}).json()["size"] == 0
    assert "description" not in client.get(f"/registered_models/{other}").json()


def test_an_empty_external_id_is_none(client: httpx.Client) -> None:
    for name in ("a", "b"):
        assert client.post("/registered_models", json={"name": name, "externalId": ""}).status_code == 201


async def test_the_async_client_gets_the_same_answers(store: str) -> None:
    async with httpx.AsyncClient(base_url=BASE, transport=LocalTransport(store)) as client:
        made = await asyncio.gather(*(client.post("/registered_models", json={"name": f"m{i % 5}"}) for i in range(20)))
        assert Counter(each.status_code for each in made) == {201: 5, 409: 15}
        assert (await client.get("/registered_models")).json()["size"] == 5


async def test_no_loop_waits_for_the_database(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    async with httpx.AsyncClient(base_url=BASE, transport=LocalTransport(path)) as client:
        await client.get("/registered_models")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        # The write waits for the lock, which this loop gives up: it would wait for ever if the loop did.
        write = asyncio.create_task(client.post("/registered_models", json={"name": "m"}, timeout=60))
        assert (await client.get("/registered_models")).json()["size"] == 0
        other.execute("ROLLBACK")
        other.close()
        assert (await write).status_code == 201


async def test_a_cancelled_write_is_whole_or_not_there(store: str) -> None:
    async with httpx.AsyncClient(base_url=BASE, transport=LocalTransport(store)) as client:
        await client.get("/registered_models")
        body = {"name": "m", "customProperties": {f"k{i}": number(i) for i in range(200)}}
        task = asyncio.create_task(client.post("/registered_models", json=body))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        items = (await client.get("/registered_models")).json()["items"]
        assert all(len(each["customProperties"]) == 200 for each in items)


def test_one_transport_serves_one_loop_after_another(store: str) -> None:
    transport = LocalTransport(store)

    async def ask() -> int:
        client = httpx.AsyncClient(base_url=BASE, transport=transport)
        answers = await asyncio.gather(*(client.get("/registered_models") for _ in range(10)))
        return sum(each.status_code for each in answers)

    try:
        assert asyncio.run(ask()) == asyncio.run(ask()) == 2000
    finally:
        transport.close()
