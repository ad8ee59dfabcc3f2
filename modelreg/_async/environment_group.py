"""`registry.serving_environments`: serving environments, whose names are unique in the whole registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, Unpack

from modelreg._async.group import AsyncGroup
from modelreg._async.pager import AsyncPager
from modelreg._core.resources import ENVIRONMENTS
from modelreg._filters.options import ListOptions
from modelreg._types import InferenceService, ModelVersion, Plan, ServingEnvironment
from modelreg._types.parameters import EnvironmentFields
from modelreg._types.records import public
from modelreg._types.signatures import expand_keywords

Environment: TypeAlias = ServingEnvironment | str | None
Service: TypeAlias = InferenceService | str | None
ServiceParent: TypeAlias = InferenceService | Sequence[str] | None
Version: TypeAlias = ModelVersion | str | Sequence[str] | None


@public
class AsyncServingEnvironments(AsyncGroup[ServingEnvironment]):
    """Serving environments, whose names are unique in the whole registry."""

    _resource = ENVIRONMENTS
    _fields = EnvironmentFields

    async def get(self, id: str | None = None, *, name: str | None = None) -> ServingEnvironment:
        """Return the environment with this id, or of exactly this name.

        Args:
            id: The environment's id.
            name: The environment's name, instead.

        Raises:
            NotFound: There is none.
        """
        record: ServingEnvironment = await self._get(id, name, None)
        return record

    async def find(self, name: str | None = None, *, external_id: str | None = None) -> ServingEnvironment | None:
        """Return the environment of exactly this name, or with this external id, or None.

        Args:
            name: The environment's name.
            external_id: The caller's own id; with a name both have to fit.

        Raises:
            InvalidInput: Neither is given.
        """
        reference = None if name is None else self._subject(None, name)
        record: ServingEnvironment | None = await self._find(reference, external_id)
        return record

    @expand_keywords
    def list(self, **options: Unpack[ListOptions]) -> AsyncPager[ServingEnvironment]:
        """Return a lazy list of the environments.

        Args:
            **options: What selects and orders the list.

        Raises:
            InvalidInput: An option that is invalid; errors of the registry are raised while iterating.
        """
        return self._list(None, options)

    @expand_keywords
    async def upsert(self, name: str, **fields: Unpack[EnvironmentFields]) -> ServingEnvironment:
        """Create the environment, or update it where it differs; what is not given stays as it is.

        Args:
            name: The environment's name, such as a namespace.
            **fields: What to set.

        Raises:
            InvalidInput: A value that a registry would refuse or lose; nothing was sent.
            Conflict: The registry's database holds another name equal to this one, or the external id is taken.
        """
        record: ServingEnvironment = await self._upsert(self._desired("upsert", name, fields))
        return record

    @expand_keywords
    async def plan_upsert(self, name: str, **fields: Unpack[EnvironmentFields]) -> Plan:
        """Return what `upsert` would write; nothing is written.

        Args:
            name: The environment's name.
            **fields: What to set.

        Raises:
            InvalidInput: As `upsert` raises it.
        """
        return await self._plan_upsert(self._desired("plan_upsert", name, fields))

    @expand_keywords
    async def update(
        self, environment: Environment = None, *, name: str | None = None, **fields: Unpack[EnvironmentFields]
    ) -> ServingEnvironment:
        """Update an environment that is there; what is not given stays as it is.

        Args:
            environment: The environment's record or id.
            name: The environment's name, instead.
            **fields: What to set.

        Raises:
            NotFound: There is no such environment.
            InvalidInput: A value that a registry would refuse or lose; nothing was sent.
        """
        record: ServingEnvironment = await self._update(self._subject(environment, name), fields)
        return record

    @expand_keywords
    async def plan_update(
        self, environment: Environment = None, *, name: str | None = None, **fields: Unpack[EnvironmentFields]
    ) -> Plan:
        """Return what `update` would write; nothing is written.

        Args:
            environment: The environment's record or id.
            name: The environment's name, instead.
            **fields: What to set.

        Raises:
            NotFound: There is no such environment.
        """
        return await self._plan_update(self._subject(environment, name), fields)
