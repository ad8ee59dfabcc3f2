"""Files of a registration: what becomes of them is decided before the first byte is sent, and then they are sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import attrs

from modelreg._async.engine import AsyncEngine
from modelreg._async.register import desired_of, existing_of, loading_warnings, register
from modelreg._concurrency import async_in_thread
from modelreg._core.registration import ABOUT_FILES, model_counterpart, plan_registration
from modelreg._core.registration_plan import registration_plan
from modelreg._storage.location import WRITABLE, parse_location, version_uri
from modelreg._storage.manifest import SIGNATURE, Manifest
from modelreg._storage.opening import open_store
from modelreg._storage.registering_files import (
    RegisteredFiles,
    decide_files,
    file_properties,
    registered_files,
    upload_root,
)
from modelreg._storage.scanning import IGNORED, scan
from modelreg._storage.settings import stall_seconds
from modelreg._storage.uploading import check_upload, registered_uri, upload
from modelreg._storage.workers import Stop
from modelreg._types import ModelArtifact, Plan, Registration, Upload
from modelreg._types.registration import RegistrationRequest
from modelreg.errors import InvalidInput

Result = TypeVar("Result")


@attrs.frozen(kw_only=True)
class FilesPlan:
    """What becomes of the files of a request.

    Attributes:
        request: What is registered, with the URI that the files have or are to have.
        manifest: The files, hashed.
        target: The folder to upload them to; None when they are not uploaded.
        sign_at: The URI of registered files that are still to be signed; None when there are none.
    """

    request: RegistrationRequest
    manifest: Manifest
    target: str | None = None
    sign_at: str | None = None


async def transferred(work: Callable[[Stop], Result]) -> Result:
    """Return what a transfer returns; it runs in a thread, and ends when the caller is cancelled or interrupted.

    Args:
        work: The transfer, given what tells it to end.
    """
    stop = Stop()
    try:
        return await async_in_thread(partial(work, stop))
    except BaseException:
        stop.set()
        raise


async def register_with_files(engine: AsyncEngine, request: RegistrationRequest) -> Registration:
    """Upload the files of a request, if it has any, and register it.

    Raises:
        Conflict: Other files are registered, or something is archived; nothing was sent.
    """
    return await register(engine, await _with_uploaded_files(engine, request))


async def plan_with_files(engine: AsyncEngine, request: RegistrationRequest) -> Plan:
    """Return what `register_with_files` would upload and write; nothing is.

    Raises:
        Conflict: As `register_with_files` raises it.
    """
    request, upload = await _planned_upload(engine, request)
    desired = await desired_of(engine, request)
    plan = registration_plan(plan_registration(await existing_of(engine, desired), desired), desired)
    return attrs.evolve(plan, upload=upload, warnings=(*plan.warnings, *loading_warnings(desired)))


async def _with_uploaded_files(engine: AsyncEngine, request: RegistrationRequest) -> RegistrationRequest:
    """Return the request with the URI of its files, which are uploaded; one without files is returned as it is."""
    if request.files is None:
        return request
    planned = await _plan_files(engine, request)
    if planned.sign_at is not None:
        await transferred(partial(_sign_registered, planned.manifest, planned.sign_at, request))
    if planned.target is None:
        return planned.request
    done = await transferred(partial(_upload, planned.manifest, planned.target, request))
    return _with_uri(request, done.uri, planned.manifest)


async def _planned_upload(
    engine: AsyncEngine, request: RegistrationRequest
) -> tuple[RegistrationRequest, Upload | None]:
    """Return the request with the URI that its files would have, and what would be uploaded; nothing is."""
    if request.files is None:
        return request, None
    planned = await _plan_files(engine, request)
    manifest, target = planned.manifest, planned.target
    if target is None:
        return planned.request, None
    options: dict[str, Any] = {"takeover": request.takeover, "stall_timeout": request.stall_timeout}
    if await async_in_thread(partial(check_upload, manifest, target, **options)):
        return planned.request, None
    return planned.request, Upload(str(planned.request.uri), manifest.digest, len(manifest.files), manifest.size)


async def _plan_files(engine: AsyncEngine, request: RegistrationRequest) -> FilesPlan:
    """Return what becomes of the files of a request.

    Raises:
        InvalidInput: The request is invalid, or the files cannot be uploaded.
        Conflict: Other files are registered, or something is archived.
    """
    if request.uri is not None:
        raise InvalidInput("uri and files are both given; files get their URI by the upload, so leave uri out")
    root = upload_root(request.to)
    target = version_uri(root, request.name, request.version)
    desired = await desired_of(engine, attrs.evolve(request, uri=target))
    existing = await existing_of(engine, desired)
    there = model_counterpart(existing, desired)
    # What is archived is refused before the files are hashed, which may take long.
    known = target if there is None or not there.uri else there.uri
    plan_registration(existing, await desired_of(engine, _without_files(request, uri=known)))
    manifest = await transferred(partial(_scan, request))
    decision = decide_files(
        manifest,
        root=root,
        model=request.name,
        version=request.version,
        registered=files_of(there),
        on_conflict=request.on_conflict,
    )
    if decision.action == "keep":
        # A URI that the registered one differs from, so that everything stays as it is.
        uri = version_uri(root, request.name, request.version, manifest.digest)
        return FilesPlan(request=_with_uri(request, uri, manifest), manifest=manifest)
    if decision.action == "unchanged":
        sign_at = decision.uri if request.sign is not None else None
        return FilesPlan(request=_with_uri(request, decision.uri, manifest), manifest=manifest, sign_at=sign_at)
    uri = registered_uri(manifest, parse_location(decision.uri))
    return FilesPlan(request=_with_uri(request, uri, manifest), manifest=manifest, target=decision.uri)


def files_of(artifact: ModelArtifact | None) -> RegisteredFiles:
    """Return what a model artifact says of its files; nothing where there is none."""
    return RegisteredFiles() if artifact is None else registered_files(artifact.uri, artifact.properties)


def _without_files(request: RegistrationRequest, *, uri: str) -> RegistrationRequest:
    nothing: dict[str, Any] = dict.fromkeys(("files", "progress", *ABOUT_FILES))
    return attrs.evolve(request, uri=uri, **{**nothing, "takeover": False})


def _with_uri(request: RegistrationRequest, uri: str, manifest: Manifest) -> RegistrationRequest:
    """Return the request with the URI and the properties of its files in their place."""
    of_files = file_properties(digest=manifest.digest, size=manifest.size, files=len(manifest.files))
    given = dict(request.artifact_properties or {})
    for key in of_files:
        if key in given and given[key] != of_files[key]:
            raise InvalidInput(f"artifact_properties gives {key!r}, which is the files' own; leave it out")
    return attrs.evolve(_without_files(request, uri=uri), artifact_properties={**given, **of_files})


def _scan(request: RegistrationRequest, stop: Stop) -> Manifest:
    assert request.files is not None
    ignore = IGNORED if request.ignore is None else request.ignore
    return scan(request.files, ignore, progress=request.progress, stop=stop)


def _upload(manifest: Manifest, target: str, request: RegistrationRequest, stop: Stop) -> Upload:
    return upload(
        manifest,
        target,
        takeover=request.takeover,
        base=request.base,
        sign=request.sign,
        progress=request.progress,
        stall_timeout=request.stall_timeout,
        stop=stop,
    )


def _sign_registered(manifest: Manifest, uri: str, request: RegistrationRequest, stop: Stop) -> None:
    """Sign files that were uploaded without a signature; an image and its digest stay as they are."""
    location = parse_location(uri)
    if location.scheme not in WRITABLE or location.scheme == "oci":
        return
    folder = location.parent() if manifest.single else location.folder()
    with open_store(folder, stall_timeout=stall_seconds(request.stall_timeout)) as store:
        if store.stat(SIGNATURE) is not None:
            return
    upload(
        manifest,
        folder.uri,
        sign=request.sign,
        progress=request.progress,
        stall_timeout=request.stall_timeout,
        stop=stop,
    )
