"""Artifacts and KServe, which loads a version's newest artifact of any kind and fails if that is no model artifact."""

from __future__ import annotations

import logging
from collections.abc import Collection

from modelreg._async.engine import AsyncEngine
from modelreg._async.pager import AsyncPager, Query
from modelreg._core.change import Desired
from modelreg._core.desired import desired_record, given_of
from modelreg._core.references import Reference
from modelreg._core.resources import ARTIFACTS, VERSIONS
from modelreg._types import ARTIFACT_TYPES, Artifact, ModelArtifact
from modelreg.errors import Conflict, NotFound

_log = logging.getLogger("modelreg")


async def check_serving(engine: AsyncEngine, desired: Desired, kind: str | None, *, force: bool) -> None:
    """Refuse a new artifact that would keep KServe from loading the version; warn of a second model by default.

    Args:
        engine: What reads.
        desired: The artifact that would be created, its version's id in place.
        kind: The kind as the caller gave it; None where it was left out.
        force: Whether to create it all the same.

    Raises:
        Conflict: The version has a model artifact, and this is none.
    """
    if force or (desired.record is ModelArtifact and kind is not None):
        return
    query = Query(artifact_type=ARTIFACT_TYPES["model"], limit=1)
    model = await AsyncPager[Artifact](engine, ARTIFACTS, Reference(VERSIONS, id=desired.parent_id), query).first()
    if model is None:
        return
    if desired.record is not ModelArtifact:
        raise _breaks_serving(desired)
    _log.warning(
        "version %s has the model artifact %r; %r is a second one, and KServe loads the newest. Give kind= for another "
        "kind of artifact",
        desired.parent_id,
        model.name,
        desired.name,
    )


async def renewed(engine: AsyncEngine, version: Reference) -> ModelArtifact:
    """Return the model artifact that KServe loads, created anew where the version's newest artifact is another kind.

    Raises:
        NotFound: The version is not there, or has no model artifact.
    """
    newest = await AsyncPager[Artifact](engine, ARTIFACTS, version, Query(descending=True, limit=1)).first()
    if isinstance(newest, ModelArtifact):
        return newest
    query = Query(artifact_type=ARTIFACT_TYPES["model"])
    models = [each async for each in AsyncPager[ModelArtifact](engine, ARTIFACTS, version, query)]
    if not models:
        raise NotFound(f"{version} has no model artifact", hint="Register one.")
    desired = await engine.placed(_equal(models[-1], {each.name for each in models}), version, {})
    made: ModelArtifact
    made, _ = await engine.upsert_from(None, desired, since=engine.recent.count)
    return made


def _equal(model: ModelArtifact, taken: Collection[str]) -> Desired:
    """Return a model artifact equal to another one, under a name that is free; an external id stays with the other."""
    number = 2
    while f"{model.name}-{number}" in taken:
        number += 1
    fields = {**given_of(model), "properties": model.properties, "allow_credentials_in_uri": True, "external_id": None}
    return desired_record(ARTIFACTS, f"{model.name}-{number}", fields, record=ModelArtifact)


def _breaks_serving(desired: Desired) -> Conflict:
    kind = getattr(desired.record, "kind", "")
    return Conflict(
        f"{kind} artifact {desired.name!r} would be newer than the version's model artifact, and KServe, which loads "
        "the newest artifact, could no longer load the version; nothing was written",
        reason="breaks_serving",
        details={"version_id": desired.parent_id, "kind": kind, "name": desired.name},
        hint="Give it to register(artifacts=[...]), keep it as a property of the version, or pass force=True.",
    )
