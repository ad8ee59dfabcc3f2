"""Registrations without files: read what is there, decide, write; after a lost race from the start."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import attrs

from modelreg._async.aliases import set_alias
from modelreg._async.engine import RACES, AsyncEngine, CreatedElsewhereError, changed_all_the_time
from modelreg._async.lookup import artifacts_of, find_exact
from modelreg._async.pager import AsyncPager, Query
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
from modelreg._types import Artifact, ModelArtifact, ModelVersion, RegisteredModel, Registration
from modelreg._types.choices import Happened
from modelreg._types.registration import RegistrationRequest
from modelreg.errors import InvalidInput

log = logging.getLogger("modelreg")

_RANK: dict[str, int] = {"unchanged": 0, "updated": 1, "created": 2}
_Happened = dict[tuple[str, str], Happened]


async def desired_of(engine: AsyncEngine, request: RegistrationRequest) -> DesiredRegistration:
    """Return the records that a request wants; a card's file is read, and a run looked up, before anything is sent."""
    if isinstance(request.card, Path):
        try:
            request = attrs.evolve(request, card=request.card.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"card is {str(request.card)!r}, which cannot be read: {error}") from error
    desired = desired_registration(request)
    if desired.run is None:
        return desired
    run_id = await engine.resolve(desired.run)
    await engine.get(RUNS, run_id)
    return attrs.evolve(with_property(desired, RUN_PROPERTY, run_id), run=Reference(RUNS, id=run_id))


async def existing_of(engine: AsyncEngine, desired: DesiredRegistration) -> Existing:
    """Read what is there; the model always, because another client may have archived it."""
    model = (await find_exact(engine, MODELS, desired.model.name, None)).record
    if model is None:
        return Existing()
    version = (await find_exact(engine, VERSIONS, desired.version.name, model.id)).record
    if version is None:
        return Existing(model=model)
    if not desired.artifacts:
        return Existing(model=model, version=version)
    return Existing(model=model, version=version, artifacts=await artifacts_of(engine, version.id))


async def register(engine: AsyncEngine, request: RegistrationRequest) -> Registration:
    """Register a request without files, however far an earlier attempt came and whoever else is at it."""
    assert request.files is None
    desired = await desired_of(engine, request)
    happened: _Happened = {}
    for _ in range(RACES):
        since = engine.recent.count
        change = plan_registration(await existing_of(engine, desired), desired)
        try:
            done = await _written(engine, desired, change, happened, since)
            return done if desired.alias is None else await _with_alias(engine, done, desired.alias)
        except CreatedElsewhereError:
            # Another client created one of the records first: what is there now decides.
            continue
    raise changed_all_the_time("version", f"{request.name}@{request.version}")


async def _written(
    engine: AsyncEngine, desired: DesiredRegistration, change: RegistrationChange, happened: _Happened, since: int
) -> Registration:
    """Write the changes: model, version, other artifacts, the model artifact last.

    Raises:
        CreatedElsewhereError: Another client created one of the records first.
    """
    model: RegisteredModel = await _write(engine, change.model, happened, since)
    version: ModelVersion = await _write(engine, under(change.version, model.id), happened, since)
    artifacts: list[Artifact] = []
    model_artifact = None
    for each in change.artifacts:
        artifact = await _write(engine, under(each, version.id), happened, since)
        artifacts.append(artifact)
        if isinstance(artifact, ModelArtifact):
            model_artifact = artifact
    if desired.run is not None and model_artifact is not None:
        await _joined(engine, model_artifact, desired.run)
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


async def _with_alias(engine: AsyncEngine, done: Registration, alias: str) -> Registration:
    """Point an alias at the version that was registered."""
    model = await set_alias(engine, done.model, alias, done.version.name, by=None, reason=None)
    happened = done.outcome.model
    if happened == "unchanged" and model.properties != done.model.properties:
        happened = "updated"
    return attrs.evolve(done, model=model, outcome=attrs.evolve(done.outcome, model=happened))


async def _write(engine: AsyncEngine, change: Change, happened: _Happened, since: int) -> Any:
    record, what = await engine.apply(change, since=since)
    key = (change.desired.record.__name__, change.desired.name)
    if _RANK[what] >= _RANK[happened.get(key, "unchanged")]:
        happened[key] = what
    return record


async def _joined(engine: AsyncEngine, artifact: ModelArtifact, run: Reference) -> None:
    """Join an artifact to the run that made it, unless it is."""
    async for there in AsyncPager[Artifact](engine, RUN_ARTIFACTS, run, Query()):
        if there.id == artifact.id:
            return
    body = {"artifactType": artifact.raw["artifactType"], "id": artifact.id, "name": artifact.name}
    if artifact.state is not None:
        body["state"] = artifact.state
    join = RUN_ARTIFACTS.api.create_under
    assert join is not None
    await engine.send(Artifact, join(run.id or "", body=body))
