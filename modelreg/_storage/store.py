"""What a store of files has to offer; each store is a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Protocol, Self, TypeAlias

from modelreg._types.files import FileEntry

Blocks: TypeAlias = Callable[[], Iterator[bytes]]


class Closing:
    """What is closed at the end of a `with` block."""

    def __enter__(self) -> Self:
        """Enter."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close what was opened, if anything was."""


class Source(Protocol):
    """A folder of files that can be read.

    Attributes:
        uri: Of the folder.
        lists: Whether the store can list its files.
        connections: How many files are best read or sent at once.
    """

    uri: str
    lists: bool
    connections: int

    def __enter__(self) -> Self:
        """Enter."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what was opened."""

    def close(self) -> None:
        """Close what was opened."""

    def files(self) -> Iterator[FileEntry]:
        """Yield every file below the folder, with its size and, where the store keeps it, its sha256."""

    def stat(self, path: str) -> FileEntry | None:
        """Return a file's size and, where the store keeps it, its sha256; None when it is not there.

        Args:
            path: Relative to the folder.
        """

    def read(self, path: str, offset: int = 0, *, size: int | None = None, connections: int = 1) -> Iterator[bytes]:
        """Yield a file's bytes in blocks.

        Args:
            path: Relative to the folder.
            offset: Bytes to leave out at its beginning.
            size: The whole file's size, where it is known.
            connections: How many parts of it may be read at once.
        """


class Store(Source, Protocol):
    """A folder that can also be written."""

    def holds(self, entry: FileEntry, existing: FileEntry) -> bool:
        """Return whether a file that is there is known to be the one to be sent.

        Args:
            entry: The file to be sent.
            existing: What `files` or `stat` returned for its path.
        """

    def write(self, entry: FileEntry, blocks: Blocks, *, connections: int = 1) -> None:
        """Create or replace a file; it is there as a whole or not at all.

        Args:
            entry: Its path, size and sha256.
            blocks: Returns its bytes, from the beginning each time; an error that they raise leaves the file as it was.
            connections: How many parts of it may be sent at once.
        """

    def create(self, path: str, content: bytes) -> bool | None:
        """Create a small file unless it is there, as one step.

        Args:
            path: Relative to the folder.
            content: Its bytes.

        Returns:
            True when it was created, False when it was there, None when the store has no such step.
        """

    def put(self, path: str, content: bytes) -> None:
        """Create or replace a small file.

        Args:
            path: Relative to the folder.
            content: Its bytes.
        """

    def delete(self, path: str) -> None:
        """Delete a file; one that is not there is no error.

        Args:
            path: Relative to the folder.
        """


def read_small(source: Source, path: str, *, limit: int) -> bytes | None:
    """Return a small file's content; None when it is not there.

    Args:
        source: The folder.
        path: Relative to the folder.
        limit: Bytes past which it is refused.

    Raises:
        IntegrityError: It is longer.
    """
    from modelreg.errors import IntegrityError, NotFound

    content = bytearray()
    try:
        for block in source.read(path):
            content += block
            if len(content) > limit:
                raise IntegrityError(
                    f"{path} at {source.uri} is longer than {limit} bytes", reason="altered", details={"file": path}
                )
    except NotFound as error:
        if error.reason == "bucket_missing":
            raise
        return None
    return bytes(content)
