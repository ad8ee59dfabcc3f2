"""What a version's model artifact says of its files: where they are, their digest, size and signature."""

from __future__ import annotations

from collections.abc import Iterator

from modelreg._types import ModelArtifact
from modelreg._views.page import Cell

#: The properties that an upload records, in the order in which they are shown.
_OF_FILES = ("digest", "file_count", "size_bytes", "signature")
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def weight_facts(weights: ModelArtifact | None) -> Iterator[tuple[str, object]]:
    """Return the facts of a version's model artifact, its own properties last."""
    if weights is None:
        yield "model artifact", Cell("none is registered", "warn")
        return
    yield "uri", weights.uri
    named = " ".join(part for part in (weights.model_format, weights.model_format_version) if part)
    if named:
        yield "format", named
    yield from _file_facts(weights)
    for name in ("storage_key", "storage_path", "service_account_name", "state"):
        if getattr(weights, name) is not None:
            yield name.replace("_", " "), getattr(weights, name)
    for key, value in sorted(weights.properties.items()):
        if key not in _OF_FILES and key not in weights.labels:
            yield key, value


def _file_facts(weights: ModelArtifact) -> Iterator[tuple[str, object]]:
    properties = weights.properties
    if "digest" in properties:
        yield "digest", properties["digest"]
    if "file_count" in properties:
        yield "files", properties["file_count"]
    size = properties.get("size_bytes")
    if size is not None:
        yield "size", Cell(size_text(size), full=size) if isinstance(size, int | float) else size
    if "signature" in properties:
        yield "signature", properties["signature"]
    elif "digest" in properties:
        # A signature lies beside the files; the registry does not know of it.
        yield "signature", Cell("in the store, if any: `modelreg verify` checks it", "dim")


def size_text(size: float) -> str:
    """Return a number of bytes for people, such as "12.3 MiB"."""
    for unit in _UNITS[:-1]:
        if abs(size) < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.3g} {unit}"
        size /= 1024
    return f"{size:.4g} {_UNITS[-1]}"
