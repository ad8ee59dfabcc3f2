"""Conversion of records to MLflow's entities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs
from mlflow.entities.model_registry import (
    ModelVersion,
    ModelVersionTag,
    RegisteredModel,
    RegisteredModelAlias,
    RegisteredModelTag,
)
from mlflow.entities.model_registry.model_version_stages import ALL_STAGES, STAGE_NONE

import modelreg
from modelreg._core.aliases import aliases_of, aliases_of_version
from modelreg._mlflow import fields

_STAGES: dict[str, str] = {stage.lower(): stage for stage in ALL_STAGES}


@attrs.frozen
class Origin:
    """Where a version comes from.

    Attributes:
        source: The URI that it was registered from.
        run_id: The id of the run in MLflow's tracking that made it.
    """

    source: str | None
    run_id: str | None


def known_origin(version: modelreg.ModelVersion) -> Origin | None:
    """Return where a version that MLflow registered comes from; None for one that it did not."""
    if fields.SOURCE not in version.properties:
        return None
    return Origin(_text(version.properties, fields.SOURCE), _text(version.properties, fields.RUN_ID))


def artifact_origin(artifact: modelreg.ModelArtifact | None) -> Origin:
    """Return where a version comes from by its model artifact; the run unless it was one of another system's."""
    if artifact is None:
        return Origin(None, None)
    ours = artifact.source_kind in (None, fields.LINEAGE_KIND)
    return Origin(artifact.uri, artifact.source_id if ours else None)


def stage_of(version: modelreg.ModelVersion) -> str:
    """Return a version's stage; "None" where it has none that MLflow knows."""
    return _STAGES.get(str(version.properties.get(fields.STAGE, "")).lower(), str(STAGE_NONE))


def version_entity(version: modelreg.ModelVersion, model: modelreg.RegisteredModel, origin: Origin) -> ModelVersion:
    """Return a version as MLflow has it.

    Args:
        version: The version.
        model: Its model, whose record holds the aliases.
        origin: Where it comes from.
    """
    return ModelVersion(
        name=model.name,
        version=fields.version_number(version.name),
        creation_timestamp=created_milliseconds(version),
        last_updated_timestamp=milliseconds(version.last_update_time),
        description=version.description or None,
        user_id=version.author,
        current_stage=stage_of(version),
        source=origin.source,
        run_id=origin.run_id,
        run_link=_text(version.properties, fields.RUN_LINK),
        tags=[ModelVersionTag(key, value) for key, value in version_tags(version).items()],
        aliases=list(aliases_of_version(model, version.name)),
        model_id=_text(version.properties, fields.MODEL_ID),
    )


def model_entity(model: modelreg.RegisteredModel, latest: Iterable[ModelVersion]) -> RegisteredModel:
    """Return a model as MLflow has it.

    Args:
        model: The model.
        latest: Its newest version in each stage.
    """
    aliases = aliases_of(model)
    return RegisteredModel(
        name=model.name,
        creation_timestamp=created_milliseconds(model),
        last_updated_timestamp=milliseconds(model.last_update_time),
        description=model.description or None,
        latest_versions=list(latest),
        tags=[RegisteredModelTag(key, value) for key, value in model_tags(model).items()],
        aliases=[RegisteredModelAlias(alias, fields.version_number(name)) for alias, name in aliases.items()],
    )


def model_tags(model: modelreg.RegisteredModel) -> dict[str, str]:
    """Return the tags of a model."""
    return {key: fields.tag_text(value) for key, value in model.properties.items() if fields.is_model_tag(key)}


def version_tags(version: modelreg.ModelVersion) -> dict[str, str]:
    """Return the tags of a version."""
    return {key: fields.tag_text(value) for key, value in version.properties.items() if fields.is_version_tag(key)}


def latest_by_stage(versions: Iterable[modelreg.ModelVersion]) -> dict[str, modelreg.ModelVersion]:
    """Return the version with the highest number in each stage; versions whose names are no numbers are left out."""
    latest: dict[str, modelreg.ModelVersion] = {}
    for version in versions:
        stage = stage_of(version)
        if fields.is_number(version.name) and (stage not in latest or int(latest[stage].name) < int(version.name)):
            latest[stage] = version
    return latest


def milliseconds(moment: datetime | None) -> int | None:
    """Return a time in milliseconds since the epoch."""
    return None if moment is None else round(moment.timestamp() * 1000)


def created_milliseconds(record: modelreg.Record) -> int | None:
    """Return when a record was created, in MLflow's registry where it was brought over from one."""
    text = record.properties.get(fields.CREATED)
    return int(text) if isinstance(text, int | float) else milliseconds(record.create_time)


def _text(properties: Mapping[str, Any], key: str) -> str | None:
    value = properties.get(key)
    return value if isinstance(value, str) and value else None
