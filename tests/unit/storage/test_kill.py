"""A transfer that is killed at any step ends right when it is run again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


KILLED_AFTER = """
import os, sys
from modelreg import storage
def die(event):
    if event.action != "hash" and event.done >= int(sys.argv[1]):
        os._exit(9)
if sys.argv[4]:
    storage.download(sys.argv[2], sys.argv[3], digest=sys.argv[4], progress=die)
else:
    storage.upload(sys.argv[3], sys.argv[2], progress=die)
"""


def run_killed(after, uri, folder, digest=""):
    program = [sys.executable, "-c", KILLED_AFTER, str(after), uri, str(folder), digest]
    run = subprocess.run(program, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 9, run.stderr


def kill(tmp_path, stride):
    program = [sys.executable, "-m", "tests.unit.storage.killed_transfer", str(tmp_path), str(stride)]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    run = subprocess.run(program, capture_output=True, text=True, check=False, cwd=ROOT, env=environ)
    assert run.returncode == 0, run.stdout + run.stderr
    return json.loads(run.stdout)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_killed_at_every_step(tmp_path):
    assert min(kill(tmp_path, 1).values()) > 10


@pytest.mark.heavy
def test_killed_on_the_way_to_a_store_of_objects(bucket, tmp_path):
    from modelreg import storage

    weights = tmp_path / "weights"
    weights.mkdir()
    for number in range(3):
        (weights / f"part-{number}.bin").write_bytes(os.urandom(9_000_000 + number))
    manifest = storage.scan(weights)
    for number, after in enumerate(range(1, manifest.size, 3_000_000)):
        uri = f"{bucket}/{number}/"
        run_killed(after, uri, weights)
        done = storage.upload(manifest, uri)
        assert storage.verify(uri, done.digest).files == 3
        target = tmp_path / f"out-{number}"
        run_killed(after, uri, target, done.digest)
        assert not target.exists()
        storage.download(uri, target, digest=done.digest)
        assert storage.scan(target).digest == done.digest
