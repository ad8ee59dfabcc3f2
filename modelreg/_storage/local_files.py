"""The store in a folder of this machine."""

from __future__ import annotations

import errno
import itertools
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from modelreg._storage import locking
from modelreg._storage.location import Location
from modelreg._storage.manifest import STAGING
from modelreg._storage.scanning import BLOCK, hash_file
from modelreg._storage.store import Blocks, Closing
from modelreg._types.files import FileEntry
from modelreg.errors import Forbidden, InvalidInput, ModelRegistryError, NotFound, StorageError

_numbers = itertools.count()
_ATTEMPTS = 100


class FileStore(Closing):
    """A folder; files appear in it as a whole, renamed from a staging folder inside.

    Args:
        location: A `file` location of a folder.
    """

    connections = 2
    lists = True

    def __init__(self, location: Location) -> None:
        self.uri = location.uri
        self.root = Path(location.path)
        self._staging = self.root / STAGING

    def close(self) -> None:
        """Remove the staging folder if it is empty."""
        with suppress(OSError):
            self._staging.rmdir()

    def files(self) -> Iterator[FileEntry]:
        """Yield every regular file below the folder; links are not followed."""
        pending = [(self.root, "")]
        while pending:
            folder, prefix = pending.pop()
            absent = suppress(FileNotFoundError, NotADirectoryError)
            with translated(folder), absent, os.scandir(folder) as entries:
                for entry in entries:
                    path = f"{prefix}{entry.name}"
                    if entry.is_file(follow_symlinks=False):
                        yield FileEntry(path, entry.stat(follow_symlinks=False).st_size)
                    elif entry.is_dir(follow_symlinks=False) and path != STAGING:
                        pending.append((Path(entry.path), f"{path}/"))

    def stat(self, path: str) -> FileEntry | None:
        """Return a file's size; None when it is not there."""
        with translated(self.root / path):
            try:
                found = self._inside(path).stat()
            except (FileNotFoundError, NotADirectoryError):
                return None
            return FileEntry(path, found.st_size) if stat.S_ISREG(found.st_mode) else None

    def read(self, path: str, offset: int = 0, *, size: int | None = None, connections: int = 1) -> Iterator[bytes]:
        """Yield a file's bytes in blocks."""
        with translated(self.root / path), self._inside(path).open("rb", buffering=0) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise InvalidInput(f"{path!r} is no regular file", reason="unsafe_path", details={"path": path})
            stream.seek(offset)
            while block := stream.read(BLOCK):
                yield block

    def _inside(self, path: str) -> Path:
        """Return the path of a file, if no link leads it out of the folder."""
        target = self.root / path
        if not Path(os.path.realpath(target)).is_relative_to(os.path.realpath(self.root)):
            raise InvalidInput(f"{path!r} leads out of the folder", reason="unsafe_path", details={"path": path})
        return target

    def holds(self, entry: FileEntry, existing: FileEntry) -> bool:
        """Return whether the file there has the same content; it is read, because a folder keeps no sha256."""
        if existing.size != entry.size:
            return False
        with translated(self.root / entry.path):
            return hash_file(self._inside(entry.path)) == entry.sha256

    def write(self, entry: FileEntry, blocks: Blocks, *, connections: int = 1) -> None:
        """Create or replace a file, through the staging folder."""
        target = self.root / entry.path
        with translated(target), self._staged() as staged:
            for block in blocks():
                write_all(staged.fileno(), block)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged.name, target)

    def create(self, path: str, content: bytes) -> bool:
        """Create a small file unless it is there; it never appears without its content."""
        target = self.root / path
        with translated(target), self._staged() as staged:
            write_all(staged.fileno(), content)
            try:
                os.link(staged.name, target)
            except FileExistsError:
                return False
            except OSError:
                return _create_exclusively(target, content)  # a file system without hard links
            return True

    def put(self, path: str, content: bytes) -> None:
        """Create or replace a small file."""
        self.write(FileEntry(path, len(content)), lambda: iter([content]))

    def delete(self, path: str) -> None:
        """Delete a file; one that is not there is no error."""
        with translated(self.root / path):
            (self.root / path).unlink(missing_ok=True)

    def discard_staging(self) -> None:
        """Delete what killed uploads left in the staging folder; files that another upload is writing stay."""
        with translated(self._staging), suppress(FileNotFoundError):
            for name in os.listdir(self._staging):
                with suppress(OSError), (self._staging / name).open("rb") as stream:
                    if locking.lock(stream.fileno()):
                        (self._staging / name).unlink()

    @contextmanager
    def _staged(self) -> Iterator[BinaryIO]:
        """Yield a new file in the staging folder, locked so that no other upload takes it for a leftover."""
        stream = self._new_staged_file()
        try:
            with stream:
                yield stream
        finally:
            with suppress(OSError):
                os.unlink(stream.name)

    def _new_staged_file(self) -> BinaryIO:
        for attempt in itertools.count(1):
            path = self._staging / f"{os.getpid()}-{threading.get_ident()}-{next(_numbers)}"
            try:
                self._staging.mkdir(parents=True, exist_ok=True)
                stream = path.open("xb", buffering=0)
            except (FileNotFoundError, FileExistsError):
                # Another upload tidied the folder up, or used the name in another container.
                if attempt == _ATTEMPTS:
                    raise
                continue
            locking.lock(stream.fileno())
            with suppress(FileNotFoundError):
                if path.stat().st_ino == os.fstat(stream.fileno()).st_ino:
                    return cast("BinaryIO", stream)
            stream.close()
        raise AssertionError("the attempts do not end here")


def write_all(descriptor: int, block: bytes) -> None:
    """Write a block as a whole.

    Args:
        descriptor: Of an open file.
        block: What to write.
    """
    view = memoryview(block)
    while view:
        view = view[os.write(descriptor, view) :]


def _create_exclusively(target: Path, content: bytes) -> bool:
    try:
        descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    return True


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise this machine's errors about a file as ours, with the system's reason.

    Args:
        path: The file or folder that the errors are about.
    """
    try:
        yield
    except ModelRegistryError:
        raise
    except OSError as error:
        raise _error_about(path, error) from error


def _error_about(path: Path, error: OSError) -> ModelRegistryError:
    name = os.fspath(error.filename or path)
    details = {"path": name}
    if isinstance(error, FileNotFoundError):
        return NotFound(f"there is no file {name!r}", details=details)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Forbidden(f"{name!r} cannot be read or written: {error.strerror}", details=details)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError(
            f"there is no room for {name!r}: {error.strerror}",
            hint="Make room and repeat the call: it continues where it stopped.",
            reason="disk_full",
            details=details,
        )
    return StorageError(f"{name!r}: {error.strerror or error}", details=details)
