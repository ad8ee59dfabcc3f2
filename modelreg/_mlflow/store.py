"""MLflow's model registry store over `modelreg.ModelRegistry`."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from mlflow.entities.model_registry import ModelVersion, ModelVersionTag, RegisteredModel, RegisteredModelTag
from mlflow.entities.model_registry.model_version_stages import (
    ALL_STAGES,
    DEFAULT_STAGES_FOR_GET_LATEST_VERSIONS,
    STAGE_ARCHIVED,
    STAGE_NONE,
    get_canonical_stage,
)
from mlflow.exceptions import MlflowException
from mlflow.prompt.registry_utils import handle_resource_already_exist_error, has_prompt_tag
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.model_registry.abstract_store import AbstractStore
from mlflow.utils.validation import (
    _validate_model_alias_name,
    _validate_model_name,
    _validate_model_renaming,
    _validate_model_version_tag,
    _validate_registered_model_tag,
    _validate_tag_name,
)

import modelreg
from modelreg._core.names import check_child_name
from modelreg._mlflow import fields, search
from modelreg._mlflow.creating import ModelExistsError
from modelreg._mlflow.entities import Origin, latest_by_stage, model_entity, stage_of, version_entity
from modelreg._mlflow.failures import with_mlflow_errors
from modelreg._mlflow.records import LiveRecords
from modelreg._mlflow.refusing import PROMPTS, RENAME, refuse, without_prompts
from modelreg._mlflow.searching import search_models, search_versions
from modelreg._mlflow.sources import resolved
from modelreg._types.credentials import credential_in_uri

SCHEME = "modelreg+"


def registry_address(store_uri: str) -> str:
    """Return the registry's address in a store's URI.

    Args:
        store_uri: Such as `modelreg+https://registry.example.com`.

    Raises:
        MlflowException: It is no such URI.
    """
    if not store_uri.lower().startswith(SCHEME):
        raise search.invalid(f"{store_uri!r} is no address of this store; write modelreg+https://host, or the like")
    return store_uri[len(SCHEME) :]


@with_mlflow_errors
@without_prompts
class ModelRegistryStore(AbstractStore):  # type: ignore[misc]  # MLflow is read without its types
    """A Kubeflow Model Registry, or an embedded one, as MLflow's model registry.

    Token, certificates, timeouts and retries come from the settings of modelreg (`MODEL_REGISTRY_TOKEN` and so on).

    Args:
        store_uri: `modelreg+` and the registry's address.
        tracking_uri: Where MLflow's tracking is; it knows the logged models that versions are registered from.
    """

    def __init__(self, store_uri: str, tracking_uri: str | None = None) -> None:
        super().__init__(store_uri, tracking_uri)
        self._address = registry_address(store_uri)
        self._tracking_uri = tracking_uri
        self._opened: LiveRecords | None = None
        self._opening = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        """Leave the connection behind; another process opens its own."""
        state: dict[str, Any] = super().__getstate__()
        del state["_opening"]
        return {**state, "_opened": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the state over."""
        super().__setstate__(state)
        self._opening = threading.Lock()

    @property
    def _live(self) -> LiveRecords:
        """The registry, opened when first asked for."""
        with self._opening:
            if self._opened is None:
                self._opened = LiveRecords(modelreg.ModelRegistry(self._address))
            return self._opened

    def close(self) -> None:
        """Close the connection to the registry; the next call opens another. MLflow itself closes no store."""
        with self._opening:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.registry.close()

    # Registered models

    def create_registered_model(
        self,
        name: str,
        tags: Sequence[RegisteredModelTag] | None = None,
        description: str | None = None,
        deployment_job_id: str | None = None,
    ) -> RegisteredModel:
        """Create a model; an archived one of that name is restored empty."""
        _validate_model_name(name)
        for tag in tags or ():
            _validate_registered_model_tag(tag.key, tag.value)
            _check_model_tag(tag.key)
        if has_prompt_tag(tags):
            refuse("create_registered_model", PROMPTS)
        properties = {tag.key: tag.value or "" for tag in tags or ()}
        try:
            model = self._live.create_model(name, properties=properties, description=description)
        except ModelExistsError as error:
            handle_resource_already_exist_error(name, has_prompt_tag(dict(error.model.properties)), False)
            raise
        return model_entity(model, ())

    def update_registered_model(
        self, name: str, description: str | None, deployment_job_id: str | None = None
    ) -> RegisteredModel:
        """Change a model's description."""
        model = self._live.registry.models.update(self._live.model(name), description=description or "")
        return model_entity(model, self._latest(model))

    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        """Refuse: names are fixed."""
        _validate_model_renaming(new_name)
        refuse("rename_registered_model", RENAME)

    def delete_registered_model(self, name: str) -> None:
        """Archive a model."""
        self._live.registry.models.archive(self._live.model(name))

    def search_registered_models(
        self,
        filter_string: str | None = None,
        max_results: int | None = None,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[RegisteredModel]:
        """Return a page of the models that a filter selects."""
        return search_models(self._live, filter_string, max_results, order_by, page_token)

    def get_registered_model(self, name: str) -> RegisteredModel:
        """Return a model."""
        model = self._live.model(name)
        return model_entity(model, self._latest(model))

    def get_latest_versions(self, name: str, stages: Sequence[str] | None = None) -> list[ModelVersion]:
        """Return the version with the highest number in each stage."""
        model = self._live.model(name)
        wanted = {self._stage(model, stage) for stage in stages or ALL_STAGES}
        return [version for version in self._latest(model) if version.current_stage in wanted]

    def set_registered_model_tag(self, name: str, tag: RegisteredModelTag) -> None:
        """Set a tag of a model."""
        _validate_model_name(name)
        _validate_registered_model_tag(tag.key, tag.value)
        _check_model_tag(tag.key)
        model = self._live.model(name)
        value = fields.property_value(tag.value or "", model.properties.get(tag.key))
        self._live.registry.models.update(model, properties={tag.key: value})

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        """Remove a tag of a model; one that is not there is no error."""
        _validate_model_name(name)
        _validate_tag_name(key)
        _check_model_tag(key)
        self._live.registry.models.update(self._live.model(name), remove_properties=[key])

    # Model versions

    def create_model_version(
        self,
        name: str,
        source: str,
        run_id: str | None = None,
        tags: Sequence[ModelVersionTag] | None = None,
        run_link: str | None = None,
        description: str | None = None,
        local_model_path: str | None = None,
        model_id: str | None = None,
    ) -> ModelVersion:
        """Create the version with the next number, and its model artifact."""
        _validate_model_name(name)
        for tag in tags or ():
            _validate_model_version_tag(tag.key, tag.value)
            _check_version_tag(tag.key)
        if has_prompt_tag(tags):
            refuse("create_model_version", PROMPTS)
        found = resolved(self._live, self._tracking_uri, source, run_id=run_id, model_id=model_id)
        _check_source(found.location)
        # Its artifact is named like the model, under the version.
        check_child_name(name, None, "name")
        model = self._live.model(name)
        # A stage is not copied with a version.
        given = {tag.key: tag.value for tag in tags or () if tag.key != fields.STAGE}
        properties = given | fields.version_properties(found.source, found.run_id, run_link, model_id)
        version = self._live.numbering.create(model, {"description": description, "properties": properties})
        self._live.add_artifact(model, version, found)
        return version_entity(version, model, Origin(found.source, found.run_id))

    def update_model_version(self, name: str, version: int | str, description: str | None = None) -> ModelVersion:
        """Change a version's description."""
        model, found = self._live.version(name, version)
        changed = self._live.registry.versions.update(found, description=description or "")
        return self._entity(model, changed)

    def transition_model_version_stage(
        self, name: str, version: int | str, stage: str, archive_existing_versions: bool
    ) -> ModelVersion:
        """Set a version's stage, which is a tag."""
        canonical = get_canonical_stage(stage)
        if archive_existing_versions and canonical not in DEFAULT_STAGES_FOR_GET_LATEST_VERSIONS:
            raise MlflowException(
                "Model version transition cannot archive existing model versions because "
                f"{stage!r} is not an Active stage. Valid stages are {DEFAULT_STAGES_FOR_GET_LATEST_VERSIONS}"
            )
        model, found = self._live.version(name, version)
        if archive_existing_versions:
            for other in self._live.versions(model):
                if other.id != found.id and stage_of(other) == canonical:
                    self._set_stage(other, STAGE_ARCHIVED)
        return self._entity(model, self._set_stage(found, canonical))

    def delete_model_version(self, name: str, version: int | str) -> None:
        """Archive a version, after its aliases are gone."""
        _, found = self._live.version(name, version)
        self._live.registry.versions.archive(found, force=True)

    def get_model_version(self, name: str, version: int | str) -> ModelVersion:
        """Return a version."""
        return self._entity(*self._live.version(name, version))

    def get_model_version_download_uri(self, name: str, version: int | str) -> str | None:
        """Return the URI of a version's files: its model artifact's."""
        _, found = self._live.version(name, version)
        return self._live.location(found)

    def search_model_versions(
        self,
        filter_string: str | None = None,
        max_results: int | None = None,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[ModelVersion]:
        """Return a page of the versions that a filter selects."""
        return search_versions(self._live, filter_string, max_results, order_by, page_token)

    def set_model_version_tag(self, name: str, version: int | str, tag: ModelVersionTag) -> None:
        """Set a tag of a version."""
        _validate_model_name(name)
        _validate_model_version_tag(tag.key, tag.value)
        _check_version_tag(tag.key)
        _, found = self._live.version(name, version)
        value = fields.property_value(tag.value, found.properties.get(tag.key))
        self._live.registry.versions.update(found, properties={tag.key: value})

    def delete_model_version_tag(self, name: str, version: int | str, key: str) -> None:
        """Remove a tag of a version; one that is not there is no error."""
        _validate_model_name(name)
        _validate_tag_name(key)
        _check_version_tag(key)
        _, found = self._live.version(name, version)
        self._live.registry.versions.update(found, remove_properties=[key])

    # Aliases

    def set_registered_model_alias(self, name: str, alias: str, version: int | str) -> None:
        """Point an alias at a version."""
        _validate_model_name(name)
        _validate_model_alias_name(alias)
        model, found = self._live.version(name, version)
        self._live.registry.models.set_alias(model, alias, version=found.name)

    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        """Remove an alias; one that is not there is no error."""
        _validate_model_name(name)
        _validate_model_alias_name(alias)
        self._live.registry.models.delete_alias(self._live.model(name), alias)

    def get_model_version_by_alias(self, name: str, alias: str) -> ModelVersion:
        """Return the version that an alias points at; where no alias has the name, the version of that name."""
        model = self._live.model(name)
        if not alias:
            _validate_model_alias_name(alias)
        found = self._live.by_alias(model, alias)
        if found is not None:
            return self._entity(model, found)
        if alias.lower() == fields.LATEST:
            raise MlflowException(f"Latest version not found for model {name}.", RESOURCE_DOES_NOT_EXIST)
        raise search.invalid(f"Registered model alias {alias} not found.")

    def _await_model_version_creation(self, mv: ModelVersion, await_creation_for: int | None) -> None:
        """Return at once: a version is ready when it is there."""

    def _entity(self, model: modelreg.RegisteredModel, version: modelreg.ModelVersion) -> ModelVersion:
        return version_entity(version, model, self._live.origin(version))

    def _entities(
        self, model: modelreg.RegisteredModel, versions: Sequence[modelreg.ModelVersion]
    ) -> list[ModelVersion]:
        return [self._entity(model, version) for version in versions]

    def _latest(self, model: modelreg.RegisteredModel) -> list[ModelVersion]:
        return self._entities(model, list(latest_by_stage(self._live.versions(model)).values()))

    def _set_stage(self, version: modelreg.ModelVersion, stage: str) -> modelreg.ModelVersion:
        if stage == STAGE_NONE:
            return self._live.registry.versions.update(version, remove_properties=[fields.STAGE])
        return self._live.registry.versions.update(version, properties={fields.STAGE: stage})

    def _stage(self, model: modelreg.RegisteredModel, stage: str) -> str:
        """Return a stage's name as MLflow writes it.

        Raises:
            MlflowException: It is none; where it is a version's name, the error says how to write that.
        """
        try:
            return str(get_canonical_stage(stage))
        except MlflowException as error:
            if self._live.named(model, stage) is None:
                raise
            raise search.invalid(
                f"{error.message} MLflow reads models:/{model.name}/{stage} as a stage; for the version of that name "
                f"write models:/{model.name}@{stage}"
            ) from error


def _check_model_tag(key: str) -> None:
    if not fields.is_model_tag(key):
        raise search.invalid(
            f"The key {key!r} cannot be a tag: the registry keeps a model's aliases and their history under such keys. "
            "Use set_registered_model_alias, or another key."
        )


def _check_source(location: str) -> None:
    held = credential_in_uri(location or "")
    if held is not None:
        raise search.invalid(
            f"source holds {held}, which everybody who reads the registry would see. Take it out and give credentials "
            "by the environment."
        )


def _check_version_tag(key: str) -> None:
    if not fields.is_version_tag(key):
        raise search.invalid(f"The key {key!r} cannot be a tag: a field of the version is kept there. Use another key.")
