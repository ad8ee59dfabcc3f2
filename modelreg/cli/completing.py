"""Decides which names a shell is offered: those of the registry, if it answers within half a second, else none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from modelreg import ModelRegistry

SECONDS = 0.5
MOST = 100


def complete(path: tuple[str, ...]) -> Callable[[typer.Context, list[str], str], list[str]]:
    """Make what completes a path of names, parents first."""

    def completing(context: typer.Context, args: list[str], incomplete: str) -> list[str]:
        del args
        before = list(context.params.get("path") or ())
        return answered(_address(context), lambda registry: _names(registry, path, before, incomplete))

    return completing


def _address(context: typer.Context) -> str | None:
    said: Any = context.params.get("registry") or (context.obj or {}).get("registry")
    parent = context.parent
    while said is None and parent is not None:
        said = parent.params.get("registry")
        parent = parent.parent
    return said if isinstance(said, str) else None


def answered(address: str | None, ask: Callable[[ModelRegistry], Iterator[str]]) -> list[str]:
    """Ask the registry, and answer nothing when that fails or takes too long."""
    try:
        registry = _registry(address)
    except Exception:  # noqa: BLE001  # a shell that completes has nobody to tell
        return []
    found: list[str] = []

    def work() -> None:
        from modelreg.views.text import visible

        try:
            # A name that would act on a terminal is not offered: it could not be typed as it is shown.
            names = [name for name in ask(registry) if visible(name) == name]
        except Exception:  # noqa: BLE001  # as above
            return
        found.extend(names)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(SECONDS)
    return list(found)


def _registry(address: str | None) -> ModelRegistry:
    """Make the registry, and load what it needs, so that the half second is the registry's own."""
    from modelreg import ModelRegistry
    from modelreg.cli.settings import chosen, config_path, read_file

    arguments: Mapping[str, Any] = chosen(address, read_file(config_path())).arguments
    registry = ModelRegistry(**{**arguments, "timeout": SECONDS, "retries": 0})
    address_used = registry.describe()["address"].value
    if "://" not in address_used or address_used.startswith(("sqlite", "postgres")):
        import_module("modelreg.local.app")
    import_module("modelreg.core.fields")
    return registry


def _names(registry: ModelRegistry, path: tuple[str, ...], before: list[str], incomplete: str) -> Iterator[str]:
    found = _all(registry, path, before, incomplete)
    for _, name in zip(range(MOST), (name for name in found if name.startswith(incomplete)), strict=False):
        yield name


def _all(registry: ModelRegistry, path: tuple[str, ...], before: list[str], incomplete: str) -> Iterator[str]:
    if path[0] == "model":
        yield from _below_models(registry, path, before, incomplete)
    elif not before:
        group = registry.experiments if path[0] == "experiment" else registry.serving_environments
        for record in group.list():
            yield record.name
    elif len(before) == 1 and path[0] == "environment":
        for service in registry.inference_services.list(environment=before[0]):
            yield service.name
    elif len(before) == 1 and len(path) > 1:
        for run in registry.runs.list(experiment=before[0]):
            yield run.name


def _below_models(registry: ModelRegistry, path: tuple[str, ...], before: list[str], incomplete: str) -> Iterator[str]:
    if not before:
        model, at, _ = incomplete.rpartition("@")
        if at and len(path) > 1:
            for version in registry.versions.list(model=model, descending=True):
                yield f"{model}@{version.name}"
            return
        for found in registry.models.list():
            yield found.name
    elif len(before) == 1 and "@" not in before[0] and len(path) > 1:
        for version in registry.versions.list(model=before[0], descending=True):
            yield version.name
    elif len(path) > 2:
        reference: Any = before[0] if "@" in before[0] else tuple(before[:2])
        for artifact in registry.artifacts.list(version=reference):
            yield artifact.name
