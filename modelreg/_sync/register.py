# Written by scripts/unasync.py from modelreg/_async/register.py; edit that file and run `make fmt`.
"""Registrations: read what is there, let `modelreg.core` decide, write; after a lost race from the start."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs

from modelreg._concurrency import map_bounded
from modelreg._sync.aliases import set_alias
from modelreg._sync.engine import RACES, CreatedElsewhereError, Engine, changed_all_the_time
from modelreg._sync.pager import Pager, Query
from modelreg._sync.register_files import planned_upload, with_uploaded_files
from modelreg._sync.registered import desired_of, existing_of
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


def plan(engine: Engine, request: RegistrationRequest) -> Plan:
    """Return what a registration would write."""
    request, upload = planned_upload(engine, request)
    desired = desired_of(engine, request)
    plan = registration_plan(plan_registration(existing_of(engine, desired), desired), desired)
    return attrs.evolve(plan, upload=upload, warnings=(*plan.warnings, *_loading_warnings(desired)))


def register(engine: Engine, request: RegistrationRequest) -> Registration:
    """Register, however far an earlier attempt came and whoever else is at it.

    Args:
        engine: What reads and writes.
        request: What to register.
    """
    request = with_uploaded_files(engine, request)
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


def register_all(
    engine: Engine,
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

    def one(numbered: tuple[int, RegistrationRequest]) -> BulkResult:
        index, request = numbered
        try:
            if not isinstance(request, RegistrationRequest):
                raise InvalidInput(f"requests holds {request!r:.100}; give RegistrationRequest(name, version, ...)")
            if dry_run:
                return BulkResult(index=index, request=request, plan=plan(engine, request))
            return BulkResult(index=index, request=request, registration=register(engine, request))
        except Exception as error:  # noqa: BLE001  # one that fails, however, must not lose the results of the others
            return BulkResult(index=index, request=request, error=error)

    def report(_index: int, result: BulkResult) -> None:
        if progress is not None:
            progress(result)

    return map_bounded(one, enumerate(requests), limit=concurrency, done=report)


def _written(
    engine: Engine, desired: DesiredRegistration, change: RegistrationChange, happened: _Happened, since: int
) -> Registration:
    """Write the changes: model, version, other artifacts, the model artifact last.

    Raises:
        CreatedElsewhereError: Another client created one of the records first.
    """
    model: RegisteredModel = _write(engine, change.model, happened, since)
    version: ModelVersion = _write(engine, under(change.version, model.id), happened, since)
    artifacts: list[Artifact] = [_write(engine, under(each, version.id), happened, since) for each in change.artifacts]
    model_artifact = next((each for each in reversed(artifacts) if isinstance(each, ModelArtifact)), None)
    if desired.run is not None and model_artifact is not None:
        _joined(engine, model_artifact, desired.run)
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
    create = RUN_ARTIFACTS.api.create
    assert create is not None
    body = {"artifactType": artifact.raw["artifactType"], "id": artifact.id, "name": artifact.name}
    if artifact.state is not None:
        body["state"] = artifact.state
    engine.send(Artifact, create(body, run.id or ""))
