"""Decides what a list shows of a record that the record itself does not hold: its newest version, where it is served.

It asks the registry a few times for the whole list, never once a row where that can be helped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from modelreg._sync.registry import ModelRegistry
from modelreg.types import (
    ExperimentRun,
    InferenceService,
    ModelVersion,
    Record,
    RegisteredModel,
    ServeModel,
)
from modelreg.types.records import STATE_LIVE
from modelreg.views.columns import Derived
from modelreg.views.names import Names
from modelreg.views.text import visible
from modelreg.views.values import number

T = TypeVar("T")
# How many versions are read to find the newest of each model, before the models left over are asked one by one.
_READ = 2_000


def derived(kind: type[Record], registry: ModelRegistry, names: Names, records: Sequence[Record]) -> Derived:
    """Return what makes the derived columns of a list, each computed when it is first asked for."""
    if kind is RegisteredModel:
        models = [record for record in records if isinstance(record, RegisteredModel)]
        return _of_models(registry, names, models)
    if kind is ModelVersion:
        return _of_versions(registry, names)
    if kind is InferenceService:
        return {
            "environment": _reading(InferenceService, lambda found: names.environment(found.environment_id)),
            "model": _reading(InferenceService, lambda found: names.model(found.model_id)),
            "version": _reading(InferenceService, lambda found: names.version(found.version_id) or "(newest)"),
        }
    if kind is ServeModel:
        return {"version": _reading(ServeModel, lambda found: names.version(found.version_id))}
    if kind is ExperimentRun:
        return {"experiment": _reading(ExperimentRun, lambda found: names.experiment(found.experiment_id))}
    return {}


def _reading(_kind: type[T], read: Callable[[T], object]) -> Callable[[Record], object]:
    return lambda record: read(cast("T", record))


def _of_models(registry: ModelRegistry, names: Names, models: Sequence[RegisteredModel]) -> Derived:
    newest = _Once(lambda: newest_versions(registry, models))
    served = _Once(lambda: serving(registry, names))

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


def _of_versions(registry: ModelRegistry, names: Names) -> Derived:
    models: dict[str, RegisteredModel] = {}

    def model(record: Record) -> RegisteredModel | None:
        known = cast("ModelVersion", record).model_id or ""
        if known not in models and known:
            names.model(known)
            models[known] = registry.models.get(known)
            names.learn(models[known])
        return models.get(known)

    def metric(record: Record) -> str | None:
        parent = model(record)
        return None if parent is None else key_metric(parent, cast("ModelVersion", record))

    return {
        "model": _reading(ModelVersion, lambda found: names.model(found.model_id)),
        "version": lambda record: record.name,
        "metric": metric,
    }


class _Once(dict[None, Any]):
    """A value that is made when it is first asked for."""

    def __init__(self, make: Callable[[], Any]) -> None:
        super().__init__()
        self._make = make

    def __call__(self) -> Any:
        if None not in self:
            self[None] = self._make()
        return self[None]


def newest_versions(registry: ModelRegistry, models: Sequence[RegisteredModel]) -> Mapping[str, ModelVersion]:
    """Return the newest LIVE version of each model, by the model's id."""
    found: dict[str, ModelVersion] = {}
    wanted = {model.id for model in models}
    if len(wanted) == 1:
        return _asked(registry, wanted)
    for version in registry.versions.list(order_by="ID", descending=True, limit=_READ):
        parent = version.model_id or ""
        if parent in wanted and version.state == STATE_LIVE:
            found[parent] = version
            wanted.discard(parent)
        if not wanted:
            return found
    return found | _asked(registry, wanted)


def _asked(registry: ModelRegistry, ids: Iterable[str]) -> dict[str, ModelVersion]:
    answers = {known: registry.versions.latest(model_id=known) for known in ids}
    return {known: version for known, version in answers.items() if version is not None}


def serving(registry: ModelRegistry, names: Names) -> Mapping[str, Sequence[str]]:
    """Return where each model is served, as `environment: STATE`, by the model's id."""
    places: dict[str, list[str]] = {}
    for service in registry.inference_services.list():
        where = f"{names.environment(service.environment_id)}: {service.desired_state or 'UNKNOWN'}"
        places.setdefault(service.model_id or "", []).append(where)
    return {model: tuple(dict.fromkeys(found)) for model, found in places.items()}


def key_metric(model: RegisteredModel, version: ModelVersion) -> str | None:
    """Return a version's value of the first metric whose direction its model declares."""
    for name in model.higher_is_better:
        value = version.properties.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"{visible(name)} {number(value)}"
    return None
