"""Downloading: every byte is checked in a folder of its own before anything has its final name."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from modelreg._storage import locking
from modelreg._storage.access import Access
from modelreg._storage.fetching import Fetcher
from modelreg._storage.listing import Listing, open_listing
from modelreg._storage.local_files import translated
from modelreg._storage.location import parse_location
from modelreg._storage.manifest import SIGNATURE, SUMS, Manifest, check_digest
from modelreg._storage.placing import is_free, move, staging_folder
from modelreg._storage.progress import Meter
from modelreg._storage.settings import stall_seconds
from modelreg._storage.store import Source
from modelreg._storage.verification import CONNECTIONS, check_signature, check_whole, default_verifier
from modelreg._storage.workers import Stop, run_all
from modelreg._types.files import FileEntry, ProgressCallback, Verifier
from modelreg.errors import Conflict, IntegrityError, public_url

log = logging.getLogger("modelreg")


def download(
    uri: str,
    target: str | os.PathLike[str],
    *,
    digest: str | None = None,
    require_digest: bool = False,
    overwrite: bool = False,
    verify: Verifier | None = None,
    schemes: Collection[str] | None = None,
    allow_local: bool = False,
    allow_files: bool = False,
    progress: ProgressCallback | None = None,
    stall_timeout: float | None = None,
    stop: Stop | None = None,
    warn_without_digest: bool = True,
) -> Path:
    """Download a version's files into a folder; repeated after an interruption, it continues.

    The folder gets its name when every byte is checked. An empty folder or a mount point is filled in place, with
    `SHA256SUMS` last.

    Args:
        uri: Of the version's folder or file.
        target: The folder to make.
        digest: The registered digest, which every byte is held to. Without one a warning is logged.
        require_digest: Refuse to download without a digest.
        overwrite: Replace what the target holds.
        verify: A public key or identity that has to have signed the files; `MODEL_REGISTRY_VERIFY` unless given.
        schemes: Schemes that may be read; by default s3, gs, az, oci, hf and https.
        allow_local: Read from loopback and link-local hosts too.
        allow_files: Read any file of this machine: the registry is a file of this user's own.
        progress: Called with an event as bytes come.
        stall_timeout: Seconds without a byte after which the download ends; `MODEL_REGISTRY_STALL_TIMEOUT`, or 60,
            unless given.
        stop: Set from another thread to give up.
        warn_without_digest: Log a warning where there is no digest.

    Returns:
        The folder; the file in it where a single one was registered.

    Raises:
        IntegrityError: There is no digest and one is required, or the files are not the registered or signed ones.
        Conflict: The target exists, or another process is filling it.
        Forbidden: The URI may not be read, or the store refused.
        NotFound, ConnectionFailed, DeadlineExceeded, ServerError, StorageError: The store's reason.
    """
    location = parse_location(uri)
    access = Access.of(schemes=schemes, allow_local=allow_local, allow_files=allow_files)
    access.check(location)
    _check_digest(digest, uri, required=require_digest, warn=warn_without_digest)
    folder = Path(os.path.abspath(target))
    if not overwrite and not is_free(folder):
        raise Conflict(
            f"{os.fspath(target)!r} exists",
            hint="Name another folder, or overwrite=True to replace it.",
            reason="target_exists",
            details={"path": os.fspath(target)},
        )
    stopping = stop or Stop()
    source, listing = open_listing(location, access, digest, stall_timeout=stall_seconds(stall_timeout))
    with source, _staging(folder) as staging:
        entries = _fetch_all(source, listing, staging, progress, stopping)
        manifest = Manifest(staging, tuple(entries), listing.single)
        check_whole(source.uri, manifest, digest)
        check_signature(source.uri, manifest, listing, verify or default_verifier())
        _write_records(manifest, listing)
        move(staging, folder, [file.path for file in entries])
    return folder / entries[0].path if listing.single else folder


def _check_digest(digest: str | None, uri: str, *, required: bool, warn: bool) -> None:
    if digest is not None:
        check_digest(digest)
    elif required:
        raise IntegrityError(
            f"no digest is registered for {public_url(uri)}",
            hint="Register the version's files with files=, or do not require a digest.",
            reason="no_digest",
            details={"uri": public_url(uri)},
        )
    elif warn:
        log.warning("no digest is registered for %s: nothing proves that its files are the ones", public_url(uri))


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """Yield the folder that is filled first, locked for this process."""
    staging = staging_folder(folder)
    with translated(staging):
        staging.mkdir(parents=True, exist_ok=True)
        with (staging / "lock").open("wb") as stream:
            if not locking.lock(stream.fileno()):
                raise Conflict(
                    f"another process is downloading to {os.fspath(folder)!r}",
                    reason="target_exists",
                    details={"path": os.fspath(folder)},
                )
            files = staging / "files"
            files.mkdir(exist_ok=True)
            yield files
        shutil.rmtree(staging, ignore_errors=True)


def _fetch_all(
    source: Source, listing: Listing, staging: Path, progress: ProgressCallback | None, stop: Stop
) -> list[FileEntry]:
    _discard_others(staging, {file.path for file in listing.files})
    meter = Meter("download", {file.path: file.size for file in listing.files}, progress)
    limit = min(source.connections, len(listing.files))
    fetcher = Fetcher(source, meter, stop, max(1, CONNECTIONS // limit))
    ordered = sorted(listing.files, key=lambda file: -(file.size or 0))
    entries = run_all(lambda file: fetcher.fetch(file, staging / file.path), ordered, limit=limit, stop=stop)
    return sorted(entries, key=lambda file: file.path.encode())


def _discard_others(staging: Path, names: set[str]) -> None:
    """Delete what an interrupted download of another version left."""
    for folder, folders, files in os.walk(staging, topdown=False):
        for name in files:
            if (Path(folder, name)).relative_to(staging).as_posix() not in names:
                Path(folder, name).unlink()
        for name in folders:
            path = Path(folder, name)
            with suppress(OSError):
                path.unlink() if path.is_symlink() else path.rmdir()


def _write_records(manifest: Manifest, listing: Listing) -> None:
    (manifest.root / SUMS).write_bytes(manifest.sums_text.encode())
    if listing.signature is not None:
        (manifest.root / SIGNATURE).write_bytes(listing.signature)
