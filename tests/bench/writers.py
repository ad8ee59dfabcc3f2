"""Measure the waits of many processes that write to one SQLite file, and print their quantiles.

Run by ``make bench``, or ``python -m tests.bench.writers [--without-queue] [--writers N] [--writes N]``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from modelreg.local import LocalTransport

BASE = "http://registry.test/api/model_registry/v1"


def write(path: str, number: int, writes: int, queued: bool, start: Any, results: Any) -> None:
    """Create models, and report how long each took, in milliseconds."""
    if not queued:
        from modelreg.local._registry import write_queue

        write_queue.LONGEST_WAIT = -1.0  # no lock is waited for
    with httpx.Client(base_url=BASE, transport=LocalTransport(path), timeout=120) as client:
        client.get("/registered_models?pageSize=1")
        start.wait(120)
        times = []
        for index in range(writes):
            begin = time.perf_counter()
            client.post("/registered_models", json={"name": f"{number}-{index}"}).raise_for_status()
            times.append((time.perf_counter() - begin) * 1000)
        results.put(times)


def measure(writers: int, writes: int, *, queued: bool) -> tuple[float, float, float]:
    """Return the median and the 99th percentile of a write, in milliseconds, and how many there were a second."""
    context = multiprocessing.get_context("spawn")
    start, results = context.Barrier(writers + 1), context.Queue()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "registry.db")
        with httpx.Client(base_url=BASE, transport=LocalTransport(path)) as client:
            client.get("/registered_models")
        processes = [
            context.Process(target=write, args=(path, number, writes, queued, start, results))
            for number in range(writers)
        ]
        for each in processes:
            each.start()
        start.wait(120)
        begin = time.perf_counter()
        times = [each for _ in processes for each in results.get(timeout=600)]
        seconds = time.perf_counter() - begin
        for each in processes:
            each.join(60)
    cuts = statistics.quantiles(times, n=100)
    return cuts[49], cuts[98], len(times) / seconds


def main() -> None:
    """Measure with the queue in front of writes and without it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=32, help="processes at once")
    parser.add_argument("--writes", type=int, default=40, help="records that each of them creates")
    arguments = parser.parse_args()
    found = {}
    for name, queued in (("without the queue", False), ("with the queue", True)):
        median, high, rate = found[name] = measure(arguments.writers, arguments.writes, queued=queued)
        print(f"{name:<20} p50 {median:8.1f} ms   p99 {high:8.1f} ms   p99/p50 {high / median:6.1f}   {rate:5.0f}/s")
    print(f"p99 with the queue: {found['with the queue'][1] / found['without the queue'][1]:.2f} of that without")


if __name__ == "__main__":
    main()
