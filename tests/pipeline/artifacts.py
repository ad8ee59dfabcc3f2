"""Artifacts of a run as kfp hands them to a step, and the records of a registry in a form to compare."""

from __future__ import annotations

from typing import Any

import attrs

from modelreg import ModelRegistry
from modelreg._types import Artifact, Record


@attrs.define
class Held:
    """An artifact of a run."""

    uri: str = ""
    path: str = ""
    metadata: dict[str, Any] = attrs.field(factory=dict)


def contents(registry: ModelRegistry) -> list[dict[str, Any]]:
    """Return everything that a registry holds, without ids and times, in the order of creation."""
    records: list[Record] = []
    for model in registry.models.list():
        records.append(model)
        for version in registry.versions.list(model=model):
            records.append(version)
            records.extend(registry.artifacts.list(version=version))
    return [_comparable(record) for record in records]


def newest(registry: ModelRegistry, version: Any) -> Artifact:
    """Return the artifact that KServe would load: the newest of any kind."""
    return max(registry.artifacts.list(version=version), key=lambda item: (item.create_time, int(item.id)))


def _comparable(record: Record) -> dict[str, Any]:
    said = attrs.asdict(record, filter=lambda field, _: field.name not in ("_wire", "create_time", "last_update_time"))
    return {
        "record": type(record).__name__,
        **{key: value for key, value in said.items() if not key.endswith("id") or key == "source_id"},
    }
