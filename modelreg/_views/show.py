"""The pages of a model and of a version, with what is read for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from modelreg._compare import metrics_of, newest_model_artifact
from modelreg._core.best import number_of
from modelreg._core.record_data import as_data
from modelreg._core.serving import served_by
from modelreg._sync.registry import ModelRegistry
from modelreg._types import Artifact, InferenceService, Metric, ModelArtifact, ModelVersion, Parameter, RegisteredModel
from modelreg._views.commands import python, quoted
from modelreg._views.names import Names
from modelreg._views.page import Block, Column, Facts, Grid, Lines, Page
from modelreg._views.record_page import facts, late_facts, property_grid, toned
from modelreg._views.services import services_of
from modelreg._views.weights import weight_facts

VERSIONS_SHOWN = 10
_SPARKS = "▁▂▃▄▅▆▇█"


def model_page(registry: ModelRegistry, model: RegisteredModel, *, every: bool = False) -> Page:
    """Return the page of a model: its fields, its newest versions, where they are served, how its metrics went."""
    names = Names(registry)
    names.learn(model)
    versions = list(registry.versions.list(model=model, order_by="ID", descending=True))
    services = [service for service in registry.inference_services.list() if service.model_id == model.id]
    shown = versions if every else versions[:VERSIONS_SHOWN]
    metrics = _key_metrics(model, versions)
    blocks: list[Block] = [
        Facts([fact for fact in facts(model) if fact[0] != "readme"]),
        Lines((model.readme or "").splitlines(), title="Card"),
        _version_grid(shown, len(versions), metrics, _serving(names, services, versions)),
        _trend(versions, metrics),
        property_grid(model),
        _fetch(f"registry.models.find({python(model.name)})", f"modelreg show {quoted(model.name)}"),
        Facts([*late_facts(model)], title="Record"),
    ]
    data = {
        **as_data(model),
        "versions": [as_data(version) for version in shown],
        "versions_total": len(versions),
        "services": [_service_data(names, service) for service in services],
        "higher_is_better": dict(sorted(model.higher_is_better.items())),
    }
    return Page(f"Model {model.name}", _shown(blocks), data, summary=model.description or "")


def version_page(registry: ModelRegistry, model: RegisteredModel, version: ModelVersion) -> Page:
    """Return the page of a version: its model artifact, metrics, properties, services and origin."""
    names = Names(registry)
    artifacts = list(registry.artifacts.list(version=version, order_by="ID"))
    services = services_of(registry, version)
    weights = newest_model_artifact(artifacts)
    numbers = metrics_of(version, artifacts)
    reference = f"{model.name}@{version.name}"
    blocks: list[Block] = [
        _fetch(
            f"registry.versions.find({python(version.name)}, model={python(model.name)})",
            f"modelreg show {quoted(reference)}",
        ),
        Facts([*facts(version)]),
        Facts([*weight_facts(weights)], title="Model artifact"),
        _metric_grid(numbers, model.higher_is_better),
        property_grid(version, without=frozenset(numbers)),
        _artifact_grid([each for each in artifacts if each is not weights and not isinstance(each, Metric)]),
        Grid(_SERVICE_COLUMNS, [_service_row(names, each) for each in services], title="Served by"),
        Facts([*_origin(weights)], title="Origin"),
        Facts([*late_facts(version)], title="Record"),
    ]
    data = {
        "reference": reference,
        **as_data(version),
        "model": model.name,
        "artifact": None if weights is None else as_data(weights),
        "artifacts": [as_data(each) for each in artifacts],
        "metrics": [
            {"name": name, "value": value, "higher_is_better": model.higher_is_better.get(name)}
            for name, value in numbers.items()
        ],
        "services": [_service_data(names, each) for each in services],
    }
    return Page(reference, _shown(blocks), data, summary=version.description or "")


def direction(higher: bool | None) -> str:
    """Return which way a metric is better in words; empty where that is not known."""
    return "" if higher is None else "higher is better" if higher else "lower is better"


def sparkline(values: Sequence[float]) -> str:
    """Return numbers as a line of blocks."""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    return "".join(_SPARKS[round((value - low) / span * (len(_SPARKS) - 1))] for value in values)


def _shown(blocks: Sequence[Block]) -> list[Block]:
    return [block for block in blocks if (block.lines if isinstance(block, Lines) else block.rows)]


def _fetch(line: str, command: str) -> Lines:
    return Lines([f"python   {line}", f"command  {command}"], title="To fetch it")


_SERVICE_COLUMNS = (
    Column("environment", "ENVIRONMENT"),
    Column("service", "SERVICE"),
    Column("state", "STATE"),
    Column("runtime", "RUNTIME", cut=1, optional=True),
)


def _service_row(names: Names, service: InferenceService) -> Sequence[object]:
    return (
        names.environment(service.environment_id),
        service.name,
        toned(service.desired_state or "UNKNOWN"),
        service.runtime,
    )


def _service_data(names: Names, service: InferenceService) -> Mapping[str, Any]:
    return {
        "id": service.id,
        "name": service.name,
        "environment": names.environment(service.environment_id),
        "version_id": service.version_id,
        "desired_state": service.desired_state,
        "runtime": service.runtime,
    }


def _key_metrics(model: RegisteredModel, versions: Sequence[ModelVersion]) -> list[str]:
    """Choose the metrics that stand beside each version: the declared ones that a version has."""
    return [name for name in sorted(model.higher_is_better) if any(name in version.properties for version in versions)][
        :3
    ]


def _serving(names: Names, services: Sequence[InferenceService], versions: Sequence[ModelVersion]) -> Mapping[str, str]:
    """Return where each version is served, by its id; `versions` has the newest first."""
    newest = versions[0].id if versions else None
    return {
        version.id: ", ".join(
            f"{names.environment(each.environment_id)}: {each.desired_state or 'UNKNOWN'}"
            for each in served_by(version, services, newest)
        )
        for version in versions
    }


def _version_grid(
    versions: Sequence[ModelVersion], total: int, metrics: Sequence[str], serving: Mapping[str, str]
) -> Grid:
    columns = (
        Column("version", "VERSION"),
        Column("state", "STATE"),
        *(Column(f"prop:{name}", name.upper(), number=True) for name in metrics),
        Column("serving", "SERVING", cut=3, optional=True),
        Column("author", "AUTHOR", optional=True),
        Column("description", "DESCRIPTION", cut=1, optional=True),
        Column("created", "CREATED", optional=True),
    )
    rows = [
        (
            version.name,
            toned(version.state),
            *(version.properties.get(name) for name in metrics),
            serving.get(version.id) or None,
            version.author,
            version.description,
            version.create_time,
        )
        for version in versions
    ]
    note = f"{len(versions)} of {total} versions; `--all` shows the rest" if total > len(versions) else ""
    return Grid(columns, rows, title="Versions", note=note)


def _trend(versions: Sequence[ModelVersion], metrics: Sequence[str]) -> Facts:
    rows = []
    for name in metrics:
        numbers = [number for version in reversed(versions) if (number := number_of(version, name)) is not None]
        if len(numbers) > 1:
            rows.append((name, sparkline(numbers[-40:])))
    return Facts(rows, title="Over the versions")


def _metric_grid(numbers: Mapping[str, float], directions: Mapping[str, bool]) -> Grid:
    columns = (
        Column("metric", "METRIC"),
        Column("value", "VALUE", number=True),
        Column("direction", "DIRECTION", optional=True),
    )
    rows = [(name, value, direction(directions.get(name)) or None) for name, value in numbers.items()]
    return Grid(columns, rows, title="Metrics and other numbers")


def _artifact_grid(artifacts: Sequence[Artifact]) -> Grid:
    columns = (
        Column("name", "NAME"),
        Column("kind", "KIND"),
        Column("uri", "URI", cut=1, optional=True),
        Column("value", "VALUE", optional=True),
        Column("id", "ID"),
    )
    rows = [
        (each.name, each.kind, each.uri, each.value if isinstance(each, Parameter) else None, each.id)
        for each in artifacts
    ]
    return Grid(columns, rows, title="Other artifacts")


def _origin(weights: ModelArtifact | None) -> Iterator[tuple[str, object]]:
    for field, value in attrs.asdict(weights.source).items() if weights is not None else ():
        if value is not None:
            yield field.removesuffix("_"), value
