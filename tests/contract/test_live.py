"""The behaviour suite on a live registry: it passes beside other people's records, and leaves them as they were."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from modelreg import ModelRegistry
from tests.serving import serving

ROOT = Path(__file__).resolve().parents[2]


def held(registry: ModelRegistry) -> list[dict[str, Any]]:
    mine = [model for model in registry.models.list() if not model.name.startswith("modelreg-contract-")]
    versions = [version.raw for model in mine for version in registry.versions.list(model=model)]
    return [model.raw for model in mine] + versions


@pytest.mark.heavy
def test_it_runs_beside_other_peoples_records(tmp_path: Path) -> None:
    with (
        serving(tmp_path / "log", "--store", f"sqlite:///{tmp_path / 'registry.db'}") as served,
        ModelRegistry(served.url) as registry,
    ):
        for name in ("fraud", "MODEL_NAME", "other"):
            registry.register(name, "1", uri="s3://theirs", metrics={"auc": 0.5})
        registry.serving_environments.upsert("prod")
        before = held(registry)
        suite = ["tests/facade/test_quickstart.py", "tests/facade/test_serving.py", "tests/facade/test_register.py"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *suite],
            env={**os.environ, "REGISTRY_URL": served.url},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:]
        assert " passed" in done.stdout
        assert held(registry) == before
        ours = [model for model in registry.models.list() if model.name.startswith("modelreg-contract-")]
        assert len(ours) > 10
