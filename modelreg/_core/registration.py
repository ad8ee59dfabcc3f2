"""A registration: from the request to the desired records, and from what exists to the changes; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

import attrs

from modelreg._core.aliases import check_case, check_version_name, checked_alias
from modelreg._core.change import (
    NO_EDIT,
    Change,
    Desired,
    Policy,
    PropertyEdit,
    decide,
    points_elsewhere,
    property_edit,
    refuse_merging_keys,
    under,
)
from modelreg._core.desired import desired_record, given_of
from modelreg._core.names import CHILD_NAME_LENGTH, check_child_name
from modelreg._core.references import Reference, parent_reference
from modelreg._core.resources import ARTIFACTS, MODELS, RUNS, VERSIONS
from modelreg._core.values import Wire, checked_mapping, labels_to_wire, same, to_wire
from modelreg._types import (
    Artifact,
    Metric,
    ModelArtifact,
    ModelVersion,
    OnConflict,
    Outcome,
    Parameter,
    RegisteredModel,
    RegistrationRequest,
)
from modelreg._types.choices import Happened
from modelreg._types.records import DIRECTION_PREFIX
from modelreg.errors import InvalidInput

RUN_PROPERTY = "experiment_run_id"
# Keywords of a registration, and the field of the record that each one sets.
_MODEL = {"owner": "owner", "model_description": "description", "card": "readme"}
_VERSION = {"description": "description", "author": "author", "external_id": "external_id"}
_ARTIFACT = {
    "uri": "uri",
    "artifact_description": "description",
    "model_format": "model_format",
    "model_format_version": "model_format_version",
    "storage_key": "storage_key",
    "storage_path": "storage_path",
    "service_account_name": "service_account_name",
    "source": "source",
    "allow_credentials_in_uri": "allow_credentials_in_uri",
}
_NEEDS_URI = (
    *(key for key in _ARTIFACT if key not in ("uri", "allow_credentials_in_uri")),
    "artifact_properties",
    "artifact_name",
)


ABOUT_FILES = ("to", "sign", "takeover", "ignore", "base", "stall_timeout")


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
    if request.files is None:
        for name in ABOUT_FILES:
            if getattr(request, name):
                raise InvalidInput(
                    f"{name} is about files to upload, and there are none; give files, or leave {name} out"
                )
    model, version, artifacts = _model(request), _version(request), _further_artifacts(request)
    if (model_artifact := _model_artifact(request)) is not None:
        artifacts.append(model_artifact)
    if len(artifacts) > 1:
        artifacts.sort(key=lambda desired: desired.record is ModelArtifact)
        _refuse_twins(artifacts)
    run = None
    if request.run is not None or request.run_id is not None:
        run = parent_reference(RUNS, "run", request.run, request.run_id)
    return DesiredRegistration(
        model=model,
        version=version,
        artifacts=tuple(artifacts),
        named=request.artifact_name is not None,
        on_conflict=request.on_conflict,
        restore=bool(request.restore),
        run=run,
        alias=None if request.alias is None else _alias(request.alias, request.version),
    )


def plan_registration(existing: Existing, desired: DesiredRegistration) -> RegistrationChange:
    """Decide what a registration writes.

    Raises:
        Conflict: The model or version is archived, or the version has a model artifact with another URI; nothing may
            be written.
    """
    parents = Policy(restore=desired.restore)
    model = decide(existing.model, desired.model, parents)
    wanted = desired.version
    kept: Sequence[Desired] = desired.artifacts
    warnings: tuple[str, ...] = ()
    if existing.model is not None and desired.alias is not None:
        check_case(existing.model, desired.alias)
    if existing.model is not None and existing.version is None:
        check_version_name(existing.model, wanted.name)
    if existing.artifacts:
        wanted, kept, warnings = _without_late_artifacts(existing, desired)
    version = decide(existing.version, wanted, parents)
    if existing.model is not None:
        version = under(version, existing.model.id)
    policy = Policy(on_conflict=desired.on_conflict)
    artifacts = []
    for artifact in kept:
        there = _counterpart(existing.artifacts, artifact, desired) if existing.artifacts else None
        if there is not None and desired.on_conflict == "unchanged" and points_elsewhere(there, artifact):
            return _as_it_is(existing, desired, kept)
        change = decide(there, artifact, policy)
        artifacts.append(change if existing.version is None else under(change, existing.version.id))
    for change in (model, version, *artifacts):
        if change.conflict is not None:
            raise change.conflict
    return RegistrationChange(model=model, version=version, artifacts=tuple(artifacts), warnings=warnings)


def outcome(change: RegistrationChange, earlier: Mapping[tuple[str, str], Happened]) -> Outcome:
    """Return what a registration did, or would do.

    Args:
        change: Its last plan.
        earlier: What earlier attempts did to a record, by kind and name: what one created stays created.
    """
    happened: list[Any] = []
    artifact = None
    for each in change.changes:
        desired = each.desired
        happened.append(earlier.get((desired.record.__name__, desired.name), each.happens))
        if desired.record is ModelArtifact:
            artifact = happened[-1]
    return Outcome(model=happened[0], version=happened[1], artifact=artifact, artifacts=tuple(happened[2:]))


def _model(request: RegistrationRequest) -> Desired:
    given = {}
    if request.model_properties is not None:
        given["model_properties"] = to_wire(request.model_properties, what="model_properties")
    if request.higher_is_better is not None:
        given["higher_is_better"] = _directions(request.higher_is_better)
    return desired_record(MODELS, request.name, _given(request, _MODEL), edit=_merged(given) if given else NO_EDIT)


def _directions(given: object) -> dict[str, Wire]:
    """Return the properties of a model that remember which way its metrics are better."""
    directions = {}
    for metric, higher in checked_mapping(given, "higher_is_better").items():
        if not isinstance(higher, bool):
            raise InvalidInput(f"higher_is_better[{metric!r}] is {higher!r}; give True or False")
        directions[f"{DIRECTION_PREFIX}{metric}"] = "higher" if higher else "lower"
    return to_wire(directions, what="higher_is_better")


def _version(request: RegistrationRequest) -> Desired:
    given = {}
    if request.properties is not None:
        given["properties"] = to_wire(request.properties)
    if request.metrics is not None:
        for metric, value in checked_mapping(request.metrics, "metrics").items():
            if isinstance(value, (bool, str)) or value is None:
                raise InvalidInput(f"metrics[{metric!r}] is {value!r}; give a number, or give it in properties")
        given["metrics"] = to_wire(request.metrics, what="metrics")
    if request.labels is not None:
        given["labels"] = labels_to_wire(request.labels)
    edit = _merged(given) if given else NO_EDIT
    version = desired_record(VERSIONS, request.version, _given(request, _VERSION), edit=edit, what="version")
    check_child_name(version.name, None, "version")
    return version


def _model_artifact(request: RegistrationRequest) -> Desired | None:
    if request.uri is None:
        for name in _NEEDS_URI:
            if getattr(request, name) is not None:
                raise InvalidInput(f"{name} describes the model artifact, and without uri there is none; give uri")
        return None
    if request.uri == "":
        raise InvalidInput("uri is empty; give the URI of the model's files, or leave it out")
    given, edit = _given(request, _ARTIFACT), NO_EDIT
    if request.artifact_properties is not None:
        edit = property_edit(request.artifact_properties, what="artifact_properties")
    if request.artifact_name is None:
        # A model's name that is too long for an artifact is cut.
        name = request.name[:CHILD_NAME_LENGTH]
        return desired_record(ARTIFACTS, name, given, record=ModelArtifact, edit=edit)
    what = "artifact_name"
    artifact = desired_record(ARTIFACTS, request.artifact_name, given, record=ModelArtifact, edit=edit, what=what)
    check_child_name(artifact.name, None, what)
    return artifact


def _further_artifacts(request: RegistrationRequest) -> list[Desired]:
    given = request.artifacts
    if isinstance(given, str | Mapping | Artifact) or not isinstance(given, Iterable):
        raise InvalidInput(
            f"artifacts is {given!r:.100}; give a list of records such as DocArtifact(name=..., uri=...)"
        )
    allowed, what = {"allow_credentials_in_uri": request.allow_credentials_in_uri}, "name of an artifact"
    further = []
    for artifact in given:
        if not isinstance(artifact, Artifact):
            raise InvalidInput(
                f"artifacts holds {artifact!r:.100}; give records such as DocArtifact(name=..., uri=...)"
            )
        fields = {**given_of(artifact), "properties": artifact.properties, **allowed}
        desired = desired_record(ARTIFACTS, artifact.name, fields, record=type(artifact), what=what)
        check_child_name(desired.name, None, what)
        further.append(desired)
    return further


def _alias(alias: str, version: str) -> str:
    if alias == version:
        raise InvalidInput(f"alias is {alias!r}, which is the name of the version")
    return checked_alias(alias)


def _given(request: RegistrationRequest, keywords: Mapping[str, str]) -> dict[str, object]:
    given = {}
    for keyword, field in keywords.items():
        value = getattr(request, keyword)
        if value is not None:
            given[field] = value
    return given


def _refuse_twins(artifacts: list[Desired]) -> None:
    seen = set()
    for desired in artifacts:
        if (desired.record, desired.name) in seen:
            raise InvalidInput(
                f"artifacts names {desired.record.__name__} {desired.name!r} twice; give each its own name"
            )
        seen.add((desired.record, desired.name))


def _merged(given: Mapping[str, Mapping[str, Wire]]) -> PropertyEdit:
    """Join what several arguments give of one map; a key may be given twice with the same value only."""
    merged: dict[str, Wire] = {}
    source: dict[str, str] = {}
    for argument, properties in given.items():
        for key, value in properties.items():
            if key in merged and not same(merged[key], value):
                raise InvalidInput(f"{source[key]} and {argument} give different values of {key!r}; give it once")
            merged[key] = value
            source.setdefault(key, argument)
    refuse_merging_keys(merged)
    return PropertyEdit(merge=merged)


def with_property(desired: DesiredRegistration, key: str, value: object) -> DesiredRegistration:
    """Return a registration whose version has one more property."""
    return attrs.evolve(desired, version=_with_properties(desired.version, to_wire({key: value})))


def _with_properties(desired: Desired, more: Mapping[str, Wire]) -> Desired:
    return attrs.evolve(desired, edit=PropertyEdit(merge={**desired.edit.merge, **more}))


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


def _without_late_artifacts(
    existing: Existing, registration: DesiredRegistration
) -> tuple[Desired, Sequence[Desired], tuple[str, ...]]:
    """Turn artifacts that would be newer than the model artifact into properties of the version.

    KServe loads a version's newest artifact and fails when that is no model artifact.

    Returns:
        The version, the artifacts that are left, and a warning for each of the others.
    """
    version = registration.version
    if not any(isinstance(artifact, ModelArtifact) for artifact in existing.artifacts):
        return version, registration.artifacts, ()
    late, kept, warnings = {}, [], []
    for wanted in registration.artifacts:
        if wanted.record is ModelArtifact or _counterpart(existing.artifacts, wanted, registration) is not None:
            kept.append(wanted)
            continue
        key = f"{wanted.record.kind}_{wanted.name}"  # type: ignore[attr-defined]
        late[key] = _summary(wanted)
        warnings.append(
            f"{wanted.record.__name__} {wanted.name!r} is kept as the property {key!r} of version "
            f"{version.name!r}: as an artifact it would be newer than the model artifact, and KServe loads the newest"
        )
    return _with_properties(version, to_wire(late)), kept, tuple(warnings)


def _summary(wanted: Desired) -> object:
    """Return what one property can keep of an artifact: the value that it has, else its URI."""
    if wanted.record in (Metric, Parameter):
        return wanted.fields.get("value", "")
    return wanted.fields.get("uri") or wanted.fields.get("digest") or wanted.fields.get("description") or ""


def _as_it_is(existing: Existing, desired: DesiredRegistration, kept: Sequence[Desired]) -> RegistrationChange:
    """Leave everything as it is."""

    def unchanged(there: Any, wanted: Desired) -> Change:
        return Change(desired=wanted, policy=Policy(), existing=there, happens="unchanged")

    pairs = [(_counterpart(existing.artifacts, wanted, desired), wanted) for wanted in kept]
    return RegistrationChange(
        model=unchanged(existing.model, desired.model),
        version=unchanged(existing.version, desired.version),
        artifacts=tuple(unchanged(there, wanted) for there, wanted in pairs if there is not None),
    )
