"""Verifying a version's files where they are, and listing them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from modelreg._storage.access import Access
from modelreg._storage.fetching import Fetcher
from modelreg._storage.listing import Listing, open_listing
from modelreg._storage.location import parse_location
from modelreg._storage.manifest import Manifest, check_digest
from modelreg._storage.progress import Meter
from modelreg._storage.settings import stall_seconds, verify_key_path
from modelreg._storage.workers import Stop, run_all
from modelreg._types.files import FileEntry, ProgressCallback, Verified, Verifier
from modelreg.errors import IntegrityError, public_url

#: How many parts of files are read at once.
CONNECTIONS = 8


def verify(
    uri: str,
    digest: str | None,
    *,
    verify: Verifier | None = None,
    schemes: Collection[str] | None = None,
    allow_local: bool = False,
    allow_files: bool = False,
    progress: ProgressCallback | None = None,
    stall_timeout: float | None = None,
    stop: Stop | None = None,
) -> Verified:
    """Read a version's files where they are, and hold them to the registered digest.

    Args:
        uri: Of the version's folder or file.
        digest: The registered digest; None is enough only with a signature to verify.
        verify: A public key or identity that has to have signed the files; `MODEL_REGISTRY_VERIFY` unless given.
        schemes: Schemes that may be read; by default s3, gs, az, oci, hf and https.
        allow_local: Read from loopback and link-local hosts too.
        allow_files: Read any file of this machine: the registry is a file of this user's own.
        progress: Called with an event as bytes come.
        stall_timeout: Seconds without a byte after which reading ends; `MODEL_REGISTRY_STALL_TIMEOUT`, or 60, unless
            given.
        stop: Set from another thread to give up.

    Raises:
        IntegrityError: A file is altered, missing or not listed, there is no digest, or the signature is not good.
        Forbidden: The URI may not be read, or the store refused.
        NotFound, ConnectionFailed, DeadlineExceeded, ServerError, StorageError: The store's reason.
    """
    location = parse_location(uri)
    access = Access.of(schemes=schemes, allow_local=allow_local, allow_files=allow_files)
    access.check(location)
    if digest is not None:
        check_digest(digest)
    verifier = verify or default_verifier()
    if digest is None and verifier is None:
        raise IntegrityError(
            f"{public_url(uri)} cannot be verified: no digest is registered",
            hint="Register the version's files with files=.",
            reason="no_digest",
            details={"uri": public_url(uri)},
        )
    stopping = stop or Stop()
    source, listing = open_listing(location, access, digest, stall_timeout=stall_seconds(stall_timeout))
    with source:
        if listing.unlisted:
            raise IntegrityError(
                f"{public_url(source.uri)} holds {listing.unlisted[0]!r}, which is no file of the version",
                reason="unlisted_file",
                details={"uri": public_url(source.uri), "file": listing.unlisted[0]},
            )
        meter = Meter("verify", {file.path: file.size for file in listing.files}, progress)
        limit = min(source.connections, len(listing.files))
        fetcher = Fetcher(source, meter, stopping, max(1, CONNECTIONS // limit))
        entries = run_all(fetcher.hash, _large_first(listing.files), limit=limit, stop=stopping)
        manifest = Manifest(Path(), tuple(sorted(entries, key=lambda file: file.path.encode())), listing.single)
        check_whole(source.uri, manifest, digest)
        signer = check_signature(source.uri, manifest, listing, verifier)
    return Verified(manifest.digest, len(manifest.files), signer)


def default_verifier() -> Verifier | None:
    """Return the key that `MODEL_REGISTRY_VERIFY` names; None when it names none."""
    if verify_key_path() is None:
        return None
    from modelreg import signing

    return signing.default_verifier()


def _large_first(files: Sequence[FileEntry]) -> list[FileEntry]:
    return sorted(files, key=lambda file: -(file.size or 0))


def check_whole(uri: str, manifest: Manifest, digest: str | None) -> None:
    """Check the files, all of them hashed, against the registered digest.

    Args:
        uri: Where they are.
        manifest: The files.
        digest: The registered digest, if one is.

    Raises:
        IntegrityError: They have another.
    """
    if digest is not None and manifest.digest != digest:
        raise IntegrityError(
            f"{public_url(uri)} holds other files than the registered ones",
            reason="altered",
            details={"uri": public_url(uri), "expected": digest, "actual": manifest.digest},
        )


def check_signature(uri: str, manifest: Manifest, listing: Listing, verifier: Verifier | None) -> str | None:
    """Check the signature, if that is asked for, and return who signed.

    Args:
        uri: Where the files are.
        manifest: The files, hashed.
        listing: Holds the signature.
        verifier: A public key or identity; None to check nothing.

    Raises:
        IntegrityError: The files are not signed, or not for this key.
    """
    if verifier is None:
        return None
    if listing.signature is None:
        raise IntegrityError(
            f"the files at {public_url(uri)} are not signed", reason="unsigned", details={"uri": public_url(uri)}
        )
    return verifier.verify(manifest, listing.signature)


def files(
    uri: str,
    *,
    schemes: Collection[str] | None = None,
    allow_local: bool = False,
    allow_files: bool = False,
    stall_timeout: float | None = None,
) -> tuple[FileEntry, ...]:
    """Return a version's files with their sizes, and the sha256 of each where `SHA256SUMS` or the store tells it.

    Args:
        uri: Of the version's folder or file.
        schemes: Schemes that may be read; by default s3, gs, az, oci, hf and https.
        allow_local: Read from loopback and link-local hosts too.
        allow_files: Read any file of this machine: the registry is a file of this user's own.
        stall_timeout: Seconds without a byte after which reading ends; `MODEL_REGISTRY_STALL_TIMEOUT`, or 60, unless
            given.

    Raises:
        NotFound: There is nothing.
        IntegrityError: The upload is unfinished, or a file is missing.
        Forbidden: The URI may not be read, or the store refused.
    """
    access = Access.of(schemes=schemes, allow_local=allow_local, allow_files=allow_files)
    source, listing = open_listing(parse_location(uri), access, None, stall_timeout=stall_seconds(stall_timeout))
    with source:
        return listing.files
