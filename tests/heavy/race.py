"""Count what survives when many processes set properties of their own on one model of the embedded registry.

Run by ``make race``: on a SQLite file, on that file served, and on PostgreSQL. Every writer reads, merges and patches,
once with If-Match, again on 412, and once without, as clients that know no preconditions do.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from modelreg.local import LocalTransport

API = "/api/model_registry/v1"
WRITERS, KEYS = 32, 1


def connect(address: str) -> httpx.Client:
    """Return a client on a registry: over HTTP where the address is a server's, else in this process."""
    if address.startswith("http"):
        return httpx.Client(base_url=address + API, timeout=120)
    return httpx.Client(base_url=f"http://registry.test{API}", transport=LocalTransport(address), timeout=120)


def set_property(client: httpx.Client, path: str, key: str, *, conditional: bool) -> tuple[int, float]:
    """Set a property beside those that are there; return how many patches it took, and the seconds of the last one."""
    value = {"metadataType": "MetadataBoolValue", "bool_value": True}
    patches = 0
    while True:
        read = client.get(path)
        condition = {"If-Match": read.headers["etag"]} if conditional else {}
        body = {"customProperties": {**read.json()["customProperties"], key: value}}
        begin = time.perf_counter()
        answer = client.patch(path, json=body, headers=condition)
        patches += 1
        if answer.status_code != 412:
            answer.raise_for_status()
            return patches, time.perf_counter() - begin


def write(address: str, path: str, number: int, keys: int, conditional: bool, start: Any, results: Any) -> None:
    """Set the properties of one writer, once every writer is ready."""
    with connect(address) as client:
        client.get(path)
        start.wait(120)
        for index in range(keys):
            results.put(set_property(client, path, f"w{number}-{index}", conditional=conditional))


def race(name: str, address: str, *, writers: int, keys: int, conditional: bool) -> bool:
    """Run one race and print its counts; return whether every property survived."""
    with connect(address) as client:
        made = client.post("/registered_models", json={"name": f"race-{conditional}"}).raise_for_status()
        path = f"/registered_models/{made.json()['id']}"
        context = multiprocessing.get_context("spawn")
        start, results = context.Barrier(writers), context.Queue()
        processes = [
            context.Process(target=write, args=(address, path, number, keys, conditional, start, results))
            for number in range(writers)
        ]
        for each in processes:
            each.start()
        took = [results.get(timeout=300) for _ in range(writers * keys)]
        for each in processes:
            each.join(60)
        survived = len(client.get(path).json()["customProperties"])
    slowest = max(seconds for _, seconds in took) * 1000
    patches = sum(patches for patches, _ in took)
    kind = "If-Match" if conditional else "no condition"
    print(f"{name:<12}{kind:<14}{survived:>5} of {writers * keys} kept  {patches:>6} patches  slowest {slowest:.0f} ms")
    return survived == writers * keys


@contextmanager
def addresses(folder: Path) -> Iterator[dict[str, str]]:
    """Yield a registry of each kind, all of them empty."""
    # Not imported by the writers, of which there are many.
    from tests.registries import new_postgres_url, start_postgres
    from tests.serving import serving

    server = start_postgres()
    try:
        with serving(folder / "log", "--store", str(folder / "served.db")) as served:
            yield {
                "SQLite": f"sqlite:///{folder / 'race.db'}",
                "served": served.url,
                "PostgreSQL": new_postgres_url(server.get_uri()),
            }
    finally:
        server.cleanup()


def main() -> int:
    """Race on every kind of registry; the exit code is 1 when a property was lost in spite of If-Match."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=WRITERS, help="processes at once")
    parser.add_argument("--keys", type=int, default=KEYS, help="properties that each of them sets")
    arguments = parser.parse_args()
    size = {"writers": arguments.writers, "keys": arguments.keys}
    with tempfile.TemporaryDirectory() as folder, addresses(Path(folder)) as found:
        kept = [race(name, address, **size, conditional=True) for name, address in found.items()]
        for name, address in found.items():
            race(name, address, **size, conditional=False)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
