"""Names of records of which only the id is known; each is read once."""

from __future__ import annotations

from modelreg._core.resources import ENVIRONMENTS, EXPERIMENTS, MODELS, Resource
from modelreg._sync.registry import ModelRegistry
from modelreg._types import ModelVersion, RegisteredModel
from modelreg.errors import NotFound


class Names:
    """The names of models, versions, environments and experiments of one registry, by id."""

    def __init__(self, registry: ModelRegistry) -> None:
        self._registry = registry
        self._known: dict[str, dict[str, str]] = {}

    def learn(self, model: RegisteredModel) -> None:
        """Remember the name of a model."""
        self._known.setdefault(MODELS.kind, {})[model.id] = model.name

    def of(self, resource: Resource, id: str | None) -> str | None:
        """Return the name of a record; its id in brackets when it is not there."""
        if id is None:
            return None
        known = self._known.setdefault(resource.kind, {})
        group = getattr(self._registry, resource.group)
        if resource in (ENVIRONMENTS, EXPERIMENTS):
            # There are few: one list names them all.
            if not known:
                known.update({found.id: found.name for found in group.list()})
        elif id not in known:
            try:
                known[id] = group.get(id).name
            except NotFound:
                known[id] = f"({id})"
        return known.get(id, f"({id})")

    def model(self, id: str | None) -> str | None:
        """Return the name of a model."""
        return self.of(MODELS, id)

    def environment(self, id: str | None) -> str | None:
        """Return the name of a serving environment."""
        return self.of(ENVIRONMENTS, id)

    def reference(self, version: ModelVersion) -> str:
        """Return a version's reference, such as `fraud@1.4.0`."""
        return f"{self.model(version.model_id)}@{version.name}"
