"""Fingerprints of weights, which tell whether a version holds the ones that a run brings where URIs do not.

A path on a volume stays the same when the next run writes over it, and weights without a URI have none to compare.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from modelreg._types import ModelArtifact

#: The property that tells one content from another.
FINGERPRINT = "weights_fingerprint"
#: The property of weights that have no URI.
ARTIFACT_PATH = "artifact_path"

# Weights may have hundreds of gigabytes: of a large file its ends and middle are read.
_WHOLE = 16 * 1024 * 1024
_SAMPLE = 1024 * 1024
_FILES = 10_000
_READ = 1024 * 1024 * 1024


def fingerprint(path: str | os.PathLike[str] | None) -> str | None:
    """Return a digest of a file or folder; None where it cannot be read, or is too much to read.

    It is a sha256 over every file's name, size and content; of a file past 16 MiB over its first, middle and last MiB.
    It notices weights that were trained anew; it is no proof against somebody who means to deceive.
    """
    if not path:
        return None
    root = Path(path)
    digest = hashlib.sha256()
    try:
        sizes = {file: file.stat().st_size for file in islice(_files(root), _FILES + 1)}
        if not sizes or len(sizes) > _FILES or sum(map(_to_read, sizes.values())) > _READ:
            return None
        for file, size in sizes.items():
            name = file.relative_to(root).as_posix() if file != root else ""
            digest.update(f"{len(name)}:{name}:{size}:".encode(errors="surrogateescape"))
            for block in _blocks(file, size):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()


def other_weights(there: ModelArtifact, brought: ModelArtifact) -> str | None:
    """Return why a version's weights are not the ones that a run brings; None where they are, or where URIs tell."""
    if there.uri and brought.uri and there.uri != brought.uri:
        return None
    if there.source_id and there.source_id == brought.source_id:
        return None
    old, new = there.properties.get(FINGERPRINT), brought.properties.get(FINGERPRINT)
    if old and new:
        return None if old == new else f"with other contents, {_short(old)} and not {_short(new)}"
    if there.uri and brought.uri:
        return None
    same_path = there.properties.get(ARTIFACT_PATH) == brought.properties.get(ARTIFACT_PATH)
    if same_path and not there.uri and not brought.uri and there.source_id == brought.source_id:
        return None
    return "without a URI that would tell whether they are the same"


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            file = Path(folder, name)
            if file.is_file():
                yield file


def _to_read(size: int) -> int:
    return size if size <= _WHOLE else 3 * _SAMPLE


def _blocks(file: Path, size: int) -> Iterator[bytes]:
    with file.open("rb") as stream:
        if size <= _WHOLE:
            while block := stream.read(_SAMPLE):
                yield block
            return
        for start in (0, (size - _SAMPLE) // 2, size - _SAMPLE):
            stream.seek(start)
            yield stream.read(_SAMPLE)


def _short(digest: object) -> str:
    return str(digest)[:12]
