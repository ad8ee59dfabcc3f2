"""Load a served registry for a while, and print its memory, its errors and how long requests take.

Run by ``make soak``; ends by itself after a number of requests or of seconds, whichever comes first. The exit code is
1 when a request failed, or when the memory at the end is more than half above what it was after the first fifth.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
from attrs import define, field

from tests.serving import ServedRegistry, serving

API = "/api/model_registry/v1"
REQUESTS, SECONDS, CLIENTS, LINES = 50_000, 600.0, 8, 10
MOST_GROWTH = 1.5
PROPERTIES = {
    "auc": {"metadataType": "MetadataDoubleValue", "double_value": 0.9},
    "tier": {"metadataType": "MetadataStringValue", "string_value": "gold"},
}


@define
class Counts:
    """What happened so far, over all clients."""

    requests: int
    seconds: float
    begin: float = field(factory=time.monotonic)
    done: int = 0
    errors: list[str] = field(factory=list)
    taken: list[float] = field(factory=list)
    lock: threading.Lock = field(factory=threading.Lock)

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.begin

    @property
    def finished(self) -> bool:
        """Whether enough requests were sent, or enough time has passed."""
        return self.done >= self.requests or self.elapsed >= self.seconds

    def add(self, seconds: float, error: str) -> None:
        """Count one request."""
        with self.lock:
            self.done += 1
            self.taken.append(seconds)
            if error:
                self.errors.append(error)

    def take(self) -> list[float]:
        """Return the seconds of the requests since the last time, sorted."""
        with self.lock:
            taken, self.taken = sorted(self.taken), []
        return taken


def main() -> int:
    """Run the load and print a line now and then; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--store", help="the registry to serve; a new SQLite file if not given")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = options.store or str(Path(folder) / "registry.db")
        with serving(Path(folder) / "log", "--store", store) as served:
            return soak(served, Counts(options.requests, options.seconds), options.clients)


def soak(served: ServedRegistry, counts: Counts, clients: int) -> int:
    """Load a server until enough was counted; return the exit code."""
    threads = [threading.Thread(target=load, args=(served.url, number, counts)) for number in range(clients)]
    for thread in threads:
        thread.start()
    print(f"{'requests':>9} {'seconds':>8} {'errors':>7} {'p50 ms':>8} {'p99 ms':>8} {'RSS MiB':>8}")
    memory = [report(served, counts) for _ in steps(counts)]
    for thread in threads:
        thread.join()
    first, last = memory[min(len(memory) - 1, LINES // 5)], memory[-1]
    rate = counts.done / counts.elapsed
    print(
        f"{rate:.0f} requests a second; {len(counts.errors)} errors; memory at the end {last / first:.2f} × the start's"
    )
    for error in sorted(set(counts.errors))[:10]:
        print(f"  {error}")
    return int(bool(counts.errors) or last > MOST_GROWTH * first)


def steps(counts: Counts) -> Iterator[int]:
    """Yield whenever a tenth more is done, and at the end."""
    for part in range(1, LINES + 1):
        while not counts.finished and counts.done * LINES < part * counts.requests:
            time.sleep(0.05)
            if counts.elapsed * LINES >= part * counts.seconds:
                break
        yield part


def report(served: ServedRegistry, counts: Counts) -> float:
    """Print a line, and return the server's memory in MiB."""
    taken = counts.take() or [0.0]
    p50, p99 = (1000 * taken[min(len(taken) - 1, int(len(taken) * part))] for part in (0.5, 0.99))
    listed = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(served.process.pid)], capture_output=True, text=True, check=True
    )
    memory = int(listed.stdout) / 1024
    errors = len(counts.errors)
    print(f"{counts.done:>9} {counts.elapsed:>8.1f} {errors:>7} {p50:>8.1f} {p99:>8.1f} {memory:>8.1f}", flush=True)
    return memory


def load(url: str, number: int, counts: Counts) -> None:
    """Send the requests of one client: register, read, list, filter, change; a new connection now and then."""
    for turn in itertools.count():
        with httpx.Client(base_url=url + API, timeout=60) as client:
            for index in range(50):
                if counts.finished:
                    return
                register(client, f"m{number}-{turn}-{index}", counts)


def register(client: httpx.Client, name: str, counts: Counts) -> None:
    """Register a version of a model of its own, and read it in the ways that clients do."""

    def send(call: Callable[..., httpx.Response], path: str, expected: int = 200, **more: object) -> str:
        begin = time.perf_counter()
        try:
            response = call(path, **more)
        except httpx.HTTPError as error:
            counts.add(time.perf_counter() - begin, type(error).__name__)
            return ""
        wrong = response.status_code != expected
        counts.add(time.perf_counter() - begin, f"{path.split('/')[1]}: {response.status_code}" if wrong else "")
        return str(response.json().get("id", "")) if response.content else ""

    model = send(client.post, "/registered_models", 201, json={"name": name})
    body = {"name": "1", "registeredModelId": model, "customProperties": PROPERTIES}
    version = send(client.post, "/model_versions", 201, json=body)
    artifact = {"artifactType": "model-artifact", "name": name, "uri": "s3://models/m"}
    send(client.post, f"/model_versions/{version}/artifacts", 201, json=artifact)
    send(client.get, "/registered_model", params={"name": name})
    send(client.get, f"/registered_models/{model}/versions", params={"pageSize": "20"})
    send(client.get, "/model_versions", params={"pageSize": "20", "filterQuery": "auc > 0.5", "orderBy": "ID"})
    send(client.patch, f"/model_versions/{version}", json={"description": "d", "state": "LIVE"})
    send(client.get, f"/model_versions/{version}")
    send(client.get, "/registered_model", 404, params={"name": f"{name}-not-there"})


if __name__ == "__main__":
    sys.exit(main())
