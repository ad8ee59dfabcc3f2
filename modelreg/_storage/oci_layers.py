"""Layers of a model's image: one file each, as a tar archive with the same bytes on every machine."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Callable, Iterator
from typing import Any

import attrs

from modelreg._types.files import FileEntry

FOLDER = "models/"
LAYER = "application/vnd.oci.image.layer.v1.tar"
TITLE = "org.opencontainers.image.title"
#: ModelPack's annotations of a layer.
FILE_PATH = "org.cncf.model.filepath"
FILE_METADATA = "org.cncf.model.file.metadata+json"
_BLOCK = 512
_END = bytes(2 * _BLOCK)
_MODE = 0o644


@attrs.frozen
class Layer:
    """A layer with one file.

    Attributes:
        file: The file.
        digest: Of the archive, ``sha256:`` and 64 hexadecimal digits.
    """

    file: FileEntry
    digest: str

    @property
    def size(self) -> int:
        """Return the bytes of the archive."""
        return len(header(self.file)) + padded(self.file.size or 0) + len(_END)

    def descriptor(self) -> dict[str, Any]:
        """Return the layer as an image's manifest lists it."""
        metadata = {"name": self.file.path, "mode": _MODE, "uid": 0, "gid": 0, "size": self.file.size, "typeflag": 48}
        return {
            "mediaType": LAYER,
            "digest": self.digest,
            "size": self.size,
            "annotations": {
                TITLE: self.file.path,
                FILE_PATH: self.file.path,
                FILE_METADATA: json.dumps(metadata, sort_keys=True),
            },
        }


def header(file: FileEntry) -> bytes:
    """Return what stands before a file's content in its archive.

    Args:
        file: With its size.
    """
    info = tarfile.TarInfo(f"{FOLDER}{file.path}")
    info.size, info.mode = file.size or 0, _MODE
    return info.tobuf(tarfile.PAX_FORMAT)


def padded(size: int) -> int:
    """Return how many bytes a content of some size takes in an archive.

    Args:
        size: In bytes.
    """
    return -(-size // _BLOCK) * _BLOCK


def archive(file: FileEntry, blocks: Callable[[], Iterator[bytes]]) -> Iterator[bytes]:
    """Yield the bytes of a file's archive.

    Args:
        file: With its size.
        blocks: Returns the file's bytes.
    """
    yield header(file)
    yield from blocks()
    yield bytes(padded(file.size or 0) - (file.size or 0)) + _END


def hashed(file: FileEntry, blocks: Callable[[], Iterator[bytes]]) -> Layer:
    """Return a file's layer, reading the file for its digest.

    Args:
        file: With its size.
        blocks: Returns the file's bytes.
    """
    digest = hashlib.sha256()
    for block in archive(file, blocks):
        digest.update(block)
    return Layer(file, f"sha256:{digest.hexdigest()}")


def listed(descriptor: dict[str, Any]) -> FileEntry | None:
    """Return the file that a layer of an image's manifest holds; None when nothing tells that it holds one.

    Args:
        descriptor: An entry of ``layers``.
    """
    annotations = descriptor.get("annotations") or {}
    path = annotations.get(FILE_PATH) or annotations.get(TITLE)
    if not isinstance(path, str):
        return None
    try:
        size = json.loads(annotations[FILE_METADATA])["size"]
    except (KeyError, ValueError, TypeError):
        size = None
    return FileEntry(path, size if isinstance(size, int) else None)
