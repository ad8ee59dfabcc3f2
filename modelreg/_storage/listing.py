"""What a version's folder or file in a store consists of, before a byte of it is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from modelreg._storage.access import Access
from modelreg._storage.location import Location, is_digest_folder
from modelreg._storage.manifest import (
    CLAIM,
    PART,
    RESERVED,
    SIGNATURE,
    SUMS,
    check_paths,
    parse_sums,
    sums_text,
    text_digest,
)
from modelreg._storage.opening import open_source
from modelreg._storage.store import Source, read_small
from modelreg._types.files import FileEntry
from modelreg.errors import IntegrityError, InvalidInput, NotFound, public_url

LONGEST_SUMS = 256 * 1024 * 1024
_LONGEST_SIGNATURE = 64 * 1024 * 1024
# Schemes whose URI always names a set of files.
_ALWAYS_FOLDERS = frozenset({"oci", "hf"})


@attrs.frozen
class Listing:
    """The files of a version in a store.

    Attributes:
        files: With the sha256 of each where something tells it.
        single: Whether the URI names one file.
        has_sums: Whether there is a `SHA256SUMS`, which names the files.
        unlisted: Files beside them that `SHA256SUMS` does not name.
        signature: The content of `model.sig`; None when there is none.
    """

    files: tuple[FileEntry, ...]
    single: bool = False
    has_sums: bool = False
    unlisted: tuple[str, ...] = ()
    signature: bytes | None = None


def open_listing(
    location: Location, access: Access, digest: str | None, *, stall_timeout: float
) -> tuple[Source, Listing]:
    """Open a version's folder, and list its files.

    Args:
        location: Of the folder, or of a single file.
        access: What may be read.
        digest: The registered digest; None when none is.
        stall_timeout: Seconds without a byte after which reading ends.

    Raises:
        Forbidden: The location may not be read.
        NotFound: There is nothing.
        IntegrityError: `SHA256SUMS` is not the one of the digest, a file of it is missing, or the upload is unfinished.
    """
    access.check(location)
    if not location.is_folder and location.scheme not in _ALWAYS_FOLDERS:
        source = open_source(location.parent(), stall_timeout=stall_timeout, allow_local=access.allow_local)
        with _closed_on_error(source):
            found = source.stat(location.name)
            if found is not None:
                return source, _single(source, found, digest)
        source.close()
        location = location.folder()
    source = open_source(location, stall_timeout=stall_timeout, allow_local=access.allow_local)
    with _closed_on_error(source):
        return source, _folder(source, digest)


@contextmanager
def _closed_on_error(source: Source) -> Iterator[None]:
    try:
        yield
    except BaseException:
        source.close()
        raise


def _single(source: Source, found: FileEntry, digest: str | None) -> Listing:
    check_paths([found.path])
    expected = None if digest is None else digest.partition(":")[2]
    signature = read_small(source, SIGNATURE, limit=_LONGEST_SIGNATURE)
    return Listing((FileEntry(found.path, found.size, expected),), single=True, signature=signature)


def _folder(source: Source, digest: str | None) -> Listing:
    content = read_small(source, SUMS, limit=LONGEST_SUMS)
    found = {file.path: file for file in source.files()} if source.lists else None
    signature = None
    if found is None or SIGNATURE in found:
        signature = read_small(source, SIGNATURE, limit=_LONGEST_SIGNATURE)
    if content is None:
        return _without_sums(source, found, signature)
    files, single = _named(source, content, digest)
    unlisted: tuple[str, ...] = ()
    if found is not None:
        names = {file.path for file in files}
        unlisted = tuple(path for path in found if path not in names and not _is_ours(path))
        files = tuple(_with_size(source, file, found) for file in files)
    return Listing(files, single, has_sums=True, unlisted=unlisted, signature=signature)


def _is_ours(path: str) -> bool:
    return path.partition("/")[0] in RESERVED or is_digest_folder(path)


def _named(source: Source, content: bytes, digest: str | None) -> tuple[tuple[FileEntry, ...], bool]:
    """Return the files that `SHA256SUMS` names, held to the digest, and whether that is the one of a single file."""
    uri = public_url(source.uri)
    try:
        text = content.decode()
        files = parse_sums(text)
    except (InvalidInput, UnicodeDecodeError) as error:
        raise IntegrityError(
            f"{SUMS} at {uri} cannot be used: {error}", reason="altered", details={"uri": uri, "file": SUMS}
        ) from error
    single = len(files) == 1 and digest == f"sha256:{files[0].sha256}"
    actual = text_digest(text)
    if digest is not None and not single and (actual != digest or sums_text(files) != text):
        raise IntegrityError(
            f"{uri} holds other files than the registered ones",
            reason="altered",
            details={"uri": uri, "expected": digest, "actual": actual},
        )
    return files, single


def _with_size(source: Source, file: FileEntry, found: dict[str, FileEntry]) -> FileEntry:
    if file.path not in found:
        raise IntegrityError(
            f"the file {file.path!r} is missing at {public_url(source.uri)}",
            reason="missing_file",
            details={"uri": public_url(source.uri), "file": file.path},
        )
    return attrs.evolve(file, size=found[file.path].size)


def _without_sums(source: Source, found: dict[str, FileEntry] | None, signature: bytes | None) -> Listing:
    uri = public_url(source.uri)
    if found is None:
        raise NotFound(
            f"there is no {SUMS} at {uri}, and files behind {uri.partition(':')[0]} cannot be listed",
            hint="Register the URI of a single file.",
            details={"uri": uri},
        )
    if PART in found or CLAIM in found:
        raise IntegrityError(
            f"the upload to {uri} is not finished",
            hint="Repeat the upload: it sends what is missing.",
            reason="upload_unfinished",
            details={"uri": uri},
        )
    files = tuple(file for path, file in sorted(found.items()) if not _is_ours(path))
    if not files:
        raise NotFound(f"there is no file at {uri}", details={"uri": uri})
    check_paths(file.path for file in files)
    return Listing(files, signature=signature)
