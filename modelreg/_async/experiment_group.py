"""`registry.experiments`: experiments, whose names are unique in the whole registry."""

from __future__ import annotations

from typing import TypeAlias, Unpack

from modelreg._async.group import AsyncTopGroup
from modelreg._core.resources import EXPERIMENTS
from modelreg._types import Experiment, Plan
from modelreg._types.parameters import ExperimentFields
from modelreg._types.records import public
from modelreg._types.signatures import expand_keywords

ExperimentGiven: TypeAlias = Experiment | str | None


@public
class AsyncExperiments(AsyncTopGroup[Experiment]):
    """Experiments; only servers with API version v1alpha3 have them."""

    _resource = EXPERIMENTS

    @expand_keywords
    async def upsert(self, name: str, **fields: Unpack[ExperimentFields]) -> Experiment:
        """Create the experiment, or update it where it differs; what is not given stays as it is.

        Args:
            name: The experiment's name, unique in the registry; at most 255 characters.
            **fields: What to set.

        Raises:
            InvalidInput: A value that a registry would refuse or lose; nothing was sent.
            Conflict: The registry's database holds another name equal to this one, or the external id is taken.
        """
        return await self._upsert(self._desired("upsert", name, fields))

    @expand_keywords
    async def plan_upsert(self, name: str, **fields: Unpack[ExperimentFields]) -> Plan:
        """Return what `upsert` would write; nothing is written.

        Args:
            name: The experiment's name.
            **fields: What to set.

        Raises:
            InvalidInput: As `upsert` raises it.
        """
        return await self._plan_upsert(self._desired("plan_upsert", name, fields))

    @expand_keywords
    async def update(
        self, experiment: ExperimentGiven = None, *, name: str | None = None, **fields: Unpack[ExperimentFields]
    ) -> Experiment:
        """Update an experiment that is there; what is not given stays as it is.

        Args:
            experiment: The experiment's record or id.
            name: The experiment's name, instead.
            **fields: What to set.

        Raises:
            NotFound: There is no such experiment.
            InvalidInput: A value that a registry would refuse or lose; nothing was sent.
            Conflict: The external id is taken.
        """
        return await self._update(self._subject(experiment, name), fields)

    @expand_keywords
    async def plan_update(
        self, experiment: ExperimentGiven = None, *, name: str | None = None, **fields: Unpack[ExperimentFields]
    ) -> Plan:
        """Return what `update` would write; nothing is written.

        Args:
            experiment: The experiment's record or id.
            name: The experiment's name, instead.
            **fields: What to set.

        Raises:
            NotFound: There is no such experiment.
        """
        return await self._plan_update(self._subject(experiment, name), fields)

    async def archive(self, experiment: ExperimentGiven = None, *, name: str | None = None) -> Experiment:
        """Archive an experiment; its runs stay as they are.

        Args:
            experiment: The experiment's record or id.
            name: The experiment's name, instead.

        Raises:
            NotFound: There is no such experiment.
        """
        return await self._archive(self._subject(experiment, name))

    async def restore(self, experiment: ExperimentGiven = None, *, name: str | None = None) -> Experiment:
        """Bring an archived experiment back.

        Args:
            experiment: The experiment's record or id.
            name: The experiment's name, instead.

        Raises:
            NotFound: There is no such experiment.
        """
        return await self._restore(self._subject(experiment, name))
