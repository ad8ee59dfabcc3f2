"""Runs the checks of `modelreg._doctor` on a registry, one after the other."""

from __future__ import annotations

from collections.abc import AsyncIterator

from modelreg._async.engine import AsyncEngine
from modelreg._async.lookup import artifacts_of
from modelreg._async.pager import AsyncPager, Query
from modelreg._concurrency import async_in_thread
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
from modelreg._types import InferenceService, ModelArtifact, ModelVersion, RegisteredModel
from modelreg._types.records import STATE_ARCHIVED, STATE_LIVE
from modelreg.errors import ModelRegistryError

# How many inference services are looked at.
SERVICES_CHECKED = 20


async def iter_checks(engine: AsyncEngine, *, write: bool) -> AsyncIterator[Check]:
    """Iterate over the checks of a registry."""
    settings = engine.connection.settings
    address = engine.connection.describe()["address"].value
    yield Check(name="address", status="pass", message=address, area="address")
    checks = connection_checks(settings)
    while True:
        # Looking up a name and making a connection block.
        check = await async_in_thread(lambda: next(checks, None))
        if check is None:
            break
        yield check
        if check.status == "fail" and check.area == "network":
            return
    try:
        model = await AsyncPager[RegisteredModel](engine, MODELS, None, Query(limit=1)).first()
    except ModelRegistryError as error:
        yield failed_read(error, settings)
        return
    if settings.base_url is not None:
        yield version_check(engine.connection.describe()["api_version"].value)
    yield read_check(empty=model is None)
    async for check in _serving(engine):
        yield check
    if write:
        yield await _written(engine)


async def _serving(engine: AsyncEngine) -> AsyncIterator[Check]:
    """Iterate over the services that serve a version which KServe cannot load."""
    try:
        async for service in AsyncPager[InferenceService](engine, SERVICES, None, Query(limit=SERVICES_CHECKED)):
            check = await _served(engine, service) if service.desired_state == "DEPLOYED" else None
            if check is not None:
                yield check
    except ModelRegistryError:
        # What cannot be read here is no fault of the registry's address, network or token.
        return


async def _served(engine: AsyncEngine, service: InferenceService) -> Check | None:
    if service.model_id is None:
        return None
    above = Reference(MODELS, id=service.model_id)
    if service.version_id is not None:
        version: ModelVersion | None = await engine.get(VERSIONS, service.version_id)
    else:
        version = await AsyncPager[ModelVersion](engine, VERSIONS, above, Query(descending=True, limit=1)).first()
    if version is None:
        return None
    model: RegisteredModel = await engine.get(MODELS, service.model_id)
    artifacts = await artifacts_of(engine, version.id)
    reference = f"{model.name}@{version.name}"
    problem = serving_problem(reference, artifacts)
    if problem is None:
        return None
    mendable = any(isinstance(each, ModelArtifact) for each in artifacts[:-1])
    return serving_check(service.name, problem, renew_command(reference) if mendable else "")


async def _written(engine: AsyncEngine) -> Check:
    """Write a model of the doctor's own and archive it."""
    given = {"description": "Written by `modelreg doctor --write`", "state": STATE_LIVE}
    try:
        await engine.upsert(desired_record(MODELS, DOCTORS_MODEL, given))
        await engine.upsert(desired_record(MODELS, DOCTORS_MODEL, {"state": STATE_ARCHIVED}))
    except ModelRegistryError as error:
        return write_check(error)
    return write_check()
