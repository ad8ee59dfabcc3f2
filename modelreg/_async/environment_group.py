"""`registry.serving_environments`: serving environments, whose names are unique in the whole registry."""

from __future__ import annotations

from typing import TypeAlias, Unpack

from modelreg._async.group import AsyncTopGroup
from modelreg._core.resources import ENVIRONMENTS
from modelreg._types import Plan, ServingEnvironment
from modelreg._types.parameters import EnvironmentFields
from modelreg._types.records import public
from modelreg._types.signatures import expand_keywords

Environment: TypeAlias = ServingEnvironment | str | None


@public
class AsyncServingEnvironments(AsyncTopGroup[ServingEnvironment]):
    """Serving environments, whose names are unique in the whole registry."""

    _resource = ENVIRONMENTS

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
        return await self._upsert(self._desired("upsert", name, fields))

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
        return await self._update(self._subject(environment, name), fields)

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
