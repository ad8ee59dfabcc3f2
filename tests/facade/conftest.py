"""Lends the behaviour suite its registries: every world in both colours."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from modelreg.local import LocalTransport
from tests.facade.served import Socket, Switchboard, switchboard
from tests.facade.worlds import Prefix, Recording, World, closed, opened
from tests.quirks.transport import QuirkTransport
from tests.registries import new_postgres_url, postgres_server

__all__ = ["postgres_server"]

# The address of a live registry to run on instead, whatever else it holds: `make contract REGISTRY_URL=http://...`.
LIVE = os.environ.get("REGISTRY_URL", "")
TOKEN = os.environ.get("REGISTRY_TOKEN")
WORLDS: tuple[str, ...] = (
    "sqlite",
    "sqlite v1alpha3",
    "postgresql",
    "served",
    "quirks",
    "quirks of an old server",
    "quirks of mysql",
)
if LIVE:
    WORLDS = ("live",)
# `make test` runs the suite on these; every registry, from sync and from async code, is part of `make test-all`.
QUICK = {("sqlite", "async"), ("sqlite", "sync"), ("served", "sync"), ("postgresql", "async"), ("quirks", "async")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make test-all` alone runs."""
    for item in items:
        parameters: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
        pair = (parameters.get("world"), parameters.get("colour"))
        if not LIVE and None not in pair and pair not in QUICK:
            item.add_marker(pytest.mark.heavy)


@pytest.fixture(scope="session")
def board() -> Iterator[Switchboard]:
    """Run one real HTTP server for all registries that are served."""
    with switchboard() as running:
        yield running


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """Return a fresh, empty registry of each kind."""
    name = str(request.param)
    Prefix.current = f"modelreg-contract-{uuid4().hex[:12]}-" if name == "live" else ""
    if name == "live":
        return World(name, Socket, base=LIVE, held=True)
    if name == "postgresql":
        url = new_postgres_url(request.getfixturevalue("postgres_server"))
        return World(name, partial(LocalTransport, url))
    if name == "served":
        base = request.getfixturevalue("board").add(f"sqlite:///{tmp_path / 'registry.db'}")
        return World(name, Socket, base=base)
    embedded = partial(LocalTransport, f"sqlite:///{tmp_path / 'registry.db'}")
    if name.startswith("quirks"):
        old, mysql = name.endswith("old server"), name.endswith("mysql")
        versions = ("v1alpha3",) if old else ("v1", "v1alpha3")
        # A coarse clock, so that many times are equal and pages that are ordered by time lose records.
        return World(
            name,
            lambda: QuirkTransport(embedded(), mysql=mysql, lose_ties=True, tick=1000, versions=versions),
            told_apart=not mysql,
        )
    return World(name, embedded, "v1alpha3" if name.endswith("v1alpha3") else None, held=True)


@pytest.fixture(params=["async", "sync"])
def colour(request: pytest.FixtureRequest) -> str:
    """Return each colour."""
    return str(request.param)


@pytest.fixture
def recording(world: World) -> Iterator[Recording]:
    """Return the transport under `registry`, which writes down what it carries and holds it to the contract."""
    carrying = Recording(world.transport(), held=world.held)
    yield carrying
    assert carrying.breaches == []


@pytest.fixture
async def registry(world: World, colour: str, recording: Recording) -> AsyncIterator[Any]:
    """Return a registry object on an empty registry."""
    made = opened(world, colour, recording, **({"token": TOKEN, "allow_plaintext_token": True} if TOKEN else {}))
    yield made
    await closed(made)


@pytest.fixture
def asked(recording: Recording) -> list[str]:
    """Return the requests that `registry` sent so far, such as ``GET /registered_models``."""
    return recording.asked
