"""Reading a file or folder on this machine into a manifest: what is in it, and the sha256 of every file."""

from __future__ import annotations

import fnmatch
import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from modelreg._storage.manifest import SUMS, Manifest, check_path, check_paths
from modelreg._storage.progress import Meter
from modelreg._storage.workers import Stop, run_all
from modelreg._types.files import FileEntry, ProgressCallback
from modelreg.errors import InvalidInput

#: Names that are left out wherever they stand below the folder.
IGNORED = (".git", "__pycache__", ".DS_Store", ".cache")
BLOCK = 1024 * 1024
_HASHERS = min(4, os.cpu_count() or 1)


def scan(
    path: str | os.PathLike[str],
    ignore: Sequence[str] = IGNORED,
    *,
    progress: ProgressCallback | None = None,
    stop: Stop | None = None,
) -> Manifest:
    """Hash a file, or every file of a folder.

    Links are followed where they stay inside the folder, and their content is the file's. Empty folders are left out.

    Args:
        path: A file or a folder.
        ignore: Patterns, as the shell has them, of names or relative paths to leave out.
        progress: Called with an event as bytes are hashed.
        stop: Set from another thread to give up.

    Raises:
        InvalidInput: There is no such file or folder, nothing is in it, or something in it cannot be uploaded: a link
            that leads out of it, a device, a name with control characters or a backslash, a `SHA256SUMS` or
            `model.sig` of the user's own.
    """
    given = Path(path)
    try:
        mode = given.stat().st_mode
    except OSError as error:
        raise InvalidInput(f"files: {os.fspath(path)!r} cannot be read: {error.strerror}") from error
    if stat.S_ISREG(mode):
        check_path(given.name)
        return _hashed(given.absolute().parent, {given.name: given.stat().st_size}, True, progress, stop)
    if not stat.S_ISDIR(mode):
        raise InvalidInput(f"files: {os.fspath(path)!r} is neither a file nor a folder")
    root = given.resolve()
    sizes = dict(_walk(root, ignore))
    sums = root / SUMS if sizes.pop(SUMS, None) is not None else None
    if not sizes:
        raise InvalidInput(f"files: there is no file in {os.fspath(path)!r}", reason="empty_folder")
    check_paths(sizes)
    manifest = _hashed(root, sizes, False, progress, stop)
    # A folder that was downloaded before brings its own manifest along; any other file of that name is refused.
    if sums is not None and sums.read_bytes() != manifest.sums_text.encode():
        check_path(SUMS)
    return manifest


def hash_file(path: Path, *, report: Callable[[int], None] | None = None) -> str:
    """Return the sha256 of a file as 64 hexadecimal digits.

    Args:
        path: A regular file.
        report: Called with the number of bytes of each block.
    """
    digest = hashlib.sha256()
    buffer = bytearray(BLOCK)
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as stream:
        while count := stream.readinto(buffer):
            digest.update(view[:count])
            if report is not None:
                report(count)
    return digest.hexdigest()


def _hashed(
    root: Path, sizes: dict[str, int], single: bool, progress: ProgressCallback | None, stop: Stop | None
) -> Manifest:
    meter = Meter("hash", sizes, progress)

    def hash_one(name: str) -> FileEntry:
        counted = 0

        def report(count: int) -> None:
            nonlocal counted
            counted += count
            stopping.check()
            meter.advance(name, count)

        try:
            sha256 = hash_file(root / name, report=report)
        except OSError as error:
            raise InvalidInput(f"files: {name!r} cannot be read: {error.strerror}") from error
        return FileEntry(name, counted, sha256)

    stopping = stop or Stop()
    entries = run_all(hash_one, list(sizes), limit=_HASHERS, stop=stopping)
    return Manifest(root, tuple(sorted(entries, key=lambda entry: entry.path.encode())), single)


def _walk(root: Path, ignore: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the relative path and size of every file below a folder."""
    # Each folder comes with the real folders that lead to it: a link to one of those would never end.
    pending: list[tuple[Path, str, frozenset[str]]] = [(root, "", frozenset({str(root)}))]
    while pending:
        folder, prefix, parents = pending.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                path = f"{prefix}{entry.name}"
                if _is_ignored(entry.name, path, ignore):
                    continue
                mode, size = _mode_and_size(root, entry, path)
                if stat.S_ISREG(mode):
                    yield path, size
                elif stat.S_ISDIR(mode):
                    real = os.path.realpath(entry.path)
                    if real in parents:
                        raise InvalidInput(f"files: the link {path!r} leads in a circle", reason="unsafe_path")
                    pending.append((Path(entry.path), f"{path}/", parents | {real}))
                else:
                    raise InvalidInput(
                        f"files: {path!r} is neither a file nor a folder", reason="unsafe_path", details={"path": path}
                    )


def _mode_and_size(root: Path, entry: os.DirEntry[str], path: str) -> tuple[int, int]:
    try:
        if entry.is_symlink() and not Path(os.path.realpath(entry.path, strict=True)).is_relative_to(root):
            raise InvalidInput(
                f"files: the link {path!r} leads out of the folder",
                hint="Put the file itself there.",
                reason="unsafe_path",
                details={"path": path},
            )
        result = entry.stat()
    except OSError as error:
        raise InvalidInput(f"files: {path!r} cannot be read: {error.strerror}", reason="unsafe_path") from error
    return result.st_mode, result.st_size


def _is_ignored(name: str, path: str, ignore: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(path, pattern) for pattern in ignore)
