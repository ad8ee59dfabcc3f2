"""The pytest plugin: fresh registries for tests, which hold every request and response to the contract.

pytest loads this by itself wherever modelreg is installed, so that it imports next to nothing until a fixture is used.

Fixtures:
    model_registry: a ``ModelRegistry`` on an empty registry of its own, in this process.
    async_model_registry: an ``AsyncModelRegistry`` on one.
    model_registry_url: the URL of an empty registry that is served on loopback, for code that takes an address.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

try:
    import pytest
except ModuleNotFoundError as error:
    if error.name != "pytest":
        raise
    from modelreg.local._registry.errors import MissingExtra

    raise MissingExtra("testing", needed_for="registries for tests") from error

if TYPE_CHECKING:
    from modelreg import AsyncModelRegistry, ModelRegistry

__all__ = ["async_model_registry", "model_registry", "model_registry_url"]

#: What the fixtures import, of the packages that the extra brings.
_NEEDED = ("alembic", "h11", "jsonschema", "lark", "sqlalchemy", "uvicorn", "yaml")


def _require_extra() -> None:
    """Refuse a fixture whose packages are not installed."""
    if any(find_spec(name) is None for name in _NEEDED):
        from modelreg.local._registry.errors import MissingExtra

        raise MissingExtra("testing", needed_for="a registry for tests")


@pytest.fixture
def model_registry(tmp_path: Path) -> Iterator[ModelRegistry]:
    """Yield a client on an empty registry in this process; what breaks the contract fails the test."""
    _require_extra()
    from modelreg import ModelRegistry
    from modelreg._testing.checking import CheckedTransport

    store = tmp_path / "model-registry.db"
    transport = CheckedTransport(store)
    with ModelRegistry(f"sqlite:///{store}", transport=transport) as registry:
        yield registry
    transport.close()
    transport.fail_if_broken()


@pytest.fixture
def async_model_registry(tmp_path: Path) -> Iterator[AsyncModelRegistry]:
    """Yield an async client on an empty registry in this process; it needs no event loop until it is used."""
    _require_extra()
    from modelreg import AsyncModelRegistry
    from modelreg._testing.checking import CheckedTransport

    store = tmp_path / "model-registry-async.db"
    transport = CheckedTransport(store)
    yield AsyncModelRegistry(f"sqlite:///{store}", transport=transport)
    transport.close()
    transport.fail_if_broken()


@pytest.fixture
def model_registry_url(tmp_path: Path) -> Iterator[str]:
    """Yield the URL of an empty registry that is served on loopback; what breaks the contract fails the test."""
    _require_extra()
    from modelreg._testing.checking import serve_checked

    with serve_checked(tmp_path / "model-registry-served.db") as url:
        yield url
