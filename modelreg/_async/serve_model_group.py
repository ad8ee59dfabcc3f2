"""`registry.serve_models`: which versions a service serves or served."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, Unpack

from modelreg._async.group import AsyncGroup
from modelreg._async.pager import AsyncPager, Query
from modelreg._core.change import Desired
from modelreg._core.references import Reference, not_found, parent_reference, required
from modelreg._core.resources import SERVE_MODELS, SERVICES, VERSIONS
from modelreg._filters.options import ListOptions
from modelreg._types import InferenceService, ModelVersion, Plan, ServeModel
from modelreg._types.parameters import ServeModelFields
from modelreg._types.records import public
from modelreg._types.signatures import expand_keywords
from modelreg.errors import InvalidInput, NotFound

ServiceParent: TypeAlias = InferenceService | Sequence[str] | None
Version: TypeAlias = ModelVersion | str | Sequence[str] | None


@public
class AsyncServeModels(AsyncGroup[ServeModel]):
    """Serve models, whose names are unique under their service; the contract can neither find nor change one."""

    _resource = SERVE_MODELS

    async def get(
        self,
        id: str | None = None,
        *,
        name: str | None = None,
        service: ServiceParent = None,
        service_id: str | None = None,
    ) -> ServeModel:
        """Return the serve model with this id, or of exactly this name, under its service.

        Args:
            id: The serve model's id.
            name: The serve model's name, instead.
            service: The service's record or the pair (environment, service); it or `service_id` is needed, because
                the contract lists serve models under their service only.
            service_id: The service's id, instead.

        Raises:
            NotFound: There is none.
        """
        parent = required(_service(service, service_id), "service")
        if (id is None) == (name is None):
            raise InvalidInput("give either the id of a serve model or name=")
        async for record in AsyncPager[ServeModel](self._engine, SERVE_MODELS, parent, Query()):
            if record.id == str(id) or (name is not None and record.name == name):
                return record
        raise not_found(Reference(SERVE_MODELS, id=id, name=name, parent=parent))

    async def find(
        self, name: str, *, service: ServiceParent = None, service_id: str | None = None
    ) -> ServeModel | None:
        """Return the serve model of exactly this name under its service, or None.

        Args:
            name: The serve model's name.
            service: The service's record or the pair (environment, service); it or `service_id` is needed.
            service_id: The service's id, instead.

        Raises:
            InvalidInput: No service is given.
        """
        parent = required(_service(service, service_id), "service")
        try:
            return await self.get(name=name, service_id=await self._engine.resolve(parent))
        except NotFound:
            return None

    @expand_keywords
    def list(
        self,
        service: ServiceParent = None,
        *,
        service_id: str | None = None,
        **options: Unpack[ListOptions],
    ) -> AsyncPager[ServeModel]:
        """Return a lazy list of the serve models of one service.

        Args:
            service: The service's record or the pair (environment, service); it or `service_id` is needed.
            service_id: The service's id, instead.
            **options: What selects and orders the list.

        Raises:
            InvalidInput: An option that is invalid; errors of the registry are raised while iterating.
        """
        return self._list(required(_service(service, service_id), "service"), options)

    @expand_keywords
    async def upsert(
        self,
        name: str,
        *,
        service: ServiceParent = None,
        service_id: str | None = None,
        version: Version = None,
        version_id: str | None = None,
        **fields: Unpack[ServeModelFields],
    ) -> ServeModel:
        """Record once that a service serves a version.

        Args:
            name: The serve model's name, unique under its service.
            service: The service's record or the pair (environment, service); it or `service_id` is needed.
            service_id: The service's id, instead.
            version: The version; it or `version_id` is needed.
            version_id: The version's id, instead.
            **fields: What to set.

        Raises:
            NotFound: The service or the version is not there.
            InvalidInput: One of this name is there and differs; the contract has no way to change it.
        """
        desired, parent, references = self._desired_serve_model(
            "upsert", name, service, service_id, version, version_id, fields
        )
        return await self._upsert(desired, parent, references)

    @expand_keywords
    async def plan_upsert(
        self,
        name: str,
        *,
        service: ServiceParent = None,
        service_id: str | None = None,
        version: Version = None,
        version_id: str | None = None,
        **fields: Unpack[ServeModelFields],
    ) -> Plan:
        """Return what `upsert` would write; nothing is written.

        Args:
            name: The serve model's name.
            service: The service's record or the pair (environment, service); it or `service_id` is needed.
            service_id: The service's id, instead.
            version: The version; it or `version_id` is needed.
            version_id: The version's id, instead.
            **fields: What to set.

        Raises:
            NotFound: The service or the version is not there.
        """
        desired, parent, references = self._desired_serve_model(
            "plan_upsert", name, service, service_id, version, version_id, fields
        )
        return await self._plan_upsert(desired, parent, references)

    def _desired_serve_model(
        self,
        verb: str,
        name: str,
        service: ServiceParent,
        service_id: str | None,
        version: Version,
        version_id: str | None,
        fields: ServeModelFields,
    ) -> tuple[Desired, Reference, dict[str, Reference | None]]:
        """Return the desired record, the service that it is named under, and the version that it refers to."""
        desired = self._desired(verb, name, fields)
        served_version = required(parent_reference(VERSIONS, "version", version, version_id), "version")
        return desired, required(_service(service, service_id), "service"), {"modelVersionId": served_version}


def _service(service: ServiceParent, service_id: str | None) -> Reference | None:
    return parent_reference(SERVICES, "service", service, service_id)
