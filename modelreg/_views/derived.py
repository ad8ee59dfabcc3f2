"""Columns of a list that are no fields of its records: the newest version, where a model is served, names of parents.

A few requests are made for the whole list, and one for each row only where it cannot be avoided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import cast

from modelreg._core.best import number_of
from modelreg._core.fields import fields_of
from modelreg._core.resources import MODELS, SERVICES, VERSIONS, Resource
from modelreg._sync.registry import ModelRegistry
from modelreg._types import ModelVersion, Record, RegisteredModel
from modelreg._types.records import STATE_LIVE
from modelreg._views.columns import Derived
from modelreg._views.names import Names
from modelreg._views.value_text import number
from modelreg._views.visible_text import visible

# How many versions are read to find the newest of each model, before that of each model left over is read.
_READ = 2_000


def derived(resource: Resource, registry: ModelRegistry, names: Names, records: Sequence[Record]) -> Derived:
    """Return what makes the columns of a list that are no fields, each computed when it is first needed."""
    found = _names(resource, names)
    if resource is MODELS:
        return found | _of_models(registry, names, [each for each in records if isinstance(each, RegisteredModel)])
    if resource is VERSIONS:
        return found | _of_versions(registry, names)
    return found


def _names(resource: Resource, names: Names) -> dict[str, Callable[[Record], object]]:
    """Return what gives the names of what a record is under and points at, by kind."""
    wires = dict(resource.references)
    if resource.parent is not None and resource.parent_field is not None:
        wires[resource.parent_field] = resource.parent
    fields = {field.wire: field.name for field in fields_of(resource.record)}
    found: dict[str, Callable[[Record], object]] = {
        target.kind: _name(names, target, fields[wire]) for wire, target in wires.items()
    }
    if resource is SERVICES:
        found["version"] = lambda record: names.of(VERSIONS, getattr(record, "version_id", None)) or "(newest)"
    return found


def _name(names: Names, resource: Resource, field: str) -> Callable[[Record], object]:
    return lambda record: names.of(resource, getattr(record, field))


def _of_models(
    registry: ModelRegistry, names: Names, models: Sequence[RegisteredModel]
) -> dict[str, Callable[[Record], object]]:
    newest = cache(lambda: newest_versions(registry, models))
    served = cache(lambda: serving(registry, names))

    def latest(record: Record) -> str | None:
        version = newest().get(record.id)
        return None if version is None else version.name

    def metric(record: Record) -> str | None:
        version = newest().get(record.id)
        return None if version is None else key_metric(cast("RegisteredModel", record), version)

    return {
        "latest": latest,
        "version": latest,
        "metric": metric,
        "serving": lambda record: ", ".join(served().get(record.id, ())) or None,
    }


def _of_versions(registry: ModelRegistry, names: Names) -> dict[str, Callable[[Record], object]]:
    models: dict[str, RegisteredModel] = {}

    def model(record: Record) -> RegisteredModel | None:
        known = cast("ModelVersion", record).model_id or ""
        if known not in models and known:
            models[known] = registry.models.get(known)
            names.learn(models[known])
        return models.get(known)

    def metric(record: Record) -> str | None:
        parent = model(record)
        return None if parent is None else key_metric(parent, cast("ModelVersion", record))

    return {
        "version": lambda record: record.name,
        "metric": metric,
    }


def newest_versions(registry: ModelRegistry, models: Sequence[RegisteredModel]) -> Mapping[str, ModelVersion]:
    """Return the newest LIVE version of each model, by the model's id."""
    found: dict[str, ModelVersion] = {}
    wanted = {model.id for model in models}
    if len(wanted) == 1:
        return _read_newest(registry, wanted)
    for version in registry.versions.list(order_by="ID", descending=True, limit=_READ):
        parent = version.model_id or ""
        if parent in wanted and version.state == STATE_LIVE:
            found[parent] = version
            wanted.discard(parent)
        if not wanted:
            return found
    return found | _read_newest(registry, wanted)


def _read_newest(registry: ModelRegistry, ids: Iterable[str]) -> dict[str, ModelVersion]:
    found = {known: registry.versions.latest(model_id=known) for known in ids}
    return {known: version for known, version in found.items() if version is not None}


def serving(registry: ModelRegistry, names: Names) -> Mapping[str, Sequence[str]]:
    """Return where each model is served, as `environment: STATE`, by the model's id."""
    found: dict[str, list[str]] = {}
    for service in registry.inference_services.list():
        where = f"{names.environment(service.environment_id)}: {service.desired_state or 'UNKNOWN'}"
        found.setdefault(service.model_id or "", []).append(where)
    return {model: tuple(dict.fromkeys(each)) for model, each in found.items()}


def key_metric(model: RegisteredModel, version: ModelVersion) -> str | None:
    """Return a version's value of the first metric whose direction its model declares."""
    for name in model.higher_is_better:
        value = number_of(version, name)
        if value is not None:
            return f"{visible(name)} {number(value)}"
    return None
