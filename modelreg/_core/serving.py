"""Which inference services serve a version: those that name it, and those that name none and so take the newest."""

from __future__ import annotations

from collections.abc import Iterable

from modelreg._types import InferenceService, ModelVersion


def served_by(
    version: ModelVersion, services: Iterable[InferenceService], newest_id: str | None
) -> tuple[InferenceService, ...]:
    """Return the services that serve a version.

    A service that names no version serves the newest version of its model, archived or not, as KServe loads it.

    Args:
        version: The version.
        services: Services of any model.
        newest_id: The id of the newest version of the version's model; None where there is none.
    """
    return tuple(
        service
        for service in services
        if service.version_id == version.id
        or (service.version_id is None and service.model_id == version.model_id and version.id == newest_id)
    )
