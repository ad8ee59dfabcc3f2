"""Count what survives when many processes set properties of their own on one record, each by the verbs of the client.

    python -m tests.heavy.race [--writers 32] [--keys 1]
    python -m tests.heavy.race --url http://registry.example.com [--writers 8,32] [--keys 20] [--token ...]

Without an address: on a model in a SQLite file, in that of a served registry, and in PostgreSQL, where nothing may be
lost. With one: on a version in that registry, which need not honour preconditions; each process sets its keys one after
the other. The goals there are 158 of 160 kept with 8 writers, 99 % of whose writes take at most 6 s, and 600 of 640
with 32.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any
from uuid import uuid4

import attrs

from modelreg import ModelRegistry

#: How many properties of a number may be lost on a registry without preconditions, and the seconds of a write (p99).
GOALS = {8: (2 / 160, 6.0), 32: (40 / 640, None)}
_SECONDS = 60.0


@attrs.frozen
class Race:
    """A race that was run.

    Attributes:
        kept: How many properties are there afterwards.
        written: How many were written.
        seconds: How long each write took, in ascending order.
        failures: The errors of writes that failed.
    """

    kept: int
    written: int
    seconds: list[float]
    failures: list[str]

    def describe(self, name: str, writers: int) -> str:
        """Return its line."""
        p50, p99 = quantile(self.seconds, 0.5), quantile(self.seconds, 0.99)
        text = (
            f"{name:<12}{writers:>4} writers  {self.kept:>5} of {self.written} kept  p50 {p50:.3f} s  p99 {p99:.3f} s"
        )
        return text + (f"  {len(self.failures)} failed: {self.failures[0]}" if self.failures else "")

    def holds(self, writers: int, *, preconditions: bool) -> bool:
        """Return whether what is promised holds: nothing is lost with preconditions, little without."""
        if preconditions:
            return self.kept == self.written
        share, most = GOALS.get(writers, (1.0, None))
        kept = self.kept >= round(self.written * (1 - share))
        return kept and (most is None or quantile(self.seconds, 0.99) <= most)


def quantile(ascending: list[float], share: float) -> float:
    """Return the value below which this share of the values lies."""
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))]


def write(
    group: str, address: str, token: str | None, id: str, number: int, keys: int, start: Any, results: Any
) -> None:
    """Set the properties of one writer, one after the other, once every writer is ready."""
    took, failures = [], []
    with ModelRegistry(address, token=token, allow_plaintext_token=True, timeout=_SECONDS) as registry:
        verbs = getattr(registry, group)
        verbs.get(id)
        start.wait(300)
        for index in range(keys):
            began = time.monotonic()
            try:
                verbs.update(id, properties={f"w{number}-{index}": index})
            except Exception as error:  # noqa: BLE001  # whatever it is, it is counted
                failures.append(f"{type(error).__name__}: {error}")
            took.append(time.monotonic() - began)
    results.put((took, failures))


def race(group: str, address: str, *, writers: int, keys: int, token: str | None = None) -> Race:
    """Run one race.

    Args:
        group: Whose record is written to, `models` or `versions`.
        address: The registry.
        writers: How many processes write at once.
        keys: How many properties each of them sets.
        token: The registry's token.
    """
    context: ForkServerContext = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.heavy.preloaded"])
    with ModelRegistry(address, token=token, allow_plaintext_token=True) as registry:
        record: Any = registry.models.upsert(f"race-{uuid4().hex[:12]}")
        if group == "versions":
            record = registry.versions.upsert("1", model=record)
        start, results = context.Barrier(writers), context.Queue()
        processes = [
            context.Process(target=write, args=(group, address, token, record.id, number, keys, start, results))
            for number in range(writers)
        ]
        for each in processes:
            each.start()
        done = [results.get(timeout=900) for _ in processes]
        for each in processes:
            each.join(60)
        kept = len(getattr(registry, group).get(record.id).properties)
    seconds = sorted(second for took, _ in done for second in took)
    return Race(kept, writers * keys, seconds, [failure for _, failures in done for failure in failures])


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


def main(arguments: list[str] | None = None) -> int:
    """Run the races and print their counts; return 1 when one of them does not hold what is promised."""
    parser = argparse.ArgumentParser(description="Count the properties that many writers of one record keep.")
    parser.add_argument("--url", default="", help="a registry to run on instead of embedded ones")
    parser.add_argument("--token", help="its token")
    parser.add_argument("--writers", default="", help="processes at once, such as 8,32")
    parser.add_argument("--keys", type=int, help="properties that each of them sets")
    given = parser.parse_args(arguments)
    writers = [int(each) for each in (given.writers or ("8,32" if given.url else "32")).split(",")]
    keys = given.keys or (20 if given.url else 1)
    holds = []
    if given.url:
        for number in writers:
            run = race("versions", given.url, writers=number, keys=keys, token=given.token)
            print(run.describe("server", number), flush=True)
            holds.append(run.holds(number, preconditions=False))
        return 0 if all(holds) else 1
    with tempfile.TemporaryDirectory() as folder, addresses(Path(folder)) as found:
        for name, address in found.items():
            for number in writers:
                run = race("models", address, writers=number, keys=keys)
                print(run.describe(name, number), flush=True)
                holds.append(run.holds(number, preconditions=True))
    return 0 if all(holds) else 1


if __name__ == "__main__":
    sys.exit(main())
