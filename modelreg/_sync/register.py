# Written by scripts/unasync.py from modelreg/_async/register.py; edit that file and run `make fmt`.
"""Registrations without files: read what is there, decide, write; after a lost race from the start."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import attrs

from modelreg._core.change import Change, under
from modelreg._core.references import Reference
from modelreg._core.registration import (
    RUN_PROPERTY,
    DesiredRegistration,
    Existing,
    RegistrationChange,
    desired_registration,
    outcome,
    plan_registration,
    with_property,
)
from modelreg._core.resources import MODELS, RUN_ARTIFACTS, RUNS, VERSIONS
from modelreg._storage.kserve import LOADABLE, kserve_warning
from modelreg._sync.aliases import set_alias
from modelreg._sync.engine import RACES, CreatedElsewhereError, Engine, changed_all_the_time
from modelreg._sync.lookup import artifacts_of, find_exact
from modelreg._sync.pager import Pager, Query
from modelreg._types import Artifact, ModelArtifact, ModelVersion, RegisteredModel, Registration
from modelreg._types.choices import Happened
from modelreg._types.registration import RegistrationRequest
from modelreg.errors import InvalidInput

log = logging.getLogger("modelreg")

_RANK: dict[str, int] = {"unchanged": 0, "updated": 1, "created": 2}
_Happened = dict[tuple[str, str], Happened]


def desired_of(engine: Engine, request: RegistrationRequest) -> DesiredRegistration:
    """Return the records that a request wants; a card's file is read, and a run looked up, before anything is sent."""
    if isinstance(request.card, Path):
        try:
            request = attrs.evolve(request, card=request.card.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"card is {str(request.card)!r}, which cannot be read: {error}") from error
    desired = desired_registration(request)
    if desired.run is None:
        return desired
    run_id = engine.resolve(desired.run)
    engine.get(RUNS, run_id)
    return attrs.evolve(with_property(desired, RUN_PROPERTY, run_id), run=Reference(RUNS, id=run_id))


def existing_of(engine: Engine, desired: DesiredRegistration) -> Existing:
    """Read what is there; the model always, because another client may have archived it."""
    model = (find_exact(engine, MODELS, desired.model.name, None)).record
    if model is None:
        return Existing()
    version = (find_exact(engine, VERSIONS, desired.version.name, model.id)).record
    if version is None:
        return Existing(model=model)
    if not desired.artifacts:
        return Existing(model=model, version=version)
    return Existing(model=model, version=version, artifacts=artifacts_of(engine, version.id))


def register(engine: Engine, request: RegistrationRequest) -> Registration:
    """Register a request without files, however far an earlier attempt came and whoever else is at it."""
    assert request.files is None
    desired = desired_of(engine, request)
    happened: _Happened = {}
    for _ in range(RACES):
        since = engine.recent.count
        change = plan_registration(existing_of(engine, desired), desired)
        try:
            done = _written(engine, desired, change, happened, since)
            return done if desired.alias is None else _with_alias(engine, done, desired.alias)
        except CreatedElsewhereError:
            # Another client created one of the records first: what is there now decides.
            continue
    raise changed_all_the_time("version", f"{request.name}@{request.version}")


def _written(
    engine: Engine, desired: DesiredRegistration, change: RegistrationChange, happened: _Happened, since: int
) -> Registration:
    """Write the changes: model, version, other artifacts, the model artifact last.

    Raises:
        CreatedElsewhereError: Another client created one of the records first.
    """
    model: RegisteredModel = _write(engine, change.model, happened, since)
    version: ModelVersion = _write(engine, under(change.version, model.id), happened, since)
    artifacts: list[Artifact] = []
    model_artifact = None
    for each in change.artifacts:
        artifact = _write(engine, under(each, version.id), happened, since)
        artifacts.append(artifact)
        if isinstance(artifact, ModelArtifact):
            model_artifact = artifact
    if desired.run is not None and model_artifact is not None:
        _joined(engine, model_artifact, desired.run)
    warnings = (*change.warnings, *loading_warnings(desired))
    for warning in warnings:
        log.warning("%s", warning)
    return Registration(
        model=model,
        version=version,
        artifact=model_artifact,
        artifacts=tuple(artifacts),
        outcome=outcome(change, happened),
        warnings=warnings,
    )


def loading_warnings(desired: DesiredRegistration) -> tuple[str, ...]:
    """Return a sentence for each URI that KServe cannot load a model from."""
    warnings = []
    for each in desired.artifacts:
        uri = each.fields.get("uri", "") if each.record is ModelArtifact else ""
        if uri and not uri.startswith(LOADABLE) and (warning := kserve_warning(uri)) is not None:
            warnings.append(warning)
    return tuple(warnings)


def _with_alias(engine: Engine, done: Registration, alias: str) -> Registration:
    """Point an alias at the version that was registered."""
    model = set_alias(engine, done.model, alias, done.version.name, by=None, reason=None)
    happened = done.outcome.model
    if happened == "unchanged" and model.properties != done.model.properties:
        happened = "updated"
    return attrs.evolve(done, model=model, outcome=attrs.evolve(done.outcome, model=happened))


def _write(engine: Engine, change: Change, happened: _Happened, since: int) -> Any:
    record, what = engine.apply(change, since=since)
    key = (change.desired.record.__name__, change.desired.name)
    if _RANK[what] >= _RANK[happened.get(key, "unchanged")]:
        happened[key] = what
    return record


def _joined(engine: Engine, artifact: ModelArtifact, run: Reference) -> None:
    """Join an artifact to the run that made it, unless it is."""
    for there in Pager[Artifact](engine, RUN_ARTIFACTS, run, Query()):
        if there.id == artifact.id:
            return
    body = {"artifactType": artifact.raw["artifactType"], "id": artifact.id, "name": artifact.name}
    if artifact.state is not None:
        body["state"] = artifact.state
    join = RUN_ARTIFACTS.api.create_under
    assert join is not None
    engine.send(Artifact, join(run.id or "", body=body))
