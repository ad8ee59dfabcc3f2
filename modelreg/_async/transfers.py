"""Transfers of a registered version's files: which version, where its files are, and what may be read."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote

import attrs

from modelreg import storage
from modelreg._async.engine import AsyncEngine
from modelreg._async.lookup import artifacts_of
from modelreg._async.register_files import files_of, transferred
from modelreg._compare import newest_model_artifact
from modelreg._core.references import Reference, parent_reference, subject
from modelreg._core.resources import VERSIONS
from modelreg._storage.registering_files import RegisteredFiles
from modelreg._types import (
    FileEntry,
    ModelVersion,
    ProgressCallback,
    Registration,
    Verified,
    Verifier,
)
from modelreg._types.records import STATE_ARCHIVED
from modelreg._wire.embedded import default_location
from modelreg.errors import NotFound

log = logging.getLogger("modelreg")

VersionReference: TypeAlias = ModelVersion | Registration | str | int | tuple[str, str]
_SQLITE = "sqlite:///"


@attrs.frozen(kw_only=True)
class Reading:
    """What a caller allows to be read, and how, as `registry.download` documents it."""

    schemes: Collection[str] | None = None
    allow_local: bool = False
    verify: Verifier | None = None
    progress: ProgressCallback | None = None
    stall_timeout: float | None = None


async def download(
    engine: AsyncEngine,
    given: VersionReference,
    target: str | os.PathLike[str],
    reading: Reading,
    *,
    overwrite: bool,
    require_digest: bool,
) -> Path:
    """Download a version's files; return the folder, or the file where one was registered."""
    uri, digest = await located(engine, given)
    work = partial(
        storage.download,
        uri,
        target,
        digest=digest,
        require_digest=require_digest,
        overwrite=overwrite,
        verify=reading.verify,
        schemes=reading.schemes,
        allow_local=reading.allow_local,
        allow_files=is_own_file(engine),
        progress=reading.progress,
        stall_timeout=reading.stall_timeout,
    )
    return await transferred(lambda stop: work(stop=stop))


async def verify(engine: AsyncEngine, given: VersionReference, reading: Reading) -> Verified:
    """Read a version's files where they are, and hold them to the registered digest."""
    uri, digest = await located(engine, given)
    work = partial(
        storage.verify,
        uri,
        digest,
        verify=reading.verify,
        schemes=reading.schemes,
        allow_local=reading.allow_local,
        allow_files=is_own_file(engine),
        progress=reading.progress,
        stall_timeout=reading.stall_timeout,
    )
    return await transferred(lambda stop: work(stop=stop))


async def files(engine: AsyncEngine, given: VersionReference, reading: Reading) -> tuple[FileEntry, ...]:
    """Return a version's files."""
    uri, _ = await located(engine, given)
    work = partial(
        storage.files,
        uri,
        schemes=reading.schemes,
        allow_local=reading.allow_local,
        allow_files=is_own_file(engine),
        stall_timeout=reading.stall_timeout,
    )
    return await transferred(lambda _stop: work())


async def located(engine: AsyncEngine, given: VersionReference) -> tuple[str, str | None]:
    """Return the URI of a version's files, and their digest where one is registered.

    Raises:
        NotFound: There is no such version, or it has no model artifact with a URI.
    """
    version: ModelVersion = await engine.get_reference(version_of(given))
    if version.state == STATE_ARCHIVED:
        log.warning("version %r (id %s) is archived", version.name, version.id)
    found = await registered_of(engine, version)
    if found.uri is None:
        raise NotFound(
            f"version {version.name!r} (id {version.id}) has no model artifact with a URI: it has no files",
            hint="Register its files with files= or uri=.",
            resource=version.id,
            details={"resource": "artifact", "name": None, "id": None},
        )
    return found.uri, found.digest


async def registered_of(engine: AsyncEngine, version: ModelVersion) -> RegisteredFiles:
    """Return what the version's newest model artifact says of its files."""
    return files_of(newest_model_artifact(await artifacts_of(engine, version.id)))


def version_of(given: VersionReference) -> Reference:
    """Return what refers to a version.

    Raises:
        InvalidInput: It refers to none.
    """
    if isinstance(given, Registration):
        given = given.version
    if isinstance(given, int):
        return subject(VERSIONS, given)
    reference = parent_reference(VERSIONS, "reference", given, None)
    return subject(VERSIONS, None) if reference is None else reference


def is_own_file(engine: AsyncEngine) -> bool:
    """Return whether the registry is a file of this user's own, whose URIs are trusted with this machine's files."""
    connection = engine.connection
    if not connection.is_embedded or not hasattr(os, "geteuid"):
        return False
    store = connection.settings.store or default_location()
    if not store.startswith(_SQLITE):
        return False
    try:
        return Path(unquote(store.removeprefix(_SQLITE).partition("?")[0])).stat().st_uid == os.geteuid()
    except OSError:
        return False
