"""The registries that MLflow's store is tested on: embedded, served over HTTP, or a live one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from modelreg import ModelRegistry
from tests.facade.served import Switchboard, switchboard

# MLflow would otherwise report its use over the network.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

# The address of a live registry to run on instead, whatever else it holds.
LIVE = os.environ.get("REGISTRY_URL", "")
REGISTRIES = ("live",) if LIVE else ("embedded", "served")


@pytest.fixture(scope="session")
def board() -> Iterator[Switchboard]:
    """Run one real HTTP server for all registries that are served."""
    with switchboard() as running:
        yield running


@pytest.fixture(params=REGISTRIES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a registry of each kind."""
    if request.param == "live":
        return LIVE
    file = f"sqlite:///{tmp_path / 'registry.db'}"
    if request.param == "served":
        return str(request.getfixturevalue("board").add(file))
    return file


@pytest.fixture
def registry(address: str) -> Iterator[ModelRegistry]:
    """Return a client of the registry."""
    with ModelRegistry(address) as registry:
        yield registry


@pytest.fixture
def own() -> Callable[[str], str]:
    """Return what makes the names of one test its own, on a registry that others use too."""
    prefix = f"mlflow-{uuid4().hex[:8]}-" if LIVE else ""
    return lambda name: prefix + name


@pytest.fixture
def store(address: str) -> Iterator[Any]:
    """Return MLflow's store on the registry."""
    from modelreg.mlflow import ModelRegistryStore

    with closing(ModelRegistryStore(f"modelreg+{address}")) as store:
        yield store


@pytest.fixture
def fraud(store: Any, own: Callable[[str], str]) -> str:
    """Create a model, and return its name."""
    name = own("fraud")
    store.create_registered_model(name)
    return name
