"""Measures the page of a model with 100,000 versions against the REST call for the same 50 rows, in one run.

Run by ``make bench``; asserts nothing.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.local import VERSIONS, fill
from tests.serving import serving

TIMES = 60


def milliseconds(client: httpx.Client, path: str) -> float:
    """Return how long one request takes."""
    begin = time.perf_counter()
    client.get(path).raise_for_status()
    return (time.perf_counter() - begin) * 1000


def measure(client: httpx.Client, model: str) -> None:
    """Ask for the rows, for the page again, and for the page anew, in turn, and print the medians and ratios."""
    rows = f"/api/model_registry/v1/registered_models/{model}/versions?pageSize=50&orderBy=ID&sortOrder=DESC"
    anew = iter(range(10**6))
    paths: dict[str, Callable[[], str]] = {
        "REST, 50 rows": lambda: rows,
        "page, nothing written since": lambda: f"/models/{model}",
        # An address that was not asked for before is not kept.
        "page, made anew": lambda: f"/models/{model}?other={next(anew)}",
        "page, sorted by a metric, made anew": lambda: f"/models/{model}?sort=prop:auc&desc=1&other={next(anew)}",
    }
    print(f"{'first page of the server':<40}{milliseconds(client, f'/models/{model}'):>10.1f} ms")
    times: dict[str, list[float]] = {name: [] for name in paths}
    for _ in range(TIMES):
        for name, path in paths.items():
            times[name].append(milliseconds(client, path()))
    base = statistics.median(times["REST, 50 rows"])
    for name, measured in times.items():
        median = statistics.median(measured)
        print(f"{name:<40}{median:>10.1f} ms{median / base:>8.2f} x")


def main() -> None:
    """Fill a registry, serve it, and measure."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder, "registry.db")
        model = "1" if store.exists() else fill(store)
        print(f"a model of {VERSIONS:,} versions")
        with (
            serving(Path(folder, "log"), "--store", str(store)) as served,
            httpx.Client(base_url=served.url, timeout=60) as client,
        ):
            measure(client, model)


if __name__ == "__main__":
    main()
