# Written by scripts/unasync.py from modelreg/_async/resolving.py; edit that file and run `make fmt`.
"""Reads what KServe would load for a URI."""

from __future__ import annotations

from modelreg._core.references import Reference
from modelreg._core.resources import MODELS, VERSIONS
from modelreg._filters import F
from modelreg._resolve import KServeUri, Resolved, read_kserve_uri, resolved_of
from modelreg._sync.engine import Engine
from modelreg._sync.lookup import artifacts_of
from modelreg._sync.pager import Pager, Query
from modelreg._types import ModelVersion, RegisteredModel
from modelreg._types.records import STATE_ARCHIVED, STATE_LIVE
from modelreg.errors import NotFound


def resolve(engine: Engine, given: str | KServeUri) -> Resolved:
    """Return what KServe would load.

    Raises:
        NotFound: The model or the version is not there, or the model has no version.
    """
    uri = given if isinstance(given, KServeUri) else read_kserve_uri(given)
    model: RegisteredModel = engine.get_reference(Reference(MODELS, name=uri.model))
    version = _version(engine, model, uri)
    artifacts = artifacts_of(engine, version.id)
    live = None
    if version.state == STATE_ARCHIVED:
        query = Query(F("state") == STATE_LIVE, descending=True, limit=1)
        live = Pager[ModelVersion](engine, VERSIONS, Reference(MODELS, id=model.id), query).first()
    return resolved_of(uri, model, version, artifacts, live)


def _version(engine: Engine, model: RegisteredModel, uri: KServeUri) -> ModelVersion:
    above = Reference(MODELS, id=model.id, name=model.name, record=model)
    version: ModelVersion | None
    if uri.version is None:
        version = Pager[ModelVersion](engine, VERSIONS, above, Query(descending=True, limit=1)).first()
        if version is None:
            raise NotFound(
                f"registered model {model.name!r} has no version",
                resource=model.id,
                details={"resource": "version", "name": None, "id": None},
            )
        return version
    version = engine.get_reference(Reference(VERSIONS, name=uri.version, parent=above, alias=uri.alias))
    return version
