# Written by scripts/unasync.py from modelreg/_async/copying.py; edit that file and run `make fmt`.
"""Copies a version into another registry, to be promoted there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from modelreg._core import aliases
from modelreg._core.references import Reference
from modelreg._core.resources import MODELS, VERSIONS
from modelreg._sync.engine import Engine
from modelreg._sync.lookup import artifacts_of
from modelreg._sync.register_files import register_with_files
from modelreg._sync.transfers import Reading, download
from modelreg._types import Artifact, ModelArtifact, ModelVersion, RegisteredModel, RegistrationRequest


def copy_version(engine: Engine, version: Reference, target: Engine, *, files_to: str | None = None) -> Reference:
    """Copy a version with its model's and its own properties and artifacts; return it in the other registry.

    The files stay where they are, unless `files_to` names the root to copy them to.
    """
    if files_to is None:
        return _copied(engine, version, target, {})
    with TemporaryDirectory(prefix="modelreg-") as folder:
        record = engine.get_reference(version)
        reading = Reading()
        files = download(engine, record, Path(folder, "files"), reading, overwrite=False, require_digest=False)
        return _copied(engine, version, target, {"files": files, "to": files_to})


def _copied(engine: Engine, version: Reference, target: Engine, files: dict[str, Any]) -> Reference:
    """Register a version in another registry; with `files` its model artifact is made of these."""
    record: ModelVersion = engine.get_reference(version)
    model: RegisteredModel = engine.get(MODELS, record.model_id or "")
    artifacts = [each for each in artifacts_of(engine, record.id) if each.kind]
    kept = {
        key: value
        for key, value in model.properties.items()
        if not key.startswith((aliases.ALIAS, aliases.HISTORY)) and value is not None
    }
    done = register_with_files(
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
            allow_credentials_in_uri=True,
            **(_uploading(artifacts, files) if files else {"artifacts": artifacts}),
        ),
    )
    copied = done.version
    return Reference(VERSIONS, id=copied.id, name=copied.name, record=copied)


# What an upload says of the files itself.
_OF_FILES = frozenset({"digest", "size_bytes", "file_count"})


def _uploading(artifacts: Sequence[Artifact], files: dict[str, Any]) -> dict[str, Any]:
    """Return what registers a copy of the newest model artifact with files of its own, and the other artifacts."""
    model = next(each for each in reversed(artifacts) if isinstance(each, ModelArtifact))
    return {
        **files,
        "artifact_name": model.name,
        "artifact_description": model.description,
        "artifact_properties": {key: value for key, value in model.properties.items() if key not in _OF_FILES},
        "model_format": model.model_format,
        "model_format_version": model.model_format_version,
        "service_account_name": model.service_account_name,
        "source": model.source,
        "artifacts": [each for each in artifacts if not isinstance(each, ModelArtifact)],
    }
