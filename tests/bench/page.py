"""Measures the page of a model with 100,000 versions against the REST call for the same 50 rows, in one run.

A page and the lists that it is made of are kept until something is written, so that each is measured behind a write,
too.

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
    """Request the rows, the page again and the page anew, in turn, and print the medians and ratios."""
    api = "/api/model_registry/v1/registered_models"
    other = client.post(api, json={"name": f"other-{time.time()}"}).json()["id"]
    page, by_metric = f"/models/{model}", f"/models/{model}?sort=prop:auc&desc=1"
    numbers = iter(range(10**6))

    def write() -> None:
        client.patch(f"{api}/{other}", json={"description": str(next(numbers))}).raise_for_status()

    def load() -> None:
        milliseconds(client, page)

    def load_sorted() -> None:
        milliseconds(client, by_metric)

    # What is done first, outside of the time; an address that was not requested before is not kept.
    cases: dict[str, tuple[Callable[[], None], Callable[[], str]]] = {
        "REST, 50 rows": (load, lambda: f"{api}/{model}/versions?pageSize=50&orderBy=ID&sortOrder=DESC"),
        "page, loaded again": (load, lambda: page),
        "page, made anew": (load, lambda: f"{page}?other={next(numbers)}"),
        "page, behind a write": (write, lambda: page),
        "page, sorted by a metric, made anew": (load_sorted, lambda: f"{by_metric}&other={next(numbers)}"),
        "page, sorted by a metric, behind a write": (write, lambda: by_metric),
    }
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(TIMES):
        for name, (prepare, path) in cases.items():
            prepare()
            times[name].append(milliseconds(client, path()))
    base = statistics.median(times["REST, 50 rows"])
    for name, measured in times.items():
        median = statistics.median(measured)
        print(f"{name:<44}{median:>10.1f} ms{median / base:>8.2f} x")


def measure_first(store: Path, log: Path, model: str) -> None:
    """Measure the first page of a server: of one that was just started, and of one that had the time to warm up."""
    for name, seconds in (("first page, at once", 0), ("first page, three seconds after the start", 3)):
        with serving(log, "--store", str(store)) as served, httpx.Client(base_url=served.url, timeout=60) as client:
            client.get("/readyz/health").raise_for_status()
            time.sleep(seconds)
            print(f"{name:<44}{milliseconds(client, f'/models/{model}'):>10.1f} ms")


def main() -> None:
    """Fill a registry, serve it, and measure."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder, "registry.db")
        model = "1" if store.exists() else fill(store)
        print(f"a model of {VERSIONS:,} versions")
        measure_first(store, Path(folder, "first.log"), model)
        with (
            serving(Path(folder, "log"), "--store", str(store)) as served,
            httpx.Client(base_url=served.url, timeout=60) as client,
        ):
            measure(client, model)


if __name__ == "__main__":
    main()
