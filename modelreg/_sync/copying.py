# Written by scripts/unasync.py from modelreg/_async/copying.py; edit that file and run `make fmt`.
"""Copies a version into another registry, to be promoted there."""

from __future__ import annotations

from modelreg._sync.engine import Engine
from modelreg._sync.pager import Pager, Query
from modelreg._sync.register import register
from modelreg.core import aliases
from modelreg.core.references import Reference, not_found
from modelreg.core.resources import ARTIFACTS, MODELS, VERSIONS
from modelreg.types import Artifact, ModelVersion, RegisteredModel, RegistrationRequest


def copy_version(engine: Engine, version: Reference, target: Engine) -> Reference:
    """Copy a version with its model's and its own properties and artifacts; return it in the other registry.

    Args:
        engine: What reads.
        version: The version.
        target: What writes, in the registry that it is copied to.
    """
    record: ModelVersion | None = engine.find_reference(version)
    if record is None:
        raise not_found(version)
    model: RegisteredModel = engine.get(MODELS, record.model_id or "")
    pager = Pager[Artifact](engine, ARTIFACTS, Reference(VERSIONS, id=record.id), Query())
    artifacts = [each for each in pager if each.kind]
    kept = {
        key: value
        for key, value in model.properties.items()
        if not key.startswith((aliases.ALIAS, aliases.HISTORY)) and value is not None
    }
    done = register(
        target,
        RegistrationRequest(
            model.name,
            record.name,
            owner=model.owner,
            model_description=model.description,
            card=model.readme,
            model_properties=kept,
            description=record.description,
            author=record.author,
            external_id=record.external_id,
            properties=dict(record.properties),
            artifacts=artifacts,
            allow_credentials_in_uri=True,
        ),
    )
    copied = done.version
    return Reference(VERSIONS, id=copied.id, name=copied.name, record=copied)
