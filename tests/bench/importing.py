"""Imports into an embedded registry: in batches, against one commit for each request, and once more.

python -m tests.bench.importing [VERSIONS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from modelreg import ModelRegistry


def records(versions: int) -> Iterator[dict[str, Any]]:
    """Yield ten models with that many versions in all, each with a model artifact."""
    for model in range(10):
        yield {"kind": "model", "name": f"model-{model}", "owner": "ana", "properties": {"tier": "gold"}}
        for at in range(versions // 10):
            properties = {"auc": at / versions, "depth": at % 12, "params": {"lr": 0.1}, "candidate": ""}
            yield {"kind": "version", "model": f"model-{model}", "name": f"1.{at}", "properties": properties}
            yield {
                "kind": "artifact",
                "model": f"model-{model}",
                "version": f"1.{at}",
                "name": f"model-{model}",
                "artifact_kind": "model",
                "uri": f"s3://models/{model}/{at}",
            }


def seconds(registry: ModelRegistry, lines: list[dict[str, Any]]) -> float:
    """Return how long an import takes."""
    start = time.perf_counter()
    registry.import_records(lines)
    return time.perf_counter() - start


def main() -> None:
    """Compare three times, so that the noise of the machine shows."""
    lines = list(records(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            single, grouped = Path(folder, "single.db"), Path(folder, "grouped.db")
            with ModelRegistry(single) as registry:
                registry.models.find("nothing")
                transport: Any = registry._engine.connection.transport
                transport.batch = None
                alone = seconds(registry, lines)
            with ModelRegistry(grouped) as registry:
                registry.models.find("nothing")
                first, again = seconds(registry, lines), seconds(registry, lines)
        print(
            f"{len(lines)} records: alone {alone:.2f} s, in batches {first:.2f} s ({first / alone:.2f}), "
            f"again {again:.2f} s ({again / alone:.2f})",
            flush=True,
        )


if __name__ == "__main__":
    main()
