"""What a registration goes by: the records that a request wants, and those that are there."""

from __future__ import annotations

from pathlib import Path

import attrs

from modelreg._async.engine import AsyncEngine
from modelreg._async.lookup import find_exact
from modelreg._async.pager import AsyncPager, Query
from modelreg.core.references import Reference
from modelreg.core.registration import (
    RUN_PROPERTY,
    DesiredRegistration,
    Existing,
    desired_registration,
    with_property,
)
from modelreg.core.resources import ARTIFACTS, MODELS, RUNS, VERSIONS
from modelreg.errors import InvalidInput
from modelreg.types import Artifact
from modelreg.types.registration import RegistrationRequest


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
    pager = AsyncPager[Artifact](engine, ARTIFACTS, Reference(VERSIONS, id=version.id), Query())
    return Existing(model=model, version=version, artifacts=[artifact async for artifact in pager])
