"""MLflow's own tests of its registry stores, run against the store of `modelreg._mlflow`.

    python scripts/mlflow_conformance.py CHECKOUT [--served] [pytest's arguments]

CHECKOUT is a checkout of MLflow's sources, of about the installed version, outside this repository. Each test has an
embedded registry of its own, in a file, or with `--served` behind HTTP. The module is the runner, and the plugin that
pytest loads in the checkout.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

SERVED = "MODELREG_CONFORMANCE_SERVED"
# MLflow skips the tests of its file store itself, in releases that have it no more.
FILES = ("tests/store/model_registry/test_sqlalchemy_store.py", "tests/store/model_registry/test_file_store.py")

# Why a test is not about what a Kubeflow Model Registry can hold, by a part of its name.
LEFT_OUT = {
    "rename": "rename",
    "prompt": "prompts",
    "webhook": "webhooks",
    "workspace-enabled": "workspaces",
    "workspace_predicate": "workspaces, in the SQL of MLflow's own store",
    "archive_existing_versions_is_true": "stage transitions that archive others",
    "redaction": "reads the deleted row by a private method of MLflow's SQL store",
    "parse_search_registered_models_order_by": "the SQL of MLflow's own store; it needs no store",
    "file_store_deprecation_warning": "MLflow's own file store",
    "with_percent_in_name": "the file names of MLflow's own file store",
    "test_get_registered_model[file]": "writes the files of MLflow's own file store",
    "test_list_registered_model": "writes the files of MLflow's own file store, or lists by a private method of it",
    "preserves_storage_location": "reads the files of MLflow's own file store; renames",
    "pyfunc_model_registry_with_file_store": "sets the address to the directory of MLflow's own file store",
}


def left_out(path: str, name: str) -> str | None:
    """Return why a test is left out; None when it counts."""
    named = f"{name}[file]" if path.endswith("test_file_store.py") else name
    return next((reason for part, reason in LEFT_OUT.items() if part in named), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is left out."""
    for item in items:
        reason = left_out(str(item.path), item.name)
        if reason is not None:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def disable_workspace_mode_by_default() -> None:
    """Stand in for a fixture of MLflow's."""


@pytest.fixture
def cached_db(tmp_path: Path) -> Path:
    """Stand in for a fixture of MLflow's; there is no database of MLflow's."""
    return tmp_path


@pytest.fixture(autouse=True)
def tracking(tmp_path: Path) -> Iterator[None]:
    """Give MLflow a tracking store of its own, for the tests that log a model."""
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'tracking.db'}")
    yield
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri("")


@pytest.fixture(autouse=True)
def doubles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand the clock and the client that a test puts into MLflow's own store to this project's."""
    from mlflow.store.model_registry import sqlalchemy_store

    from modelreg._mlflow import sources
    from modelreg.local._registry.database import Clock

    ticks = count()

    def now(_clock: Clock) -> int:
        millis: int = sqlalchemy_store.get_current_time_millis()
        return millis * 1000 + next(ticks) % 1000

    monkeypatch.setattr(Clock, "now", now)
    monkeypatch.setattr(sources, "MlflowClient", lambda **_: sqlalchemy_store.MlflowClient())


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: pytest.FixtureRequest) -> object:
    """Give a test this project's store instead of MLflow's."""
    if fixturedef.argname == "rm_data":
        pytest.skip("writes the files of MLflow's own file store")
    if fixturedef.argname != "store":
        return None
    from modelreg.mlflow import ModelRegistryStore

    if os.environ.get(SERVED):
        address = request.getfixturevalue("model_registry_url")
    else:
        address = f"sqlite:///{request.getfixturevalue('tmp_path') / 'registry.db'}"
    store = ModelRegistryStore(f"modelreg+{address}")
    fixturedef.cached_result = (store, fixturedef.cache_key(request), None)
    return store


def main() -> int:
    """Run pytest in the checkout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--served", action="store_true", help="behind HTTP, each test's own")
    given, arguments = parser.parse_known_args()
    here = Path(__file__).resolve().parent
    environment = {**os.environ, "PYTHONPATH": str(here), "MLFLOW_DISABLE_TELEMETRY": "true"}
    if given.served:
        environment[SERVED] = "1"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        Path(__file__).stem,
        "--noconftest",
        "-c",
        os.devnull,
        "-q",
        "-rfs",
    ]
    command += ["--rootdir", str(given.checkout), "-p", "no:cacheprovider", *FILES, *arguments]
    return subprocess.call(command, cwd=given.checkout, env=environment)


if __name__ == "__main__":
    sys.exit(main())
