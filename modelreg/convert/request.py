"""Decides what a registration request means, checked whole before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from modelreg.convert.artifacts import artifact_fields, kind_of, said_of
from modelreg.convert.names import checked_name
from modelreg.convert.patch import PropertyEdit, property_edit
from modelreg.convert.properties import labels_to_wire, same, to_wire
from modelreg.convert.records import to_body
from modelreg.errors import InvalidInput
from modelreg.types import Artifact, ModelArtifact, ModelVersion, RegisteredModel, RegistrationRequest
from modelreg.types.records import DIRECTION_PREFIX
from modelreg.types.registration import OnConflict

_ON_CONFLICT = ("fail", "update", "unchanged")
_OF_THE_ARTIFACT = (
    "model_format",
    "model_format_version",
    "artifact_name",
    "artifact_description",
    "artifact_properties",
    "storage_key",
    "storage_path",
    "service_account_name",
    "source",
)


@attrs.frozen(kw_only=True)
class Intent:
    """One record as it should be: its wire fields by wire name, and what is said of its properties."""

    record: type[RegisteredModel | ModelVersion | Artifact]
    name: str
    fields: Mapping[str, Any]
    edit: PropertyEdit


@attrs.frozen(kw_only=True)
class Intents:
    """A whole registration as it should be.

    Attributes:
        artifacts: Of every kind, model artifacts last.
        named: Whether the caller chose the model artifact's name.
    """

    model: Intent
    version: Intent
    artifacts: tuple[Intent, ...]
    named: bool
    on_conflict: OnConflict
    restore: bool


def intents_of(request: RegistrationRequest) -> Intents:
    """Check and spell a request.

    Raises:
        InvalidInput: Anything that a registry would refuse or lose, with the argument's name.
    """
    if request.on_conflict not in _ON_CONFLICT:
        raise InvalidInput(f"on_conflict is {request.on_conflict!r}; it is one of {', '.join(_ON_CONFLICT)}")
    checked_name(request.name)
    checked_name(request.version, "version")
    artifacts = [_artifact(said) for said in request.artifacts]
    weights = _weights(request)
    if weights is not None:
        artifacts.append(weights)
    artifacts.sort(key=lambda intent: intent.record is ModelArtifact)
    _refuse_twins(artifacts)
    return Intents(
        model=_model(request),
        version=_version(request),
        artifacts=tuple(artifacts),
        named=request.artifact_name is not None,
        on_conflict=request.on_conflict,
        restore=request.restore,
    )


def _model(request: RegistrationRequest) -> Intent:
    directions = {}
    for metric, up in (request.higher_is_better or {}).items():
        if not isinstance(up, bool):
            raise InvalidInput(f"higher_is_better[{metric!r}] is {up!r}; give True or False")
        directions[f"{DIRECTION_PREFIX}{metric}"] = "higher" if up else "lower"
    merged = _merged(
        model_properties=to_wire(request.model_properties or {}, what="model_properties"),
        higher_is_better=to_wire(directions, what="higher_is_better"),
    )
    fields = to_body(RegisteredModel, {"owner": request.owner, "description": request.model_description})
    return Intent(record=RegisteredModel, name=request.name, fields=fields, edit=PropertyEdit(merge=merged))


def _version(request: RegistrationRequest) -> Intent:
    for metric, value in (request.metrics or {}).items():
        if isinstance(value, (bool, str)) or value is None:
            raise InvalidInput(f"metrics[{metric!r}] is {value!r}; give a number, or say it in properties")
    merged = _merged(
        properties=to_wire(request.properties or {}),
        metrics=to_wire(request.metrics or {}, what="metrics"),
        labels=labels_to_wire(request.labels or ()),
    )
    fields = to_body(
        ModelVersion,
        {"description": request.description, "author": request.author, "external_id": request.external_id},
    )
    return Intent(record=ModelVersion, name=request.version, fields=fields, edit=PropertyEdit(merge=merged))


def _weights(request: RegistrationRequest) -> Intent | None:
    if request.uri is None:
        for name in _OF_THE_ARTIFACT:
            if getattr(request, name) is not None:
                raise InvalidInput(f"{name} describes the model artifact, and without uri there is none; give uri")
        return None
    if not request.uri:
        raise InvalidInput("uri is empty; give the place of the weights, or leave it out")
    name = request.name if request.artifact_name is None else checked_name(request.artifact_name, "artifact_name")
    said = {
        "uri": request.uri,
        "description": request.artifact_description,
        "model_format": request.model_format,
        "model_format_version": request.model_format_version,
        "storage_key": request.storage_key,
        "storage_path": request.storage_path,
        "service_account_name": request.service_account_name,
        "source": request.source,
    }
    return Intent(
        record=ModelArtifact,
        name=name,
        fields=to_body(ModelArtifact, artifact_fields(ModelArtifact, said)),
        edit=property_edit(request.artifact_properties),
    )


def _artifact(said: Artifact) -> Intent:
    if not isinstance(said, Artifact):
        raise InvalidInput(f"artifacts holds {said!r}; give records such as DocArtifact(name=..., uri=...)")
    kind_of(said.kind)
    record = type(said)
    return Intent(
        record=record,
        name=checked_name(said.name, "name of an artifact"),
        fields=to_body(record, artifact_fields(record, said_of(said))),
        edit=property_edit(said.properties),
    )


def _refuse_twins(artifacts: list[Intent]) -> None:
    seen = set()
    for intent in artifacts:
        if (intent.record, intent.name) in seen:
            raise InvalidInput(
                f"artifacts names {intent.record.__name__} {intent.name!r} twice; give each its own name"
            )
        seen.add((intent.record, intent.name))


def _merged(**said: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Join what several arguments say of one map; the same key may be said twice only the same."""
    merged: dict[str, dict[str, Any]] = {}
    source: dict[str, str] = {}
    for argument, values in said.items():
        for key, value in values.items():
            if key in merged and not same(merged[key], value):
                raise InvalidInput(f"{source[key]} and {argument} say different things of {key!r}; say it once")
            merged[key] = value
            source.setdefault(key, argument)
    return merged
