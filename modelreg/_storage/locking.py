"""Locks on open files, which the system releases when a process dies."""

from __future__ import annotations

import sys


def lock(descriptor: int) -> bool:
    """Lock an open file for this holder alone; return False when another holds it.

    On a system without such locks every attempt succeeds.

    Args:
        descriptor: Of the open file; the lock ends when it is closed.
    """
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks
    return True
