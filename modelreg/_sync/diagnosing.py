# Written by scripts/unasync.py from modelreg/_async/diagnosing.py; edit that file and run `make fmt`.
"""Runs the checks of `modelreg._doctor` on a registry, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from modelreg._concurrency import in_thread
from modelreg._core.desired import desired_record
from modelreg._core.references import Reference
from modelreg._core.resources import MODELS, SERVICES, VERSIONS
from modelreg._doctor import (
    DOCTORS_MODEL,
    Check,
    connection_checks,
    failed_read,
    read_check,
    serving_check,
    version_check,
    write_check,
)
from modelreg._resolve import renew_command, serving_problem
from modelreg._sync.engine import Engine
from modelreg._sync.lookup import artifacts_of
from modelreg._sync.pager import Pager, Query
from modelreg._types import InferenceService, ModelArtifact, ModelVersion, RegisteredModel
from modelreg._types.records import STATE_ARCHIVED, STATE_LIVE
from modelreg.errors import ModelRegistryError

# How many inference services are looked at.
SERVICES_CHECKED = 20


def iter_checks(engine: Engine, *, write: bool) -> Iterator[Check]:
    """Iterate over the checks of a registry."""
    settings = engine.connection.settings
    address = engine.connection.describe()["address"].value
    yield Check(name="address", status="pass", message=address, area="address")
    checks = connection_checks(settings)
    while True:
        # Looking up a name and making a connection block.
        check = in_thread(lambda: next(checks, None))
        if check is None:
            break
        yield check
        if check.status == "fail" and check.area == "network":
            return
    try:
        model = Pager[RegisteredModel](engine, MODELS, None, Query(limit=1)).first()
    except ModelRegistryError as error:
        yield failed_read(error, settings)
        return
    if settings.base_url is not None:
        yield version_check(engine.connection.describe()["api_version"].value)
    yield read_check(empty=model is None)
    for check in _serving(engine):
        yield check
    if write:
        yield _written(engine)


def _serving(engine: Engine) -> Iterator[Check]:
    """Iterate over the services that serve a version which KServe cannot load."""
    try:
        for service in Pager[InferenceService](engine, SERVICES, None, Query(limit=SERVICES_CHECKED)):
            check = _served(engine, service) if service.desired_state == "DEPLOYED" else None
            if check is not None:
                yield check
    except ModelRegistryError:
        # What cannot be read here is no fault of the registry's address, network or token.
        return


def _served(engine: Engine, service: InferenceService) -> Check | None:
    if service.model_id is None:
        return None
    above = Reference(MODELS, id=service.model_id)
    if service.version_id is not None:
        version: ModelVersion | None = engine.get(VERSIONS, service.version_id)
    else:
        version = Pager[ModelVersion](engine, VERSIONS, above, Query(descending=True, limit=1)).first()
    if version is None:
        return None
    model: RegisteredModel = engine.get(MODELS, service.model_id)
    artifacts = artifacts_of(engine, version.id)
    reference = f"{model.name}@{version.name}"
    problem = serving_problem(reference, artifacts)
    if problem is None:
        return None
    mendable = any(isinstance(each, ModelArtifact) for each in artifacts[:-1])
    return serving_check(service.name, problem, renew_command(reference) if mendable else "")


def _written(engine: Engine) -> Check:
    """Write a model of the doctor's own and archive it."""
    given = {"description": "Written by `modelreg doctor --write`", "state": STATE_LIVE}
    try:
        engine.upsert(desired_record(MODELS, DOCTORS_MODEL, given))
        engine.upsert(desired_record(MODELS, DOCTORS_MODEL, {"state": STATE_ARCHIVED}))
    except ModelRegistryError as error:
        return write_check(error)
    return write_check()
