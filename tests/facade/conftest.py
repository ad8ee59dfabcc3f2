"""Fixtures of the behaviour suite: a registry on every backend, sync and async."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from modelreg.local import LocalTransport
from tests.facade.backends import Backend, Prefix, Recording, closed, opened
from tests.facade.served import Socket, Switchboard, switchboard
from tests.quirks.transport import QuirkTransport
from tests.registries import new_postgres_url, postgres_server

__all__ = ["postgres_server"]

# The address of a live registry to run on instead, whatever else it holds: `make contract REGISTRY_URL=http://...`.
LIVE = os.environ.get("REGISTRY_URL", "")
TOKEN = os.environ.get("REGISTRY_TOKEN")
BACKENDS: tuple[str, ...] = (
    "sqlite",
    "sqlite v1alpha3",
    "postgresql",
    "served",
    "quirks",
    "quirks of an old server",
    "quirks of mysql",
)
if LIVE:
    BACKENDS = ("live",)
# `make test` runs the suite on these; every registry, from sync and from async code, is part of `make test-all`.
QUICK = {("sqlite", "sync"), ("served", "sync"), ("quirks", "async")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make test-all` alone runs."""
    for item in items:
        parameters: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
        pair = (parameters.get("backend"), parameters.get("mode"))
        if not LIVE and None not in pair and pair not in QUICK:
            item.add_marker(pytest.mark.heavy)


@pytest.fixture(scope="session")
def board() -> Iterator[Switchboard]:
    """Run one real HTTP server for all registries that are served."""
    with switchboard() as running:
        yield running


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    """Return a fresh, empty registry of each kind."""
    name = str(request.param)
    Prefix.current = f"modelreg-contract-{uuid4().hex[:12]}-" if name == "live" else ""
    if name == "live":
        return Backend(name, Socket, base=LIVE, held=True)
    if name == "postgresql":
        url = new_postgres_url(request.getfixturevalue("postgres_server"))
        return Backend(name, partial(LocalTransport, url))
    if name == "served":
        base = request.getfixturevalue("board").add(f"sqlite:///{tmp_path / 'registry.db'}")
        return Backend(name, Socket, base=base)
    embedded = partial(LocalTransport, f"sqlite:///{tmp_path / 'registry.db'}")
    if name.startswith("quirks"):
        old, mysql = name.endswith("old server"), name.endswith("mysql")
        versions = ("v1alpha3",) if old else ("v1", "v1alpha3")
        # A coarse clock, so that many times are equal and pages that are ordered by time lose records.
        return Backend(
            name,
            lambda: QuirkTransport(embedded(), mysql=mysql, lose_ties=True, tick=1000, versions=versions),
            told_apart=not mysql,
        )
    return Backend(name, embedded, "v1alpha3" if name.endswith("v1alpha3") else None, held=True)


@pytest.fixture(params=["async", "sync"])
def mode(request: pytest.FixtureRequest) -> str:
    """Return "async" and "sync", one after the other."""
    return str(request.param)


@pytest.fixture
def recording(backend: Backend) -> Iterator[Recording]:
    """Return the transport under `registry`, which writes down what it carries and holds it to the contract."""
    carrying = Recording(backend.transport(), held=backend.held)
    yield carrying
    assert carrying.breaches == []


@pytest.fixture
async def registry(backend: Backend, mode: str, recording: Recording) -> AsyncIterator[Any]:
    """Return a registry object on an empty registry."""
    made = opened(backend, mode, recording, **({"token": TOKEN, "allow_plaintext_token": True} if TOKEN else {}))
    yield made
    await closed(made)


@pytest.fixture
def sent(recording: Recording) -> list[str]:
    """Return the requests that `registry` sent so far, such as ``GET /registered_models``."""
    return recording.requests
