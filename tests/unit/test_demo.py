"""The demo goes the whole way, and says `unchanged` to everything when it is run again."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlparse

import pytest

from modelreg import ModelRegistry

ROOT = Path(__file__).parents[2]


def demo(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "examples.demo", "--folder", str(folder)],
        cwd=ROOT,
        env=os.environ | {"CI": "true", "MODEL_REGISTRY_URL": "https://registry.invalid", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.heavy
def test_the_demo_runs_twice_and_writes_once(tmp_path):
    first = demo(tmp_path / "run")
    assert "model created, version created, artifact created" in first
    assert first.rstrip().endswith("unchanged")
    with ModelRegistry(tmp_path / "run" / "registry.db") as registry:
        model = registry.models.find("digits-classifier")
        versions = list(registry.versions.list(model=model))
        assert [version.name for version in versions] == ["1.0.0", "2.0.0"]
        for version in versions:
            (artifact,) = registry.artifacts.list(version=version)
            weights = Path(urlparse(artifact.uri).path).read_bytes()
            assert artifact.properties["sha256"] == hashlib.sha256(weights).hexdigest()
            assert artifact.properties["size"] == len(weights)
            assert set(model.higher_is_better) <= set(version.properties)
            assert {"hyperparameters", "dataset_sha256", "libraries", "algorithm"} <= set(version.properties)
            assert 0.9 < version.properties["accuracy"] <= 1
        marked = [line for line in first.splitlines() if "is better)" in line]
        assert len(marked) == 4
        assert all(line.count("*") == 1 for line in marked)

    second = demo(tmp_path / "run")
    assert "created" not in second
    assert "updated" not in second
    assert second.count("model unchanged, version unchanged, artifact unchanged") == 2
    assert second.count("verified, same scores") == 2
