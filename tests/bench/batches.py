"""Measure what a batch saves: the requests of an import, with one commit for each and in batches, in process.

Run by ``make bench``, or ``python -m tests.bench.batches [--models N]``. The ratio is that of the requests alone; an
import does more beside them.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import nullcontext
from json import dumps, loads
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from attrs import frozen

from modelreg.local import LocalTransport
from modelreg.local._registry.batches import Batch
from modelreg.local._registry.json_responses import Response

BASE = "http://registry.test/api/model_registry/v1"
PROPERTIES = {
    "auc": {"metadataType": "MetadataDoubleValue", "double_value": 0.9},
    "rows": {"metadataType": "MetadataIntValue", "int_value": "1000"},
    "tier": {"metadataType": "MetadataStringValue", "string_value": "gold"},
}


def create(client: httpx.Client | Direct, number: int) -> None:
    """Create a model with two versions and their artifacts."""
    model = client.post("/registered_models", json={"name": f"m{number}", "customProperties": PROPERTIES}).json()["id"]
    for name in ("1", "2"):
        version = {"name": name, "registeredModelId": model, "customProperties": PROPERTIES}
        made = client.post("/model_versions", json=version).json()["id"]
        artifact = {"artifactType": "model-artifact", "name": f"m{number}", "uri": "s3://models/m"}
        client.post(f"/model_versions/{made}/artifacts", json=artifact).raise_for_status()


def look_up(client: httpx.Client | Direct, number: int) -> None:
    """Read what a repeated import reads: the model, its versions and their artifacts."""
    model = client.get("/registered_model", params={"name": f"m{number}"}).json()["id"]
    for version in client.get(f"/registered_models/{model}/versions").json()["items"]:
        client.get(f"/model_versions/{version['id']}/artifacts").raise_for_status()


class Direct:
    """As much of httpx's client as the measurement uses, on a batch and without httpx."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    def post(self, path: str, *, json: object) -> Answered:
        """Send a POST."""
        return self._send("POST", path, dumps(json).encode(), "")

    def get(self, path: str, *, params: dict[str, str] | None = None) -> Answered:
        """Send a GET."""
        return self._send("GET", path, b"", urlencode(params or {}))

    def _send(self, method: str, path: str, body: bytes, query: str) -> Answered:
        return Answered(self._batch.send(method, f"/api/model_registry/v1{path}", query=query, body=body))


@frozen
class Answered:
    """As much of httpx's response."""

    answer: Response

    def json(self) -> Any:
        """Return the body."""
        return loads(self.answer.body)

    def raise_for_status(self) -> None:
        """Fail for an error."""
        assert self.answer.status < 400


def measure(models: int, *, batched: bool, direct: bool = False) -> tuple[float, float]:
    """Return the seconds that creating and looking up took."""
    with tempfile.TemporaryDirectory() as folder:
        transport = LocalTransport(Path(folder) / "registry.db")
        with httpx.Client(base_url=BASE, transport=transport) as client:
            create(client, -1)
            took = []
            for step in (create, look_up):
                begin = time.perf_counter()
                with transport.batch() if batched else nullcontext() as batch:
                    for number in range(models):
                        step(Direct(batch) if direct and batch else client, number)
                took.append(time.perf_counter() - begin)
    return took[0], took[1]


def main() -> None:
    """Measure both ways, in turn, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=200, help="models with two versions each")
    models = parser.parse_args().models
    alone = measure(models, batched=False)
    for how, direct in (("in batches", False), ("in batches, without httpx", True)):
        took = measure(models, batched=True, direct=direct)
        for name, before, after in zip(("create", "look up"), alone, took, strict=True):
            print(f"{name:<10}{before:8.2f} s one by one {after:8.2f} s {how:<27} ratio {after / before:.2f}")


if __name__ == "__main__":
    main()
