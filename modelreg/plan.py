"""Decides what a registration writes: (what is there, what is wanted) -> the steps, or the conflict; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from modelreg.convert.patch import PropertyEdit, creation, patch
from modelreg.convert.properties import to_wire
from modelreg.convert.request import Intent, Intents
from modelreg.errors import Conflict
from modelreg.types import Artifact, Metric, ModelArtifact, ModelVersion, Parameter, RegisteredModel
from modelreg.types.records import STATE_ARCHIVED, STATE_LIVE
from modelreg.types.registration import Happened, Plan, PlannedWrite, What


@attrs.frozen(kw_only=True)
class Seen:
    """What a registry holds of a registration now.

    Attributes:
        artifacts: All of the version's.
    """

    model: RegisteredModel | None = None
    version: ModelVersion | None = None
    artifacts: Sequence[Artifact] = ()


@attrs.frozen(kw_only=True)
class Step:
    """One record to be made true.

    Attributes:
        existing: The record as it is there; None when it has to be created.
        body: What to send; None when nothing.
    """

    intent: Intent
    existing: Any
    body: Mapping[str, Any] | None

    @property
    def happens(self) -> Happened:
        """What becomes of the record."""
        if self.existing is None:
            return "created"
        return "unchanged" if self.body is None else "updated"


@attrs.frozen(kw_only=True)
class Steps:
    """A registration's steps in the order in which they are written."""

    model: Step
    version: Step
    artifacts: tuple[Step, ...]
    warnings: tuple[str, ...] = ()


def planned(seen: Seen, wanted: Intents) -> Steps:
    """Compare what is there with what is wanted.

    Raises:
        Conflict: The model or version is archived, or the version's weights lie elsewhere; nothing may be written.
    """
    _refuse_archived(seen, wanted)
    version, kept, warnings = _without_late_artifacts(seen, wanted)
    artifacts = tuple(_artifact_step(seen, intent, wanted) for intent in kept)
    if wanted.on_conflict == "unchanged" and any(_moves(step) for step in artifacts):
        return _as_it_is(seen, wanted, artifacts)
    return Steps(
        model=_step(_revived(wanted.model, seen.model), seen.model),
        version=_step(_revived(version, seen.version), seen.version),
        artifacts=artifacts,
        warnings=warnings,
    )


def described(steps: Steps, outcome: Any) -> Plan:
    """Say the steps for a person."""
    writes = (
        _write("model", steps.model),
        _write("version", steps.version),
        *(_write("artifact", step) for step in steps.artifacts),
    )
    return Plan(writes=writes, outcome=outcome, warnings=steps.warnings)


def _write(what: What, step: Step) -> PlannedWrite:
    return PlannedWrite(what=what, name=step.intent.name, happens=step.happens, body=step.body)


def _step(intent: Intent, existing: Any) -> Step:
    if existing is None:
        return Step(intent=intent, existing=None, body=creation({"name": intent.name, **intent.fields}, intent.edit))
    return Step(intent=intent, existing=existing, body=patch(existing, intent.fields, intent.edit))


def _refuse_archived(seen: Seen, wanted: Intents) -> None:
    for words, record in (("model", seen.model), ("version", seen.version)):
        if record is not None and record.state == STATE_ARCHIVED and not wanted.restore:
            raise Conflict(
                f"{words} {record.name!r} (id {record.id}) is archived",
                resource=record.id,
                hint="Say restore=True to bring it back and register into it.",
            )


def _revived(intent: Intent, existing: RegisteredModel | ModelVersion | None) -> Intent:
    if existing is None or existing.state != STATE_ARCHIVED:
        return intent
    return attrs.evolve(intent, fields={**intent.fields, "state": STATE_LIVE})


def _artifact_step(seen: Seen, intent: Intent, wanted: Intents) -> Step:
    existing = _counterpart(seen.artifacts, intent, wanted)
    step = _step(intent, existing)
    if existing is not None and _moves(step) and wanted.on_conflict == "fail":
        raise Conflict(
            f"version {wanted.version.name!r} of model {wanted.model.name!r} is registered with the weights at "
            f"{existing.uri!r}, not at {intent.fields['uri']!r}; nothing was written",
            resource=existing.id,
            hint='Register another version, or say on_conflict="update" to point this one there, or "unchanged".',
        )
    return step


def _moves(step: Step) -> bool:
    """Whether a step would point existing weights at another place."""
    return (
        step.intent.record is ModelArtifact
        and step.existing is not None
        and bool(step.existing.uri)
        and "uri" in step.intent.fields
        and step.existing.uri != step.intent.fields["uri"]
    )


def _counterpart(artifacts: Sequence[Artifact], intent: Intent, wanted: Intents) -> Artifact | None:
    """Find the artifact that an intent means: the one of its name, else the only model artifact there is."""
    alike = [artifact for artifact in artifacts if type(artifact) is intent.record]
    for artifact in alike:
        if artifact.name == intent.name:
            return artifact
    others = [artifact for artifact in wanted.artifacts if artifact.record is ModelArtifact]
    if intent.record is ModelArtifact and not wanted.named and len(alike) == len(others) == 1:
        return alike[0]
    return None


def _without_late_artifacts(seen: Seen, wanted: Intents) -> tuple[Intent, list[Intent], tuple[str, ...]]:
    """Turn artifacts that would be newer than the model artifact into properties of the version.

    KServe loads a version's newest artifact and fails when that is no model artifact.
    """
    if not any(isinstance(artifact, ModelArtifact) for artifact in seen.artifacts):
        return wanted.version, list(wanted.artifacts), ()
    kept, late, warnings = [], {}, []
    for intent in wanted.artifacts:
        if intent.record is ModelArtifact or _counterpart(seen.artifacts, intent, wanted) is not None:
            kept.append(intent)
            continue
        key = f"{intent.record.kind}_{intent.name}"[:255]  # type: ignore[union-attr]
        late[key] = _gist(intent)
        warnings.append(
            f"{intent.record.__name__} {intent.name!r} is kept as the property {key!r} of version "
            f"{wanted.version.name!r}: as an artifact it would be newer than the model artifact, and KServe loads the "
            "newest"
        )
    merged = {**wanted.version.edit.merge, **to_wire(late)}
    version = attrs.evolve(wanted.version, edit=PropertyEdit(merge=merged)) if late else wanted.version
    return version, kept, tuple(warnings)


def _gist(intent: Intent) -> object:
    """What one property can keep of an artifact: a number or text for what has a value, else where it lies."""
    if intent.record in (Metric, Parameter):
        return intent.fields.get("value", "")
    return intent.fields.get("uri") or intent.fields.get("digest") or intent.fields.get("description") or ""


def _as_it_is(seen: Seen, wanted: Intents, artifacts: Sequence[Step]) -> Steps:
    return Steps(
        model=Step(intent=wanted.model, existing=seen.model, body=None),
        version=Step(intent=wanted.version, existing=seen.version, body=None),
        artifacts=tuple(attrs.evolve(step, body=None) for step in artifacts if step.existing is not None),
    )
