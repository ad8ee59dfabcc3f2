"""The comparison of two contracts by what is on the wire."""

from __future__ import annotations

from scripts.contract_steps import operation_changes
from scripts.contract_steps.changes import Change, Changes
from scripts.contract_steps.document import API, Document, version_of


def compare(old: Document, new: Document) -> list[Change]:
    """Return what changed on the wire between two documents, those changes that break somebody first.

    Args:
        old: The contract so far, as it is published or as it is kept.
        new: The contract to compare it with.
    """
    changes = Changes()
    operation_changes.compare(_without_prefix(old), _without_prefix(new), changes)
    return changes.all()


def _without_prefix(document: Document) -> Document:
    """Return a document with paths as the contract keeps them: after the version's prefix."""
    prefix = API + version_of(document)
    if all(path.startswith(f"{prefix}/") for path in document["paths"]):
        paths = {path.removeprefix(prefix): item for path, item in document["paths"].items()}
        return {**document, "paths": paths}
    return document
