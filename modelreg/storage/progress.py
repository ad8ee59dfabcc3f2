"""Progress of a transfer: the events that a caller receives, and the meter that counts bytes for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

import attrs

Action: TypeAlias = Literal["hash", "upload", "download", "verify"]


@attrs.frozen
class Progress:
    """How far a transfer is.

    Attributes:
        action: What is done with the bytes.
        file: The file that these bytes belong to, relative to the folder.
        file_done: Bytes of that file done so far.
        file_total: Bytes of that file; None when not known.
        done: Bytes of all files done so far; files that need no transfer count as done.
        total: Bytes of all files; None when not known.
    """

    action: Action
    file: str
    file_done: int
    file_total: int | None
    done: int
    total: int | None


ProgressCallback: TypeAlias = Callable[[Progress], None]


class Meter:
    """Counts the bytes of one transfer; safe in threads, and calls back one event at a time.

    Args:
        action: What is done with the bytes.
        sizes: The bytes of each file, None where not known.
        callback: Receives the events; what it raises ends the transfer.
    """

    def __init__(self, action: Action, sizes: Mapping[str, int | None], callback: ProgressCallback | None) -> None:
        self._action = action
        self._sizes = dict(sizes)
        self._callback = callback
        self._done: dict[str, int] = {}
        self._all = 0
        known = [size for size in self._sizes.values() if size is not None]
        self._total = sum(known) if len(known) == len(self._sizes) else None
        self._lock = threading.Lock()

    def advance(self, file: str, count: int) -> None:
        """Count bytes of a file.

        Args:
            file: Its relative path.
            count: Bytes since the last call; below 0 where a file is begun again.
        """
        if self._callback is None:
            return
        with self._lock:
            self._done[file] = self._done.get(file, 0) + count
            self._all += count
            event = Progress(self._action, file, self._done[file], self._sizes.get(file), self._all, self._total)
            self._callback(event)

    def restart(self, file: str) -> None:
        """Take back what was counted of a file that is begun again."""
        self.advance(file, -self._done.get(file, 0))
