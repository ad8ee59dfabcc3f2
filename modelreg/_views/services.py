"""Where versions are served, read once for a screen."""

from __future__ import annotations

from collections.abc import Sequence

from modelreg._core.serving import served_by
from modelreg._sync.registry import ModelRegistry
from modelreg._types import InferenceService, ModelVersion


def services_of(registry: ModelRegistry, version: ModelVersion) -> tuple[InferenceService, ...]:
    """Return the inference services that serve a version, also those that serve it as the newest."""
    services = [each for each in registry.inference_services.list() if each.model_id in (version.model_id, None)]
    return served_by(version, services, newest_id(registry, version.model_id, services))


def newest_id(registry: ModelRegistry, model_id: str | None, services: Sequence[InferenceService]) -> str | None:
    """Return the id of a model's newest version, read if a service serves the newest; else None."""
    if model_id is None or all(each.version_id is not None or each.model_id != model_id for each in services):
        return None
    newest = registry.versions.list(model_id=model_id, order_by="ID", descending=True).first()
    return None if newest is None else newest.id
