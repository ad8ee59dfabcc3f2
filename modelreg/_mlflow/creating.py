"""Creation of models and versions that must not be there yet, and MLflow's numbering of versions."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, cast

import attrs

import modelreg
from modelreg._core.change import decide
from modelreg._core.desired import desired_record
from modelreg._core.resources import MODELS, VERSIONS
from modelreg._mlflow.fields import is_number
from modelreg._sync.engine import CreatedElsewhereError
from modelreg.errors import Conflict

# How often a number that another writer took is followed by the next one.
_ATTEMPTS = 200
# The newest versions are read first, and mostly the first few tell all.
_PAGE = 20


class ModelExistsError(Exception):
    """A model of that name is there.

    Attributes:
        model: It.
    """

    def __init__(self, model: modelreg.RegisteredModel) -> None:
        super().__init__(model.name)
        self.model = model


def create_model(registry: modelreg.ModelRegistry, name: str, **given: Any) -> modelreg.RegisteredModel:
    """Create a model.

    Args:
        registry: Where.
        name: Its name.
        **given: What `registry.models.upsert` takes.

    Raises:
        ModelExistsError: A model of that name is there, LIVE or ARCHIVED.
    """
    engine = registry._engine
    try:
        record, _ = engine.apply(decide(None, desired_record(MODELS, name, given)), since=engine.recent.count)
    except CreatedElsewhereError as error:
        raise ModelExistsError(cast("modelreg.RegisteredModel", error.existing)) from error
    return cast("modelreg.RegisteredModel", record)


@attrs.frozen
class _Highest:
    """The highest number among a model's versions, as far as the version with `id`."""

    id: str
    name: str
    number: int


class Numbering:
    """MLflow's numbering: the highest name of digits, archived ones included, plus one.

    Versions are never renamed nor removed, so that only those that are newer than the newest known one are read.

    Args:
        registry: Where the versions are.
    """

    def __init__(self, registry: modelreg.ModelRegistry) -> None:
        self._registry = registry
        self._highest: dict[str, _Highest] = {}
        self._lock = threading.Lock()

    def create(self, model: modelreg.RegisteredModel, given: Mapping[str, Any]) -> modelreg.ModelVersion:
        """Create the version with the next number, however many others do the same.

        Args:
            model: The version's model.
            given: What `registry.versions.upsert` takes.

        Raises:
            Conflict: Others took every number that was tried.
        """
        engine = self._registry._engine
        for _ in range(_ATTEMPTS):
            name = str(self.highest(model) + 1)
            desired = desired_record(VERSIONS, name, given)
            fixed = {**desired.fixed, str(VERSIONS.parent_field): model.id}
            placed = attrs.evolve(desired, parent_id=model.id, fixed=fixed)
            try:
                record, _ = engine.apply(decide(None, placed), since=engine.recent.count)
            except CreatedElsewhereError:
                continue
            return cast("modelreg.ModelVersion", record)
        raise Conflict(
            f"{_ATTEMPTS} numbers in a row of model {model.name!r} were taken by other writers",
            reason="changed_concurrently",
            details={"resource": "version", "name": model.name},
            hint="Try again.",
        )

    def highest(self, model: modelreg.RegisteredModel) -> int:
        """Return the highest number among a model's versions; 0 where there is none.

        Args:
            model: The model.
        """
        known = self._highest.get(model.id)
        newest: modelreg.ModelVersion | None = None
        number = 0
        for version in self._registry.versions.list(model=model, descending=True, page_size=_PAGE):
            newest = newest or version
            if known is not None and (version.id, version.name) == (known.id, known.name):
                number = max(number, known.number)
                break
            if is_number(version.name):
                number = max(number, int(version.name))
        if newest is not None:
            with self._lock:
                self._highest[model.id] = _Highest(newest.id, newest.name, number)
        return number
