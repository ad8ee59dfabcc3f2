"""`registry.inference_services`: inference services, whose names are unique in their environment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, Unpack

from modelreg._async.group import AsyncGroup
from modelreg._async.pager import AsyncPager
from modelreg._core.endpoints import served
from modelreg._core.references import Reference, parent_reference, record_id, required
from modelreg._core.resources import ENVIRONMENTS, MODELS, SERVICES, VERSIONS
from modelreg._filters.options import ListOptions
from modelreg._types import InferenceService, ModelVersion, Plan, RegisteredModel, ServingEnvironment
from modelreg._types.parameters import ServiceFields
from modelreg._types.records import public
from modelreg._types.signatures import expand_keywords

Environment: TypeAlias = ServingEnvironment | str | None
Service: TypeAlias = InferenceService | str | None
Version: TypeAlias = ModelVersion | str | Sequence[str] | None


@public
class AsyncInferenceServices(AsyncGroup[InferenceService]):
    """Inference services, whose names are unique in their environment."""

    _resource = SERVICES

    async def get(
        self,
        id: str | None = None,
        *,
        name: str | None = None,
        environment: Environment = None,
        environment_id: str | None = None,
    ) -> InferenceService:
        """Return the service with this id, or of exactly this name in its environment.

        Args:
            id: The service's id.
            name: The service's name, instead.
            environment: With a name, the environment's record or name.
            environment_id: With a name, the environment's id, instead.

        Raises:
            NotFound: There is none.
        """
        return await self._get(id, name, _environment(environment, environment_id))

    async def find(
        self,
        name: str | None = None,
        *,
        environment: Environment = None,
        environment_id: str | None = None,
        external_id: str | None = None,
    ) -> InferenceService | None:
        """Return the service of exactly this name in its environment, or with this external id, or None.

        Args:
            name: The service's name.
            environment: With a name, the environment's record or name.
            environment_id: With a name, the environment's id, instead.
            external_id: The caller's own id; with a name both have to fit.

        Raises:
            InvalidInput: Neither is given, or a name without its environment.
        """
        parent = _environment(environment, environment_id)
        reference = None if name is None else self._subject(None, name, parent)
        return await self._find(reference, external_id)

    @expand_keywords
    def list(
        self,
        environment: Environment = None,
        *,
        environment_id: str | None = None,
        **options: Unpack[ListOptions],
    ) -> AsyncPager[InferenceService]:
        """Return a lazy list of the services of one environment, or of all.

        Args:
            environment: The environment's record or name; without it the services of all environments.
            environment_id: The environment's id, instead.
            **options: What selects and orders the list.

        Raises:
            InvalidInput: An option that is invalid; errors of the registry are raised while iterating.
        """
        return self._list(_environment(environment, environment_id), options)

    @expand_keywords
    async def upsert(
        self,
        name: str,
        *,
        environment: Environment = None,
        environment_id: str | None = None,
        model: RegisteredModel | str | None = None,
        model_id: str | None = None,
        version: Version = None,
        version_id: str | None = None,
        **fields: Unpack[ServiceFields],
    ) -> InferenceService:
        """Create the service in its environment, or update it where it differs; what is not given stays as it is.

        Args:
            name: The service's name, unique in its environment.
            environment: The environment's record or name; it or `environment_id` is needed.
            environment_id: The environment's id, instead.
            model: The model's record or name; it, `model_id` or a version is needed.
            model_id: The model's id, instead.
            version: The version that is served: its record, its reference or the pair (model, version); without one
                the newest is served.
            version_id: The version's id, instead.
            **fields: What to set.

        Raises:
            NotFound: The environment, model or version is not there.
            InvalidInput: The service is there and serves another model, which cannot be changed.
            Conflict: The registry's database holds another name equal to this one, or the external id is taken.
        """
        desired = self._desired("upsert", name, fields)
        parent = required(_environment(environment, environment_id), "environment")
        return await self._upsert(desired, parent, await self._served(model, model_id, version, version_id))

    @expand_keywords
    async def plan_upsert(
        self,
        name: str,
        *,
        environment: Environment = None,
        environment_id: str | None = None,
        model: RegisteredModel | str | None = None,
        model_id: str | None = None,
        version: Version = None,
        version_id: str | None = None,
        **fields: Unpack[ServiceFields],
    ) -> Plan:
        """Return what `upsert` would write; nothing is written.

        Args:
            name: The service's name.
            environment: The environment's record or name; it or `environment_id` is needed.
            environment_id: The environment's id, instead.
            model: The model's record or name; it, `model_id` or a version is needed.
            model_id: The model's id, instead.
            version: The version that is served.
            version_id: The version's id, instead.
            **fields: What to set.

        Raises:
            NotFound: The environment, model or version is not there.
        """
        desired = self._desired("plan_upsert", name, fields)
        parent = required(_environment(environment, environment_id), "environment")
        return await self._plan_upsert(desired, parent, await self._served(model, model_id, version, version_id))

    @expand_keywords
    async def update(
        self,
        service: Service = None,
        *,
        name: str | None = None,
        environment: Environment = None,
        environment_id: str | None = None,
        version: Version = None,
        version_id: str | None = None,
        **fields: Unpack[ServiceFields],
    ) -> InferenceService:
        """Update a service that is there; what is not given stays as it is.

        Args:
            service: The service's record or id.
            name: The service's name, instead.
            environment: With a name, the environment's record or name.
            environment_id: With a name, the environment's id, instead.
            version: The version to serve.
            version_id: The version's id, instead.
            **fields: What to set.

        Raises:
            NotFound: There is no such service, or no such version.
            InvalidInput: A value that a registry would refuse or lose; nothing was sent.
        """
        reference = self._subject(service, name, _environment(environment, environment_id))
        served_version = {"modelVersionId": parent_reference(VERSIONS, "version", version, version_id)}
        return await self._update(reference, fields, served_version)

    @expand_keywords
    async def plan_update(
        self,
        service: Service = None,
        *,
        name: str | None = None,
        environment: Environment = None,
        environment_id: str | None = None,
        version: Version = None,
        version_id: str | None = None,
        **fields: Unpack[ServiceFields],
    ) -> Plan:
        """Return what `update` would write; nothing is written.

        Args:
            service: The service's record or id.
            name: The service's name, instead.
            environment: With a name, the environment's record or name.
            environment_id: With a name, the environment's id, instead.
            version: The version to serve.
            version_id: The version's id, instead.
            **fields: What to set.

        Raises:
            NotFound: There is no such service, or no such version.
        """
        reference = self._subject(service, name, _environment(environment, environment_id))
        served_version = {"modelVersionId": parent_reference(VERSIONS, "version", version, version_id)}
        return await self._plan_update(reference, fields, served_version)

    async def deploy(
        self,
        service: Service = None,
        *,
        name: str | None = None,
        environment: Environment = None,
        environment_id: str | None = None,
    ) -> InferenceService:
        """Ask for a service to be deployed.

        Args:
            service: The service's record or id.
            name: The service's name, instead.
            environment: With a name, the environment's record or name.
            environment_id: With a name, the environment's id, instead.

        Raises:
            NotFound: There is no such service.
        """
        reference = self._subject(service, name, _environment(environment, environment_id))
        return await self._update(reference, {"desired_state": "DEPLOYED"})

    async def undeploy(
        self,
        service: Service = None,
        *,
        name: str | None = None,
        environment: Environment = None,
        environment_id: str | None = None,
    ) -> InferenceService:
        """Ask for a service to be undeployed.

        Args:
            service: The service's record or id.
            name: The service's name, instead.
            environment: With a name, the environment's record or name.
            environment_id: With a name, the environment's id, instead.

        Raises:
            NotFound: There is no such service.
        """
        reference = self._subject(service, name, _environment(environment, environment_id))
        return await self._update(reference, {"desired_state": "UNDEPLOYED"})

    async def get_model(self, service: InferenceService | str) -> RegisteredModel:
        """Return the model that a service serves.

        Args:
            service: The service's record or id.

        Raises:
            NotFound: There is no such service.
        """
        request, _ = served(record_id(service, SERVICES))
        return await self._engine.send(RegisteredModel, request)

    async def get_version(self, service: InferenceService | str) -> ModelVersion:
        """Return the version that a service serves: its own, else the newest of its model.

        Args:
            service: The service's record or id.

        Raises:
            NotFound: There is no such service, or its model has no version.
        """
        _, request = served(record_id(service, SERVICES))
        return await self._engine.send(ModelVersion, request)

    async def _served(
        self,
        model: RegisteredModel | str | None,
        model_id: str | None,
        version: Version,
        version_id: str | None,
    ) -> dict[str, Reference | None]:
        """Return what a service serves: its model, which the version names where none is given, and the version."""
        served_version = parent_reference(VERSIONS, "version", version, version_id)
        served_model = parent_reference(MODELS, "model", model, model_id)
        if served_model is None and served_version is not None:
            record = served_version.record
            if isinstance(record, ModelVersion) and record.model_id:
                served_model = Reference(MODELS, id=record.model_id)
            elif served_version.parent is not None:
                served_model = served_version.parent
            else:
                found = await self._engine.get(VERSIONS, served_version.id or "")
                served_model = Reference(MODELS, id=found.model_id)
        return {"registeredModelId": required(served_model, "model"), "modelVersionId": served_version}


def _environment(environment: Environment, environment_id: str | None) -> Reference | None:
    return parent_reference(ENVIRONMENTS, "environment", environment, environment_id)
