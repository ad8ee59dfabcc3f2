"""Decides what the serving groups take: environments, the inference services in them, and acts of serving."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from modelreg._async.group import AsyncGroup, Said
from modelreg._async.pager import AsyncPager, Query
from modelreg.convert.resources import (
    ENVIRONMENTS,
    MODELS,
    SERVES,
    SERVICES,
    Parent,
    environment_parent,
    model_parent,
    record_id,
    required,
    service_parent,
    version_parent,
)
from modelreg.errors import NotFound
from modelreg.filters import Filter
from modelreg.types import (
    InferenceService,
    ModelVersion,
    RegisteredModel,
    ServeModel,
    ServingEnvironment,
)


class AsyncServingEnvironments(AsyncGroup[ServingEnvironment]):
    """Serving environments, named in the whole registry."""

    _resource = ENVIRONMENTS

    async def find(self, name: str | None = None, *, external_id: str | None = None) -> ServingEnvironment | None:
        """Answer the environment of exactly this name, or with this external id, or None."""
        return await self._find(name, None, external_id)

    def list(
        self,
        *,
        where: Filter | str | None = None,
        order_by: str | None = None,
        descending: bool = False,
        page_size: int | None = None,
        limit: int | None = None,
    ) -> AsyncPager[ServingEnvironment]:
        """List environments lazily; the arguments are those of `models.list`."""
        query = Query(where, order_by=order_by, descending=descending, page_size=page_size, limit=limit)
        return AsyncPager(self._call, ENVIRONMENTS, None, query)

    async def upsert(
        self,
        name: str,
        *,
        description: str | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
        replace_properties: bool = False,
        remove_properties: Collection[str] = (),
    ) -> ServingEnvironment:
        """Create the environment of this name, or change it by what is said; what is not said stays."""
        said = Said(
            fields={"description": description, "external_id": external_id},
            properties=properties,
            replace_properties=replace_properties,
            remove_properties=remove_properties,
        )
        return await self._upsert(name, said)

    async def update(
        self,
        environment: ServingEnvironment | str,
        *,
        description: str | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
        replace_properties: bool = False,
        remove_properties: Collection[str] = (),
    ) -> ServingEnvironment:
        """Change an environment, given as a record or an id, by what is said."""
        said = Said(
            fields={"description": description, "external_id": external_id},
            properties=properties,
            replace_properties=replace_properties,
            remove_properties=remove_properties,
        )
        return await self._update(environment, said)


class AsyncInferenceServices(AsyncGroup[InferenceService]):
    """Inference services, named under their environment."""

    _resource = SERVICES

    async def find(
        self,
        name: str | None = None,
        *,
        environment: ServingEnvironment | str | None = None,
        environment_id: str | None = None,
        external_id: str | None = None,
    ) -> InferenceService | None:
        """Answer the service of exactly this name in its environment, or with this external id, or None."""
        parent = environment_parent(environment, environment_id)
        if name is not None:
            parent = required(parent, "environment")
        return await self._find(name, parent, external_id)

    def list(
        self,
        *,
        environment: ServingEnvironment | str | None = None,
        environment_id: str | None = None,
        where: Filter | str | None = None,
        order_by: str | None = None,
        descending: bool = False,
        page_size: int | None = None,
        limit: int | None = None,
    ) -> AsyncPager[InferenceService]:
        """List the services of one environment, or of all, lazily; the arguments are those of `models.list`."""
        query = Query(where, order_by=order_by, descending=descending, page_size=page_size, limit=limit)
        return AsyncPager(self._call, SERVICES, environment_parent(environment, environment_id), query)

    async def upsert(
        self,
        name: str,
        *,
        environment: ServingEnvironment | str | None = None,
        environment_id: str | None = None,
        model: RegisteredModel | str | None = None,
        model_id: str | None = None,
        version: ModelVersion | str | Sequence[str] | None = None,
        version_id: str | None = None,
        runtime: str | None = None,
        desired_state: str | None = None,
        description: str | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
        replace_properties: bool = False,
        remove_properties: Collection[str] = (),
    ) -> InferenceService:
        """Create the service of this name in its environment, or change it by what is said.

        Args:
            environment: The environment's record or name; it or `environment_id` is needed.
            model: The model's record or name; it, `model_id` or a version is needed.
            version: The version's record, the pair of names or `model@version`; without one it serves the newest.
            desired_state: "DEPLOYED" or "UNDEPLOYED".

        Raises:
            NotFound: The environment, model or version is not there.
            InvalidInput: The service is there and serves another model, which no PATCH can change.
        """
        environments = required(environment_parent(environment, environment_id), "environment")
        served = version_parent(version, version_id)
        said = Said(
            fields={
                "runtime": runtime,
                "desired_state": desired_state,
                "description": description,
                "external_id": external_id,
            },
            properties=properties,
            replace_properties=replace_properties,
            remove_properties=remove_properties,
        )
        models = model_parent(model, model_id) or _model_of(version, served)
        return await self._upsert(
            name, said, parent=environments, parents={"registeredModelId": models}, references=_served(served)
        )

    async def update(
        self,
        service: InferenceService | str,
        *,
        version: ModelVersion | str | Sequence[str] | None = None,
        version_id: str | None = None,
        runtime: str | None = None,
        desired_state: str | None = None,
        description: str | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
        replace_properties: bool = False,
        remove_properties: Collection[str] = (),
    ) -> InferenceService:
        """Change a service, given as a record or an id, by what is said."""
        said = Said(
            fields={
                "runtime": runtime,
                "desired_state": desired_state,
                "description": description,
                "external_id": external_id,
            },
            properties=properties,
            replace_properties=replace_properties,
            remove_properties=remove_properties,
        )
        return await self._update(service, said, references=_served(version_parent(version, version_id)))

    async def deploy(self, service: InferenceService | str) -> InferenceService:
        """Ask for a service to be deployed."""
        return await self._set(service, "desired_state", "DEPLOYED")

    async def undeploy(self, service: InferenceService | str) -> InferenceService:
        """Ask for a service to be undeployed."""
        return await self._set(service, "desired_state", "UNDEPLOYED")

    async def model(self, service: InferenceService | str) -> RegisteredModel:
        """Answer the model that a service serves."""
        record: RegisteredModel = await self._call.record("get_inference_service_model", record_id(service, SERVICES))
        return record

    async def version(self, service: InferenceService | str) -> ModelVersion:
        """Answer the version that a service serves: its own, else the newest of its model."""
        record: ModelVersion = await self._call.record("get_inference_service_version", record_id(service, SERVICES))
        return record


class AsyncServeModels(AsyncGroup[ServeModel]):
    """Acts of serving, named under their service; the contract can neither find nor change one."""

    _resource = SERVES

    async def get(
        self, id: str, *, service: InferenceService | None = None, service_id: str | None = None
    ) -> ServeModel:
        """Answer the act of serving with this id; the contract lists them under their service only.

        Raises:
            NotFound: There is none under this service.
        """
        parent = required(service_parent(service, service_id), "service")
        async for record in AsyncPager[ServeModel](self._call, SERVES, parent, Query()):
            if record.id == str(id):
                return record
        raise NotFound(f"there is no serve model with id {id!r} under {parent}", resource=str(id))

    async def find(
        self, name: str, *, service: InferenceService | None = None, service_id: str | None = None
    ) -> ServeModel | None:
        """Answer the act of exactly this name under its service, or None."""
        return await self._find(name, required(service_parent(service, service_id), "service"), None)

    def list(
        self,
        *,
        service: InferenceService | None = None,
        service_id: str | None = None,
        where: Filter | str | None = None,
        order_by: str | None = None,
        descending: bool = False,
        page_size: int | None = None,
        limit: int | None = None,
    ) -> AsyncPager[ServeModel]:
        """List the acts of serving of one service lazily; the arguments are those of `models.list`."""
        query = Query(where, order_by=order_by, descending=descending, page_size=page_size, limit=limit)
        return AsyncPager(self._call, SERVES, required(service_parent(service, service_id), "service"), query)

    async def upsert(
        self,
        name: str,
        *,
        service: InferenceService | None = None,
        service_id: str | None = None,
        version: ModelVersion | str | Sequence[str] | None = None,
        version_id: str | None = None,
        last_known_state: str | None = None,
        description: str | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
    ) -> ServeModel:
        """Record an act of serving once.

        Args:
            service: The service's record; it or `service_id` is needed.
            version: The version's record, the pair of names or `model@version`; it or `version_id` is needed.

        Raises:
            InvalidInput: One of this name is there and differs; the contract has no way to change it.
        """
        said = Said(
            fields={"last_known_state": last_known_state, "description": description, "external_id": external_id},
            properties=properties,
        )
        return await self._upsert(
            name,
            said,
            parent=required(service_parent(service, service_id), "service"),
            parents={"modelVersionId": required(version_parent(version, version_id), "version")},
        )


def _served(version: Parent | None) -> dict[str, Any]:
    return {} if version is None else {"modelVersionId": version}


def _model_of(version: ModelVersion | str | Sequence[str] | None, served: Parent | None) -> Parent:
    """Name the model of a version that was said without one."""
    if isinstance(version, ModelVersion) and version.model_id:
        return Parent(MODELS, id=version.model_id)
    return required(None if served is None else served.parent, "model")
