"""Decides what an export holds and in which order; it reads page by page, and keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from modelreg._sync.registry import ModelRegistry
from modelreg.errors import NotFound, UnsupportedByServer
from modelreg.transfer.lines import HEADER, line_of
from modelreg.types import ARTIFACT_KINDS, Artifact, ExperimentRun, InferenceService, Metric, Record, RegisteredModel

Note = Callable[[str], None]


def exported(registry: ModelRegistry, models: Sequence[str] = (), *, note: Note = print) -> Iterator[dict[str, Any]]:
    """Answer the lines of an export: of some models, or of everything.

    Args:
        models: Names; with none, everything is exported, services and experiments too.
        note: Is told what cannot be exported.

    Raises:
        NotFound: A model that is not there; nothing was answered.
    """
    wanted = [_model(registry, name) for name in dict.fromkeys(models)]
    count = 0
    yield dict(HEADER)
    for line in _records(registry, wanted, note):
        line["properties"] = _kept(line, note)
        if not line["properties"]:
            del line["properties"]
        count += 1
        yield line
    yield {"kind": "end", "records": count}


def _model(registry: ModelRegistry, name: str) -> RegisteredModel:
    model = registry.models.find(name)
    if model is None:
        raise NotFound(f"there is no registered model {name!r}", resource=name)
    return model


def _kept(line: dict[str, Any], note: Note) -> dict[str, Any]:
    """Leave out values of a kind that this release cannot write back."""
    kept = {}
    for key, value in line.get("properties", {}).items():
        if isinstance(value, dict) and "metadataType" in value:
            note(f"property {key!r} of {line['kind']} {line['name']!r} is of a kind that cannot be kept: left out")
        else:
            kept[key] = value
    return kept


def _records(registry: ModelRegistry, wanted: Sequence[RegisteredModel], note: Note) -> Iterator[dict[str, Any]]:
    for model in wanted or registry.models.list():
        yield line_of("model", model, {})
        yield from _below(registry, model, note)
    if not wanted:
        yield from _serving(registry)
        try:
            yield from _experiments(registry, note)
        except UnsupportedByServer:
            note("the server has no experiments: none are exported")


def _below(registry: ModelRegistry, model: RegisteredModel, note: Note) -> Iterator[dict[str, Any]]:
    for version in registry.versions.list(model=model):
        yield line_of("version", version, {"model": model.name})
        for artifact in registry.artifacts.list(version=version):
            if _known(artifact, f"{model.name}@{version.name}", note):
                yield line_of("artifact", artifact, {"model": model.name, "version": version.name})


def _known(artifact: Artifact, where: str, note: Note) -> bool:
    if artifact.kind in ARTIFACT_KINDS:
        return True
    note(f"artifact {artifact.name!r} of {where} is of a kind that this release does not know: left out")
    return False


class _Served:
    """The names of models and versions that services point at, a few at a time."""

    def __init__(self, registry: ModelRegistry) -> None:
        self._registry = registry
        self._models: dict[str, str] = {}

    def model(self, id: str | None) -> str | None:
        if id is not None and id not in self._models:
            self._models[id] = self._registry.models.get(id).name
        return None if id is None else self._models[id]

    def version(self, id: str | None) -> tuple[str | None, str | None]:
        if id is None:
            return None, None
        version = self._registry.versions.get(id)
        return self.model(version.model_id), version.name


def _serving(registry: ModelRegistry) -> Iterator[dict[str, Any]]:
    served = _Served(registry)
    for environment in registry.serving_environments.list():
        yield line_of("environment", environment, {})
        for service in registry.inference_services.list(environment=environment):
            _, version = served.version(service.version_id)
            where = {"environment": environment.name, "model": served.model(service.model_id), "version": version}
            yield line_of("service", service, where)
            yield from _acts(registry, service, environment, served)


def _acts(
    registry: ModelRegistry, service: InferenceService, environment: Record, served: _Served
) -> Iterator[dict[str, Any]]:
    for act in registry.serve_models.list(service=service):
        model, version = served.version(act.version_id)
        where = {"environment": environment.name, "service": service.name, "model": model, "version": version}
        yield line_of("serve", act, where)


def _experiments(registry: ModelRegistry, note: Note) -> Iterator[dict[str, Any]]:
    for experiment in registry.experiments.list():
        yield line_of("experiment", experiment, {})
        for run in registry.runs.list(experiment=experiment):
            yield line_of("run", run, {"experiment": experiment.name})
            yield from _logged(registry, run, experiment.name, note)


def _logged(registry: ModelRegistry, run: ExperimentRun, experiment: str, note: Note) -> Iterator[dict[str, Any]]:
    where: dict[str, str | None] = {"experiment": experiment, "run": run.name}
    for artifact in registry.runs.artifacts(run):
        # A metric's newest value is in its history too.
        if not isinstance(artifact, Metric) and _known(artifact, f"run {run.name}", note):
            yield line_of("run_artifact", artifact, where)
    for value in registry.runs.metric_history(run):
        yield line_of("metric", value, where)
