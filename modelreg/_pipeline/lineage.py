"""Registrations in the metadata of a pipeline's model artifact: a list, in the form of KEP-12020."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from modelreg._types import Registration
from modelreg.errors import public_url

KEY = "registered_models"
# An older text of the proposal has one object under this name.
OLD_KEY = "registered_model"


def registered_models(metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the registrations that an artifact's metadata holds, in the present form or the older one.

    Args:
        metadata: The metadata of a pipeline's artifact.
    """
    kept = metadata.get(KEY)
    if isinstance(kept, Mapping):
        kept = [kept]
    listed = [dict(item) for item in kept if isinstance(item, Mapping)] if isinstance(kept, (list, tuple)) else []
    old = metadata.get(OLD_KEY)
    if isinstance(old, Mapping) and dict(old) not in listed:
        listed.insert(0, dict(old))
    return listed


def remember(metadata: MutableMapping[str, Any], done: Registration, *, registry_url: str) -> None:
    """Add a registration to an artifact's metadata; one that stands there already is replaced."""
    entry = {
        "modelName": done.model.name,
        "versionName": done.version.name,
        "versionID": done.version.id,
        "modelID": done.model.id,
        "modelRegistryURL": public_url(registry_url),
    }
    identity = ("modelName", "versionName", "modelRegistryURL")
    others = [item for item in registered_models(metadata) if any(item.get(key) != entry[key] for key in identity)]
    metadata[KEY] = [*others, entry]
