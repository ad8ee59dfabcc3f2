"""Measures the facade against plain httpx that makes the fewest calls, on one `modelreg serve`, in one run.

    python -m tests.bench.client

Each pair is measured in turns, so that what else the machine does falls on both; the ratio of the medians counts.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import httpx

from modelreg import ModelRegistry
from tests.serving import serving

ROUNDS = 200
LISTED = 400
COLD_ROUNDS = 9
PREFIX = "/api/model_registry/v1"

COLD_PLAIN = """
import httpx, sys
with httpx.Client(base_url=sys.argv[1]) as client:
    print(client.get("/api/model_registry/v1/registered_model", params={"name": "m0"}).json()["name"])
"""
COLD_OURS = """
import sys
from modelreg import ModelRegistry
with ModelRegistry(sys.argv[1]) as registry:
    print(registry.models.find("m0").name)
"""


def medians(one: Callable[[], object], other: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Run both in turns; return the median seconds of each."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for taken, work in zip(times, (one, other), strict=True):
            start = time.perf_counter()
            work()
            taken.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])


def plain_register(client: httpx.Client, numbers: Iterator[int]) -> Callable[[], None]:
    """Register with four requests: look, then write three records."""

    def register() -> None:
        name = f"plain-{next(numbers)}"
        client.get("/registered_model", params={"name": name})
        model = client.post("/registered_models", json={"name": name}).json()
        version = client.post("/model_versions", json={"name": "1", "registeredModelId": model["id"]}).json()
        artifact = {"artifactType": "model-artifact", "name": name, "uri": "s3://w", "modelFormatName": "onnx"}
        client.post(f"/model_versions/{version['id']}/artifacts", json=artifact).raise_for_status()

    return register


def plain_list(client: httpx.Client) -> int:
    """List with one request."""
    return len(client.get("/registered_models", params={"filterQuery": "name LIKE 'm%'"}).json()["items"])


def cold(url: str, code: str, folder: Path) -> Callable[[], None]:
    """Import, connect and get one model, in a process of its own; modules are compiled once, as an installer does.

    Args:
        url: The registry's address.
        code: What the process runs.
        folder: Where the compiled modules are kept.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPYCACHEPREFIX": str(folder)}

    def run() -> None:
        subprocess.run([sys.executable, "-c", code, url], check=True, capture_output=True, env=environment)

    run()
    return run


def main() -> None:
    """Print a row a measure."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "log", "--store", f"{folder}/r.db") as served:
        numbers, compiled = count(), Path(folder) / "compiled"
        with httpx.Client(base_url=served.url + PREFIX) as client, ModelRegistry(served.url) as registry:
            for number in range(LISTED):
                registry.models.upsert(f"m{number}", properties={"auc": 0.5, "tier": "gold"})
            plain_get = medians(
                lambda: registry.models.find("m7"),
                lambda: client.get("/registered_model", params={"name": "m7"}).json(),
                ROUNDS,
            )
            registering = medians(
                lambda: registry.register(f"ours-{next(numbers)}", "1", uri="s3://w", model_format="onnx"),
                plain_register(client, numbers),
                ROUNDS // 2,
            )
            listing = medians(
                lambda: sum(1 for _ in registry.models.list(where="name LIKE 'm%'")),
                lambda: plain_list(client),
                ROUNDS // 8,
            )
        starting = medians(cold(served.url, COLD_OURS, compiled), cold(served.url, COLD_PLAIN, compiled), COLD_ROUNDS)
    print(f"{'':28}{'ours':>12}{'plain httpx':>14}{'ratio':>9}   goal")
    row("get a model by name", plain_get, "at most 1.0")
    row("register something new", registering, "at most 1.2")
    row(f"list {LISTED} models", listing, "at most 1.0")
    row("cold: import, connect, get", starting, "at most 1.6")


def row(what: str, pair: tuple[float, float], goal: str) -> None:
    """Print one measure."""
    ours, plain = pair
    print(f"{what:28}{ours * 1000:9.2f} ms{plain * 1000:11.2f} ms{ours / plain:9.2f}   {goal}")


if __name__ == "__main__":
    main()
