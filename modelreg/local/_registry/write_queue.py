"""A fair queue of the processes that write to one SQLite file: locks on a file beside it.

SQLite lets writers poll for its lock, so that under many of them some wait very long. Here a writer waits in the
kernel's queue before it asks SQLite. The queue is a courtesy only: SQLite's own lock decides who writes, and a writer
that cannot queue, or has queued too long, goes on without.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # a platform without these locks, on which nobody queues
    fcntl = None  # type: ignore[assignment]

#: The longest wait in the queue, in seconds, whatever the deadline: its head may be a process that was stopped.
LONGEST_WAIT = 5.0
SUFFIX = "-queue"
# Two locks, each one byte: the holder of NEXT is the only one that waits for TURN. A writer that has finished and comes
# again at once finds NEXT taken and goes behind the others, instead of taking the turn before they have woken up.
_NEXT, _TURN = 0, 1


class WriteQueue:
    """The queue of one file, for one process; threads of the process are expected to come one at a time."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._file: int | None = None
        self._is_usable = fcntl is not None

    @contextmanager
    def turn(self, limit: float) -> Iterator[None]:
        """Wait for the turn of this process, and give it up at the end of the block.

        Args:
            limit: The most seconds to wait; the block then runs without the turn.
        """
        file = self._opened()
        if file is None:
            yield
            return
        limit = min(limit, LONGEST_WAIT)
        has_turn = False
        if _lock(file, _NEXT, limit):
            has_turn = _lock(file, _TURN, limit)
            _unlock(file, _NEXT)
        try:
            yield
        finally:
            if has_turn:
                _unlock(file, _TURN)

    def _opened(self) -> int | None:
        """Return the file of the locks, or None where there can be none."""
        if self._file is None and self._is_usable:
            path = self._database.with_name(self._database.name + SUFFIX)
            try:
                mode = self._database.stat().st_mode & 0o666
                self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, mode)
            except OSError:
                self._is_usable = False
        return self._file

    def close(self) -> None:
        """Close the file of the locks."""
        file, self._file = self._file, None
        if file is not None and file not in _still_waiting:
            os.close(file)


def _lock(file: int, byte: int, limit: float) -> bool:
    """Lock a byte; return whether it was locked in time, which it is not where locks do not work either."""
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
    except (BlockingIOError, PermissionError):
        return limit > 0 and _Waiting(file, byte).wait(limit)
    except OSError:
        return False
    return True


def _unlock(file: int, byte: int) -> None:
    with suppress(OSError):
        fcntl.lockf(file, fcntl.LOCK_UN, 1, byte)


class _Waiting:
    """A wait for a lock in a thread of its own, because the kernel's wait has no time limit."""

    def __init__(self, file: int, byte: int) -> None:
        self._file, self._byte = file, byte
        self._settled = threading.Lock()
        self._is_locked = self._is_abandoned = False
        self._done = threading.Event()
        threading.Thread(target=self._run, name="modelreg-queue", daemon=True).start()

    def _run(self) -> None:
        try:
            with suppress(OSError):
                fcntl.lockf(self._file, fcntl.LOCK_EX, 1, self._byte)
                with self._settled:
                    self._is_locked = True
                    if self._is_abandoned:
                        _unlock(self._file, self._byte)
        finally:
            self._done.set()

    def wait(self, limit: float) -> bool:
        """Wait for the lock; return whether it was had in time."""
        has_ended = self._done.wait(limit)
        with self._settled:
            self._is_abandoned = not self._is_locked
            if not has_ended and self._is_abandoned:
                _still_waiting.add(self._file)
            return self._is_locked


#: Files that a thread may still wait on, and that are therefore never closed.
_still_waiting: set[int] = set()
