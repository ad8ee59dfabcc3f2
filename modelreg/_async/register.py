"""Registrations: read what is there, let `modelreg.core` decide, write; after a lost race from the start."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs

from modelreg._async.aliases import set_alias
from modelreg._async.engine import RACES, AsyncEngine, CreatedElsewhereError, changed_all_the_time
from modelreg._async.pager import AsyncPager, Query
from modelreg._async.register_files import planned_upload, with_uploaded_files
from modelreg._async.registered import desired_of, existing_of
from modelreg._concurrency import async_map_bounded
from modelreg.core.change import Change, under
from modelreg.core.references import Reference
from modelreg.core.registration import (
    DesiredRegistration,
    RegistrationChange,
    outcome,
    plan_registration,
    registration_plan,
)
from modelreg.core.resources import RUN_ARTIFACTS
from modelreg.errors import InvalidInput
from modelreg.storage.kserve import kserve_warning
from modelreg.types import Artifact, BulkResult, ModelArtifact, ModelVersion, Plan, RegisteredModel, Registration
from modelreg.types.choices import Happened
from modelreg.types.registration import RegistrationRequest

log = logging.getLogger("modelreg")

_RANK: dict[str, int] = {"unchanged": 0, "updated": 1, "created": 2}
_Happened = dict[tuple[str, str], Happened]


async def plan(engine: AsyncEngine, request: RegistrationRequest) -> Plan:
    """Return what a registration would write."""
    request, upload = await planned_upload(engine, request)
    desired = await desired_of(engine, request)
    plan = registration_plan(plan_registration(await existing_of(engine, desired), desired), desired)
    return attrs.evolve(plan, upload=upload, warnings=(*plan.warnings, *_loading_warnings(desired)))


async def register(engine: AsyncEngine, request: RegistrationRequest) -> Registration:
    """Register, however far an earlier attempt came and whoever else is at it.

    Args:
        engine: What reads and writes.
        request: What to register.
    """
    request = await with_uploaded_files(engine, request)
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


async def register_all(
    engine: AsyncEngine,
    requests: Iterable[RegistrationRequest],
    *,
    concurrency: int,
    progress: Callable[[BulkResult], None] | None,
    dry_run: bool = False,
) -> Sequence[BulkResult]:
    """Register every request, or plan it; return a result for each, in their order.

    Args:
        engine: What reads and writes.
        requests: What to register.
        concurrency: How many run at once.
        progress: Called after each, one at a time.
        dry_run: Whether to plan instead.

    Raises:
        InvalidInput: `concurrency` is no whole number of at least 1.
    """
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
        raise InvalidInput(f"concurrency is {concurrency!r}; give a whole number of at least 1")

    async def one(numbered: tuple[int, RegistrationRequest]) -> BulkResult:
        index, request = numbered
        try:
            if not isinstance(request, RegistrationRequest):
                raise InvalidInput(f"requests holds {request!r:.100}; give RegistrationRequest(name, version, ...)")
            if dry_run:
                return BulkResult(index=index, request=request, plan=await plan(engine, request))
            return BulkResult(index=index, request=request, registration=await register(engine, request))
        except Exception as error:  # noqa: BLE001  # one that fails, however, must not lose the results of the others
            return BulkResult(index=index, request=request, error=error)

    def report(_index: int, result: BulkResult) -> None:
        if progress is not None:
            progress(result)

    return await async_map_bounded(one, enumerate(requests), limit=concurrency, done=report)


async def _written(
    engine: AsyncEngine, desired: DesiredRegistration, change: RegistrationChange, happened: _Happened, since: int
) -> Registration:
    """Write the changes: model, version, other artifacts, the model artifact last.

    Raises:
        CreatedElsewhereError: Another client created one of the records first.
    """
    model: RegisteredModel = await _write(engine, change.model, happened, since)
    version: ModelVersion = await _write(engine, under(change.version, model.id), happened, since)
    artifacts: list[Artifact] = [
        await _write(engine, under(each, version.id), happened, since) for each in change.artifacts
    ]
    model_artifact = next((each for each in reversed(artifacts) if isinstance(each, ModelArtifact)), None)
    if desired.run is not None and model_artifact is not None:
        await _joined(engine, model_artifact, desired.run)
    warnings = (*change.warnings, *_loading_warnings(desired))
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


def _loading_warnings(desired: DesiredRegistration) -> tuple[str, ...]:
    """Return a sentence for each URI that KServe cannot load a model from."""
    uris = [each.fields.get("uri") for each in desired.artifacts if each.record is ModelArtifact]
    return tuple(warning for uri in uris if uri and (warning := kserve_warning(str(uri))) is not None)


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
    create = RUN_ARTIFACTS.api.create
    assert create is not None
    body = {"artifactType": artifact.raw["artifactType"], "id": artifact.id, "name": artifact.name}
    if artifact.state is not None:
        body["state"] = artifact.state
    await engine.send(Artifact, create(body, run.id or ""))
