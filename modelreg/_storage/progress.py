"""The meter that counts the bytes of a transfer and makes events of them."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from modelreg._types.files import Action, Progress, ProgressCallback


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
