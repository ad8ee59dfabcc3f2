"""Decides what a model artifact of a pipeline remembers of its registrations: a list, in KEP-12020's form."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from modelreg.errors import public_url
from modelreg.types import Registration

KEY = "registered_models"
# An older text of the proposal has one object under this name.
OLD_KEY = "registered_model"


def registered_models(metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read the registrations that an artifact's metadata holds, in the present form or the older one."""
    said = metadata.get(KEY)
    if isinstance(said, Mapping):
        said = [said]
    listed = [dict(item) for item in said if isinstance(item, Mapping)] if isinstance(said, (list, tuple)) else []
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
