"""A registration: from the request to the desired records, and from what exists to the changes; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, get_args

import attrs

from modelreg.core.aliases import aliases_of, check_case, check_version_name, checked_alias, moved
from modelreg.core.artifact_fields import given_of
from modelreg.core.change import PROPERTIES, Change, Desired, Policy, PropertyEdit, decide, points_elsewhere, under
from modelreg.core.desired import desired_record
from modelreg.core.names import CHILD_NAME_LENGTH, check_child_name, checked_name
from modelreg.core.planning import planned_write
from modelreg.core.references import Reference, parent_reference
from modelreg.core.resources import ARTIFACTS, MODELS, RUNS, VERSIONS
from modelreg.core.values import checked_mapping, labels_to_wire, restated, same, to_wire
from modelreg.errors import InvalidInput
from modelreg.types import (
    Artifact,
    Metric,
    ModelArtifact,
    ModelVersion,
    OnConflict,
    Outcome,
    Parameter,
    Plan,
    PlannedWrite,
    RegisteredModel,
    RegistrationRequest,
)
from modelreg.types.choices import Happened
from modelreg.types.records import DIRECTION_PREFIX, STATE_LIVE

RUN_PROPERTY = "experiment_run_id"
# Keywords of a registration, and the field of the record that each one sets.
_MODEL = {"owner": "owner", "model_description": "description", "card": "readme"}
_VERSION = {"description": "description", "author": "author", "external_id": "external_id"}
_ARTIFACT = {
    "uri": "uri",
    "artifact_description": "description",
    "artifact_properties": "properties",
    "model_format": "model_format",
    "model_format_version": "model_format_version",
    "storage_key": "storage_key",
    "storage_path": "storage_path",
    "service_account_name": "service_account_name",
    "source": "source",
    "allow_credentials_in_uri": "allow_credentials_in_uri",
}
_NEEDS_URI = (*(key for key in _ARTIFACT if key not in ("uri", "allow_credentials_in_uri")), "artifact_name")


@attrs.frozen(kw_only=True)
class DesiredRegistration:
    """A whole registration as it should be.

    Attributes:
        artifacts: Of every kind, model artifacts last.
        named: Whether the caller chose the model artifact's name.
        run: The experiment run that made the model.
        alias: The alias of the model that is moved to the version.
    """

    model: Desired
    version: Desired
    artifacts: tuple[Desired, ...]
    named: bool
    on_conflict: OnConflict
    restore: bool
    run: Reference | None = None
    alias: str | None = None


@attrs.frozen(kw_only=True)
class Existing:
    """What a registry holds of a registration now.

    Attributes:
        artifacts: All of the version's.
    """

    model: RegisteredModel | None = None
    version: ModelVersion | None = None
    artifacts: Sequence[Artifact] = ()


@attrs.frozen(kw_only=True)
class RegistrationChange:
    """The changes of a registration, in the order in which they are written."""

    model: Change
    version: Change
    artifacts: tuple[Change, ...]
    warnings: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """All of them."""
        return (self.model, self.version, *self.artifacts)


def desired_registration(request: RegistrationRequest) -> DesiredRegistration:
    """Check a request whole, and return the records that it wants.

    Raises:
        InvalidInput: Anything that a registry would refuse or lose, naming the argument.
    """
    if request.on_conflict not in get_args(OnConflict):
        raise InvalidInput(f"on_conflict is {request.on_conflict!r}; it is one of {', '.join(get_args(OnConflict))}")
    checked_name(request.name)
    checked_name(request.version, "version")
    check_child_name(request.version, None, "version")
    run = parent_reference(RUNS, "run", request.run, request.run_id)
    artifacts = [_artifact(given, request) for given in _checked_artifacts(request.artifacts)]
    model_artifact = _model_artifact(request)
    if model_artifact is not None:
        artifacts.append(model_artifact)
    artifacts.sort(key=lambda desired: desired.record is ModelArtifact)
    _refuse_twins(artifacts)
    return DesiredRegistration(
        model=_model(request),
        version=_version(request),
        artifacts=tuple(artifacts),
        named=request.artifact_name is not None,
        on_conflict=request.on_conflict,
        restore=bool(request.restore),
        run=run,
        alias=_alias(request),
    )


def plan_registration(existing: Existing, desired: DesiredRegistration) -> RegistrationChange:
    """Decide what a registration writes.

    Raises:
        Conflict: The model or version is archived, or the version has a model artifact with another URI; nothing may
            be written.
    """
    parents = Policy(restore=desired.restore)
    model = decide(existing.model, desired.model, parents)
    if existing.model is not None and desired.alias is not None:
        check_case(existing.model, desired.alias)
    if existing.version is None:
        check_version_name(existing.model, desired.version.name)
    late, kept, warnings = _late_artifacts(existing, desired)
    version = decide(existing.version, _with_late(desired.version, late), parents)
    if existing.model is not None:
        version = under(version, existing.model.id)
    pairs = [(_counterpart(existing.artifacts, wanted, desired), wanted) for wanted in kept]
    if desired.on_conflict == "unchanged" and any(there and points_elsewhere(there, want) for there, want in pairs):
        return _as_it_is(existing, desired, pairs)
    policy = Policy(on_conflict=desired.on_conflict)
    artifacts = tuple(decide(there, wanted, policy) for there, wanted in pairs)
    if existing.version is not None:
        artifacts = tuple(under(each, existing.version.id) for each in artifacts)
    for change in (model, version, *artifacts):
        if change.conflict is not None:
            raise change.conflict
    return RegistrationChange(model=model, version=version, artifacts=artifacts, warnings=warnings)


def registration_plan(change: RegistrationChange, desired: DesiredRegistration) -> Plan:
    """Return the plan of a registration, for people.

    Args:
        change: What was decided.
        desired: The registration as it should be.
    """
    writes = [planned_write(each) for each in change.changes]
    model, alias = change.model.existing, desired.alias
    if alias is not None and (model is None or aliases_of(model).get(alias) != desired.version.name):
        # The alias moves last, when the version that it points at is there.
        there = model or RegisteredModel(name=desired.model.name)
        edit, _ = moved(there, alias, desired.version.name, at=datetime.now(UTC), by=None, reason=None)
        merged = {**(there.raw.get(PROPERTIES) or {}), **desired.model.edit.merge, **edit.merge}
        writes.append(
            PlannedWrite(
                resource=MODELS.kind,
                name=desired.model.name,
                happens="updated",
                method="PATCH",
                path=f"/registered_models/{there.id or '{model_id}'}",
                body={"state": there.raw.get("state", STATE_LIVE), PROPERTIES: restated(merged)},
            )
        )
    return Plan(
        writes=tuple(writes),
        outcome=outcome(change, {}),
        warnings=change.warnings,
    )


def outcome(change: RegistrationChange, earlier: Mapping[tuple[str, str], Happened]) -> Outcome:
    """Return what a registration did, or would do.

    Args:
        change: Its last plan.
        earlier: What earlier attempts did to a record, by kind and name: what one created stays created.
    """

    def happened(each: Change) -> Any:
        return earlier.get((each.desired.record.__name__, each.desired.name), each.happens)

    artifacts = [(each.desired.record, happened(each)) for each in change.artifacts]
    models = [word for record, word in artifacts if record is ModelArtifact]
    return Outcome(
        model=happened(change.model),
        version=happened(change.version),
        artifact=models[-1] if models else None,
        artifacts=tuple(word for _, word in artifacts),
    )


def _model(request: RegistrationRequest) -> Desired:
    directions = {}
    for metric, higher in checked_mapping(request.higher_is_better, "higher_is_better").items():
        if not isinstance(higher, bool):
            raise InvalidInput(f"higher_is_better[{metric!r}] is {higher!r}; give True or False")
        directions[f"{DIRECTION_PREFIX}{metric}"] = "higher" if higher else "lower"
    merged = _merged(
        model_properties=to_wire(request.model_properties, what="model_properties"),
        higher_is_better=to_wire(directions, what="higher_is_better"),
    )
    return _with_properties(desired_record(MODELS, request.name, _given(request, _MODEL)), merged)


def _version(request: RegistrationRequest) -> Desired:
    for metric, value in checked_mapping(request.metrics, "metrics").items():
        if isinstance(value, (bool, str)) or value is None:
            raise InvalidInput(f"metrics[{metric!r}] is {value!r}; give a number, or give it in properties")
    merged = _merged(
        properties=to_wire(request.properties),
        metrics=to_wire(request.metrics, what="metrics"),
        labels=labels_to_wire(request.labels),
    )
    return _with_properties(desired_record(VERSIONS, request.version, _given(request, _VERSION)), merged)


def _model_artifact(request: RegistrationRequest) -> Desired | None:
    if request.uri is None:
        for name in _NEEDS_URI:
            if getattr(request, name) is not None:
                raise InvalidInput(f"{name} describes the model artifact, and without uri there is none; give uri")
        return None
    if request.uri == "":
        raise InvalidInput("uri is empty; give the URI of the model's files, or leave it out")
    to_wire(request.artifact_properties, what="artifact_properties")
    name = _artifact_name(request)
    check_child_name(name, None, "artifact_name")
    return desired_record(ARTIFACTS, name, _given(request, _ARTIFACT), record=ModelArtifact)


def _artifact_name(request: RegistrationRequest) -> str:
    """Return the model artifact's name; a model's name that is too long for it is cut."""
    if request.artifact_name is not None:
        return checked_name(request.artifact_name, "artifact_name")
    return request.name[:CHILD_NAME_LENGTH]


def _artifact(given: Artifact, request: RegistrationRequest) -> Desired:
    name = checked_name(given.name, "name of an artifact")
    check_child_name(name, None, "name of an artifact")
    fields = {
        **given_of(given),
        "properties": given.properties,
        "allow_credentials_in_uri": request.allow_credentials_in_uri,
    }
    return desired_record(ARTIFACTS, name, fields, record=type(given))


def _alias(request: RegistrationRequest) -> str | None:
    if request.alias is None:
        return None
    if request.alias == request.version:
        raise InvalidInput(f"alias is {request.alias!r}, which is the name of the version")
    return checked_alias(request.alias)


def _checked_artifacts(given: object) -> Iterable[Artifact]:
    if isinstance(given, str | Mapping | Artifact) or not isinstance(given, Iterable):
        raise InvalidInput(
            f"artifacts is {given!r:.100}; give a list of records such as DocArtifact(name=..., uri=...)"
        )
    for artifact in given:
        if not isinstance(artifact, Artifact):
            raise InvalidInput(
                f"artifacts holds {artifact!r:.100}; give records such as DocArtifact(name=..., uri=...)"
            )
        yield artifact


def _given(request: RegistrationRequest, keywords: Mapping[str, str]) -> dict[str, object]:
    return {field: getattr(request, keyword) for keyword, field in keywords.items()}


def _refuse_twins(artifacts: list[Desired]) -> None:
    seen = set()
    for desired in artifacts:
        if (desired.record, desired.name) in seen:
            raise InvalidInput(
                f"artifacts names {desired.record.__name__} {desired.name!r} twice; give each its own name"
            )
        seen.add((desired.record, desired.name))


def _merged(**given: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Join what several arguments give of one map; a key may be given twice with the same value only."""
    merged: dict[str, dict[str, Any]] = {}
    source: dict[str, str] = {}
    for argument, properties in given.items():
        for key, value in properties.items():
            if key in merged and not same(merged[key], value):
                raise InvalidInput(f"{source[key]} and {argument} give different values of {key!r}; give it once")
            merged[key] = value
            source.setdefault(key, argument)
    return merged


def _with_properties(desired: Desired, merge: Mapping[str, dict[str, Any]]) -> Desired:
    return attrs.evolve(desired, edit=PropertyEdit(merge=merge)) if merge else desired


def with_property(desired: DesiredRegistration, key: str, value: object) -> DesiredRegistration:
    """Return a registration whose version has one more property."""
    merge = {**desired.version.edit.merge, **to_wire({key: value})}
    return attrs.evolve(desired, version=_with_properties(desired.version, merge))


def _counterpart(artifacts: Sequence[Artifact], wanted: Desired, registration: DesiredRegistration) -> Artifact | None:
    """Return the artifact that is meant: the one of its kind and name, else the only model artifact there is."""
    alike = [artifact for artifact in artifacts if type(artifact) is wanted.record]
    for artifact in alike:
        if artifact.name == wanted.name:
            return artifact
    models = [each for each in registration.artifacts if each.record is ModelArtifact]
    if wanted.record is ModelArtifact and not registration.named and len(alike) == len(models) == 1:
        return alike[0]
    return None


def model_counterpart(existing: Existing, desired: DesiredRegistration) -> ModelArtifact | None:
    """Return the model artifact that a registration is about, as it is; None where there is none."""
    wanted = [each for each in desired.artifacts if each.record is ModelArtifact]
    found = _counterpart(existing.artifacts, wanted[-1], desired) if wanted else None
    return found if isinstance(found, ModelArtifact) else None


def _late_artifacts(
    existing: Existing, registration: DesiredRegistration
) -> tuple[dict[str, object], list[Desired], tuple[str, ...]]:
    """Turn artifacts that would be newer than the model artifact into properties of the version.

    KServe loads a version's newest artifact and fails when that is no model artifact.
    """
    if not any(isinstance(artifact, ModelArtifact) for artifact in existing.artifacts):
        return {}, list(registration.artifacts), ()
    late, kept, warnings = {}, [], []
    for wanted in registration.artifacts:
        if wanted.record is ModelArtifact or _counterpart(existing.artifacts, wanted, registration) is not None:
            kept.append(wanted)
            continue
        key = f"{wanted.record.kind}_{wanted.name}"[:255]  # type: ignore[attr-defined]
        late[key] = _summary(wanted)
        warnings.append(
            f"{wanted.record.__name__} {wanted.name!r} is kept as the property {key!r} of version "
            f"{registration.version.name!r}: as an artifact it would be newer than the model artifact, and KServe "
            "loads the newest"
        )
    return late, kept, tuple(warnings)


def _summary(wanted: Desired) -> object:
    """Return what one property can keep of an artifact: the value that it has, else its URI."""
    if wanted.record in (Metric, Parameter):
        return wanted.fields.get("value", "")
    return wanted.fields.get("uri") or wanted.fields.get("digest") or wanted.fields.get("description") or ""


def _with_late(version: Desired, late: Mapping[str, object]) -> Desired:
    if not late:
        return version
    return _with_properties(version, {**version.edit.merge, **to_wire(late)})


def _as_it_is(
    existing: Existing, desired: DesiredRegistration, pairs: Sequence[tuple[Artifact | None, Desired]]
) -> RegistrationChange:
    """Leave everything as it is."""

    def kept(there: Any, wanted: Desired) -> Change:
        return Change(desired=wanted, policy=Policy(), existing=there, happens="unchanged")

    return RegistrationChange(
        model=kept(existing.model, desired.model),
        version=kept(existing.version, desired.version),
        artifacts=tuple(kept(there, wanted) for there, wanted in pairs if there is not None),
    )
