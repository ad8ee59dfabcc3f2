"""Names of records of which only the id is known; each is read once."""

from __future__ import annotations

from modelreg._sync.registry import ModelRegistry
from modelreg._types import ModelVersion, RegisteredModel
from modelreg.errors import NotFound


class Names:
    """The names of models, versions, environments and experiments of one registry, by id."""

    def __init__(self, registry: ModelRegistry) -> None:
        self._registry = registry
        self._models: dict[str, str] = {}
        self._versions: dict[str, str] = {}
        self._environments: dict[str, str] = {}
        self._experiments: dict[str, str] = {}

    def learn(self, model: RegisteredModel) -> None:
        """Remember the name of a model."""
        self._models[model.id] = model.name

    def model(self, id: str | None) -> str | None:
        """Return a model's name; its id in brackets when it is not there."""
        if id is not None and id not in self._models:
            try:
                self._models[id] = self._registry.models.get(id).name
            except NotFound:
                self._models[id] = f"({id})"
        return None if id is None else self._models[id]

    def version(self, id: str | None) -> str | None:
        """Return the name of a version."""
        if id is not None and id not in self._versions:
            try:
                self._versions[id] = self._registry.versions.get(id).name
            except NotFound:
                self._versions[id] = f"({id})"
        return None if id is None else self._versions[id]

    def of(self, kind: str, id: str | None) -> str | None:
        """Return the name of a record of some kind.

        Args:
            kind: "model", "version", "environment" or "experiment"; of another kind the id is returned.
            id: The record's id.
        """
        match kind:
            case "model":
                return self.model(id)
            case "version":
                return self.version(id)
            case "environment":
                return self.environment(id)
            case "experiment":
                return self.experiment(id)
            case _:
                return id

    def reference(self, version: ModelVersion) -> str:
        """Return a version's reference, such as `fraud@1.4.0`."""
        return f"{self.model(version.model_id)}@{version.name}"

    def environment(self, id: str | None) -> str | None:
        """Return the name of a serving environment."""
        if id is not None and not self._environments:
            self._environments = {found.id: found.name for found in self._registry.serving_environments.list()}
        return None if id is None else self._environments.get(id, f"({id})")

    def experiment(self, id: str | None) -> str | None:
        """Return the name of an experiment."""
        if id is not None and not self._experiments:
            self._experiments = {found.id: found.name for found in self._registry.experiments.list()}
        return None if id is None else self._experiments.get(id, f"({id})")
