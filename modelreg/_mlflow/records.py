"""The registry as MLflow's store needs it: LIVE models and versions, where versions come from, and their removal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST
from mlflow.utils.validation import _validate_model_name, _validate_model_version

import modelreg
from modelreg._concurrency import map_bounded
from modelreg._core.aliases import HISTORY, aliases_of
from modelreg._mlflow import fields
from modelreg._mlflow.creating import ModelExistsError, Numbering, create_model
from modelreg._mlflow.entities import Origin, artifact_origin, known_origin
from modelreg._types.records import STATE_ARCHIVED
from modelreg.errors import NotFound

# How many artifacts are read at once, for versions that were not registered by MLflow.
_AT_ONCE = 8


@attrs.frozen
class VersionSource:
    """Where the files of a version to be registered are.

    Attributes:
        source: The URI that MLflow registers.
        location: The URI that its files are loaded from.
        run_id: The id of the run that made it.
    """

    source: str
    location: str
    run_id: str | None


class LiveRecords:
    """Models and versions that are LIVE; to MLflow the archived ones do not exist.

    Args:
        registry: Where they are.
    """

    def __init__(self, registry: modelreg.ModelRegistry) -> None:
        self.registry = registry
        self.numbering = Numbering(registry)

    def model(self, name: str) -> modelreg.RegisteredModel:
        """Return the model of a name.

        Args:
            name: The name.

        Raises:
            MlflowException: The name is invalid, or there is no such model.
        """
        _validate_model_name(name)
        model = self.registry.models.find(name)
        if model is None or model.state == STATE_ARCHIVED:
            raise MlflowException(f"Registered Model with name={name} not found", RESOURCE_DOES_NOT_EXIST)
        return model

    def version(self, name: str, version: object) -> tuple[modelreg.RegisteredModel, modelreg.ModelVersion]:
        """Return a version and its model.

        Args:
            name: The model's name.
            version: The version's number, or its name where that is no number.

        Raises:
            MlflowException: A name is invalid, or there is no such version.
        """
        _validate_model_name(name)
        model = self.registry.models.find(name)
        if model is not None and model.state != STATE_ARCHIVED:
            found = self.named(model, version)
            if found is not None:
                return model, found
        _validate_model_version(version)
        raise MlflowException(f"Model Version (name={name}, version={version}) not found", RESOURCE_DOES_NOT_EXIST)

    def named(self, model: modelreg.RegisteredModel, version: object) -> modelreg.ModelVersion | None:
        """Return a model's version of a number or name; None when there is none.

        Args:
            model: The model.
            version: The number or name.
        """
        text = str(version)
        if not text:
            return None
        found = self.registry.versions.find(str(int(text)) if text.isdecimal() else text, model=model)
        return None if found is None or found.state == STATE_ARCHIVED else found

    def models(self, names: Iterable[str] | None = None) -> list[modelreg.RegisteredModel]:
        """Return the models.

        Args:
            names: Only those of these names; all of them unless given.
        """
        if names is None:
            found: Iterable[modelreg.RegisteredModel | None] = self.registry.models.list()
        else:
            found = [self.registry.models.find(name) for name in sorted(names) if name]
        return [model for model in found if model is not None and model.state != STATE_ARCHIVED]

    def versions(self, model: modelreg.RegisteredModel | None = None) -> list[modelreg.ModelVersion]:
        """Return the versions of a model.

        Args:
            model: The model; the versions of all models, archived ones too, without it.
        """
        try:
            return [version for version in self.registry.versions.list(model=model) if version.state != STATE_ARCHIVED]
        except NotFound:
            return []

    def versions_of(
        self, models: Sequence[modelreg.RegisteredModel]
    ) -> list[tuple[modelreg.RegisteredModel, list[modelreg.ModelVersion]]]:
        """Return each of some models with its versions.

        Args:
            models: The models.
        """
        return list(zip(models, map_bounded(self.versions, models, limit=_AT_ONCE), strict=True))

    def artifact(self, version: modelreg.ModelVersion) -> modelreg.ModelArtifact | None:
        """Return a version's newest model artifact; None when it has none.

        Args:
            version: The version.
        """
        return self.registry.artifacts.list(version=version, kind="model", descending=True, limit=1).first()

    def origin(self, version: modelreg.ModelVersion) -> Origin:
        """Return where a version comes from.

        Args:
            version: The version.
        """
        return known_origin(version) or artifact_origin(self.artifact(version))

    def origins(self, versions: Sequence[modelreg.ModelVersion]) -> dict[str, Origin]:
        """Return where versions come from, by their ids.

        Args:
            versions: The versions.
        """
        known = {version.id: origin for version in versions if (origin := known_origin(version)) is not None}
        others = [version for version in versions if version.id not in known]
        found = map_bounded(self.origin, others, limit=_AT_ONCE)
        return known | {version.id: origin for version, origin in zip(others, found, strict=True)}

    def location(self, version: modelreg.ModelVersion) -> str | None:
        """Return the URI that a version's files are loaded from.

        Args:
            version: The version.
        """
        artifact = self.artifact(version)
        return artifact.uri if artifact is not None and artifact.uri else self.origin(version).source

    def add_artifact(
        self, model: modelreg.RegisteredModel, version: modelreg.ModelVersion, found: VersionSource
    ) -> None:
        """Create the model artifact of a version that was just created.

        Args:
            model: Its model.
            version: The version.
            found: Where its files are.
        """
        if not found.location:
            return
        lineage = None
        if found.run_id:
            lineage = modelreg.Source(kind=fields.LINEAGE_KIND, class_=fields.LINEAGE_CLASS, id=found.run_id)
        self.registry.artifacts.upsert(
            model.name, version=version, uri=found.location, model_format=fields.MODEL_FORMAT, source=lineage
        )

    def by_alias(self, model: modelreg.RegisteredModel, alias: str) -> modelreg.ModelVersion | None:
        """Return the version that an alias points at, or else the version of that name; None when there is neither.

        Args:
            model: The model.
            alias: The alias; "latest" is the version with the highest number.
        """
        if alias.lower() != fields.LATEST:
            return self.named(model, aliases_of(model).get(alias, alias))
        numbered = [version for version in self.versions(model) if fields.is_number(version.name)]
        return max(numbered, key=lambda version: int(version.name), default=None)

    def create_model(self, name: str, **given: Any) -> modelreg.RegisteredModel:
        """Create a model; an archived one of that name is restored, with nothing of what it held.

        Args:
            name: The model's name.
            **given: What `registry.models.upsert` takes.

        Raises:
            ModelExistsError: There is a LIVE model of that name.
        """
        try:
            return create_model(self.registry, name, **given)
        except ModelExistsError as error:
            if error.model.state != STATE_ARCHIVED:
                raise
            return self._restore_empty(error.model, **given)

    def _restore_empty(
        self, model: modelreg.RegisteredModel, *, properties: Mapping[str, Any], description: str | None
    ) -> modelreg.RegisteredModel:
        """Archive what is below an archived model, then restore the model, last, with new properties alone."""
        history = {key for key in model.properties if key.startswith(HISTORY)}
        self.registry.models.update(model, remove_properties=model.properties.keys() - history)
        for version in self.versions(model):
            self.registry.versions.archive(version)
        return self.registry.models.update(model, state="LIVE", description=description or "", properties=properties)
