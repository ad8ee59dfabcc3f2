"""Reading one file of a store: repeated where the connection breaks, held to its size and sha256."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import attrs

from modelreg._storage.local_files import translated, write_all
from modelreg._storage.progress import Meter
from modelreg._storage.scanning import BLOCK
from modelreg._storage.store import Source
from modelreg._storage.workers import Stop
from modelreg._types.files import FileEntry
from modelreg.errors import (
    ConnectionFailed,
    DeadlineExceeded,
    IntegrityError,
    ModelRegistryError,
    ServerError,
    public_url,
)

# How often reading is tried again without a single byte in between.
_ATTEMPTS = 5
_FIRST_PAUSE = 0.2
_LARGE = 64 * 1024 * 1024


@attrs.frozen
class Fetcher:
    """Reads the files of one version.

    Attributes:
        source: Where they are.
        meter: Counts their bytes.
        stop: Set to give up.
        connections: How many parts of a large file are read at once.
    """

    source: Source
    meter: Meter
    stop: Stop
    connections: int

    def hash(self, file: FileEntry) -> FileEntry:
        """Read a file and return it with its size and sha256.

        Raises:
            IntegrityError: They are not the ones that the entry names.
        """
        digest, count = hashlib.sha256(), 0
        for block in self._blocks(file, 0):
            digest.update(block)
            count += len(block)
        return self._checked(file, count, digest.hexdigest())

    def fetch(self, file: FileEntry, path: Path) -> FileEntry:
        """Read a file into a path, going on with what an interrupted download left there.

        Args:
            file: The file; without a sha256 it is read from its beginning.
            path: On this machine; its folder is made.

        Raises:
            IntegrityError: What came is not the file that the entry names; nothing is left at the path.
        """
        with translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            resumed = self._fetch(file, path, resume=file.sha256 is not None)
            if resumed is None:
                # What an interrupted download had left was not this file's beginning.
                self.meter.restart(file.path)
                resumed = self._fetch(file, path, resume=False)
            assert resumed is not None
            return resumed

    def _fetch(self, file: FileEntry, path: Path, *, resume: bool) -> FileEntry | None:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | (0 if resume else os.O_TRUNC)
        with os.fdopen(os.open(path, flags, 0o666), "r+b", buffering=0) as stream:
            digest = hashlib.sha256()
            count = kept = self._rehash(file, stream, digest)
            for block in self._blocks(file, kept):
                digest.update(block)
                write_all(stream.fileno(), block)
                count += len(block)
        try:
            return self._checked(file, count, digest.hexdigest())
        except IntegrityError:
            path.unlink(missing_ok=True)
            if kept:
                return None
            raise

    def _rehash(self, file: FileEntry, stream: BinaryIO, digest: hashlib._Hash) -> int:
        """Hash what is there, and return how much it is; what cannot be the file's beginning is cut off."""
        count = 0
        length = os.fstat(stream.fileno()).st_size
        if length and file.size is None and (found := self.source.stat(file.path)) is not None:
            file = attrs.evolve(file, size=found.size)
        if file.size is None or length > file.size:
            stream.truncate(0)
            return 0
        while block := stream.read(BLOCK):
            self.stop.check()
            digest.update(block)
            count += len(block)
            self.meter.advance(file.path, len(block))
        return count

    def _blocks(self, file: FileEntry, offset: int) -> Iterator[bytes]:
        """Yield a file's bytes, reading on from where a connection broke."""
        attempt, pause = 1, _FIRST_PAUSE
        while True:
            try:
                for block in self._read(file, offset):
                    self.stop.check()
                    offset += len(block)
                    attempt, pause = 1, _FIRST_PAUSE
                    yield block
                    self.meter.advance(file.path, len(block))
                if file.size is None or offset >= file.size:
                    return
                raise ConnectionFailed(f"{file.path!r} ended after {offset} of {file.size} bytes")
            except (ConnectionFailed, DeadlineExceeded, ServerError) as error:
                if attempt >= _ATTEMPTS or error.reason == "stalled":
                    raise
            self.stop.wait(pause)
            attempt, pause = attempt + 1, pause * 2

    def _read(self, file: FileEntry, offset: int) -> Iterator[bytes]:
        if file.size is not None and offset >= file.size:
            return iter(())
        connections = self.connections if (file.size or 0) >= _LARGE else 1
        return self.source.read(file.path, offset, size=file.size, connections=connections)

    def _checked(self, file: FileEntry, size: int, sha256: str) -> FileEntry:
        if (file.sha256 or sha256) != sha256 or (file.size is not None and file.size != size):
            raise altered(self.source.uri, file, sha256)
        return FileEntry(file.path, size, sha256)


def altered(uri: str, file: FileEntry, actual: str) -> ModelRegistryError:
    """Return the error about a file whose bytes are not the registered ones.

    Args:
        uri: Of the folder.
        file: What was expected.
        actual: The sha256 of what came.
    """
    return IntegrityError(
        f"the file {file.path!r} at {public_url(uri)} is not the registered one",
        reason="altered",
        details={"uri": public_url(uri), "file": file.path, "expected": file.sha256, "actual": actual},
    )
