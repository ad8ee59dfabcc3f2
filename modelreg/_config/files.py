"""Permissions of files that hold secrets."""

from __future__ import annotations

import os
import stat

from modelreg.errors import InvalidInput


def readable_by_others(mode: int) -> bool:
    """Return whether a file of this mode can be read by every user of the machine.

    Args:
        mode: The file's mode, as `os.stat` returns it. Only POSIX systems express permissions in it.
    """
    return os.name == "posix" and bool(mode & stat.S_IROTH)


def refuse_readable_by_others(path: str) -> None:
    """Refuse a file that every user of the machine can read; one that does not exist yet is checked when it is read.

    Raises:
        InvalidInput: Other users can read it.
    """
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return
    if readable_by_others(mode):
        raise InvalidInput(
            f"the token file {path!r} can be read by other users of this machine",
            hint=f"Run: chmod 600 {path}",
        )
