"""A blob that arrives in blocks, as the file object that an archive is read from."""

from __future__ import annotations

import io
from collections.abc import Iterator


class BlobStream(io.RawIOBase):
    """Reads blocks as a file.

    Args:
        blocks: The blob's bytes.
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        super().__init__()
        self._blocks = blocks
        self._rest = b""

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, fewer only at the end."""
        parts, length = [], 0
        while size < 0 or length < size:
            block = self._rest or next(self._blocks, b"")
            if not block:
                break
            taken = block if size < 0 else block[: size - length]
            self._rest = block[len(taken) :]
            parts.append(taken)
            length += len(taken)
        return b"".join(parts)
