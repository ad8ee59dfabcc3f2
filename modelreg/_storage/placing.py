"""Giving a downloaded folder its final name, at once where the file system can."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from modelreg._storage.manifest import SIGNATURE, SUMS

#: The folder that a download fills first: inside the target where that is filled in place, beside it elsewhere.
INSIDE = ".modelreg-download"
# What a fresh file system has at its root.
_OF_THE_SYSTEM = frozenset({"lost+found"})


def is_free(target: Path) -> bool:
    """Return whether a target is not there, is empty, or holds nothing but an interrupted download.

    Args:
        target: The folder to be filled.
    """
    if not os.path.lexists(target):
        return True
    if not target.is_dir():
        return False
    names = set(os.listdir(target)) - _OF_THE_SYSTEM
    return not names or INSIDE in names


def staging_folder(target: Path) -> Path:
    """Return the folder to fill before the target.

    Args:
        target: The folder to be filled at the end.
    """
    if _in_place(target):
        return target / INSIDE
    return target.parent / f".{target.name}.modelreg-download"


def _in_place(target: Path) -> bool:
    return target.is_dir() and (os.path.ismount(target) or is_free(target))


def move(staging: Path, target: Path, names: Sequence[str]) -> None:
    """Move checked files to the target; `SHA256SUMS` is the last to come.

    Args:
        staging: The folder that holds them, on the same file system.
        target: Its final name.
        names: The files' relative paths.
    """
    if _in_place(target):
        _move_into(staging, target, names)
        return
    old = target.parent / f".{target.name}.modelreg-old"
    if os.path.lexists(target):
        _remove(old)
        target.rename(old)
    staging.rename(target)
    _remove(old)


def _move_into(staging: Path, target: Path, names: Sequence[str]) -> None:
    """Fill a folder in place, and delete what else it holds."""
    kept = {*names, SUMS, SIGNATURE}
    tops = {name.partition("/")[0] for name in kept} | _OF_THE_SYSTEM | {INSIDE}
    with suppress(FileNotFoundError):
        (target / SUMS).unlink()
    for name in os.listdir(target):
        if name not in tops:
            _remove(target / name)
    for name in (*names, SIGNATURE, SUMS):
        if not (staging / name).exists():
            continue
        destination = target / name
        if destination.is_dir() and not destination.is_symlink():
            _remove(destination)
        destination.parent.mkdir(parents=True, exist_ok=True)
        (staging / name).replace(destination)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
