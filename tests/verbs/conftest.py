"""Registries for the tests of the verbs over many records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from modelreg import ModelRegistry


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[ModelRegistry]:
    """Yield an empty embedded registry."""
    with ModelRegistry(tmp_path / "registry.db") as made:
        yield made


@pytest.fixture
def other(tmp_path: Path) -> Iterator[ModelRegistry]:
    """Yield another one."""
    with ModelRegistry(tmp_path / "other.db") as made:
        yield made


@pytest.fixture
def filled(registry: ModelRegistry) -> ModelRegistry:
    """Return the registry with a record of every kind in it."""
    for name, depth in (("1", 3), ("2", 6)):
        registry.register(
            "fraud",
            name,
            uri=f"s3://models/{name}",
            properties={"params": {"max_depth": depth, "seed": 1}, "note": "x" * 50 + name + "y" * 50},
            labels=["candidate"],
            metrics={"auc": 0.9 + depth / 1_000_000},
            higher_is_better={"auc": True},
        )
    registry.artifacts.upsert("data", version="fraud@1", kind="dataset", uri="s3://data", digest="sha256:1", force=True)
    registry.serving_environments.upsert("prod", description="Production")
    registry.inference_services.upsert("newest", environment="prod", model="fraud", desired_state="DEPLOYED")
    registry.inference_services.upsert("first", environment="prod", version="fraud@1", desired_state="DEPLOYED")
    registry.serve_models.upsert("serve", service=("prod", "first"), version="fraud@1")
    run = registry.runs.upsert("run", experiment="tuning", owner="ana")
    for step, value in enumerate((0.5, 0.4)):
        registry.runs.log_metric(run, "loss", value, step=step)
    registry.runs.log_params(run, {"lr": 0.1})
    return registry
