"""Lends the behaviour suite its registries: every world in both colours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from modelreg.local import LocalTransport
from tests.facade.worlds import Recording, World, closed, opened
from tests.registries import new_postgres_url, postgres_server

__all__ = ["postgres_server"]

WORLDS = ("sqlite", "sqlite v1alpha3", "postgresql")


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """Return a fresh, empty registry of each kind."""
    name = str(request.param)
    if name == "postgresql":
        url = new_postgres_url(request.getfixturevalue("postgres_server"))
        return World(name, partial(LocalTransport, url))
    version = "v1alpha3" if name.endswith("v1alpha3") else None
    return World(name, partial(LocalTransport, f"sqlite:///{tmp_path / 'registry.db'}"), version)


@pytest.fixture(params=["async", "sync"])
def colour(request: pytest.FixtureRequest) -> str:
    """Return each colour."""
    return str(request.param)


@pytest.fixture
def recording(world: World) -> Recording:
    """Return the transport under `registry`, which writes down what it carries."""
    return Recording(world.transport())


@pytest.fixture
async def registry(world: World, colour: str, recording: Recording) -> AsyncIterator[Any]:
    """Return a registry object on an empty registry."""
    made = opened(world, colour, recording)
    yield made
    await closed(made)


@pytest.fixture
def asked(recording: Recording) -> list[str]:
    """Return the requests that `registry` sent so far, such as ``GET /registered_models``."""
    return recording.asked
