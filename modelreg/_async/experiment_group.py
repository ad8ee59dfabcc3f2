"""`registry.experiments`: experiments, whose names are unique in the whole registry."""

from __future__ import annotations

from typing import TypeAlias, Unpack

from modelreg._async.group import AsyncGroup
from modelreg._async.pager import AsyncPager
from modelreg._core.references import Reference
from modelreg._core.resources import EXPERIMENTS
from modelreg._filters.options import ListOptions
from modelreg._types import Experiment, Plan
from modelreg._types.parameters import ExperimentFields
from modelreg._types.records import public
from modelreg._types.signatures import expand_keywords

ExperimentGiven: TypeAlias = Experiment | str | None


@public
class AsyncExperiments(AsyncGroup[Experiment]):
    """Experiments; only servers with API version v1alpha3 have them."""

    _resource = EXPERIMENTS
    _fields = ExperimentFields

    async def get(self, id: str | None = None, *, name: str | None = None) -> Experiment:
        """Return the experiment with this id, or of exactly this name.

        Args:
            id: The experiment's id.
            name: The experiment's name, instead.

        Raises:
            NotFound: There is none.
        """
        record: Experiment = await self._get(id, name, None)
        return record

    async def find(self, name: str | None = None, *, external_id: str | None = None) -> Experiment | None:
        """Return the experiment of exactly this name, or with this external id, or None.

        Args:
            name: The experiment's name.
            external_id: The caller's own id; with a name both have to fit.

        Raises:
            InvalidInput: Neither is given.
        """
        reference = None if name is None else self._subject(None, name)
        record: Experiment | None = await self._find(reference, external_id)
        return record

    @expand_keywords
    def list(self, **options: Unpack[ListOptions]) -> AsyncPager[Experiment]:
        """Return a lazy list of the experiments.

        Args:
            **options: What selects and orders the list.

        Raises:
            InvalidInput: An option that is invalid; errors of the registry are raised while iterating.
        """
        return self._list(None, options)

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
        record: Experiment = await self._upsert(self._desired("upsert", name, fields))
        return record

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
        record: Experiment = await self._update(self._reference(experiment, name), fields)
        return record

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
        return await self._plan_update(self._reference(experiment, name), fields)

    async def archive(self, experiment: ExperimentGiven = None, *, name: str | None = None) -> Experiment:
        """Archive an experiment; its runs stay as they are.

        Args:
            experiment: The experiment's record or id.
            name: The experiment's name, instead.

        Raises:
            NotFound: There is no such experiment.
        """
        record: Experiment = await self._archive(self._reference(experiment, name))
        return record

    async def restore(self, experiment: ExperimentGiven = None, *, name: str | None = None) -> Experiment:
        """Bring an archived experiment back.

        Args:
            experiment: The experiment's record or id.
            name: The experiment's name, instead.

        Raises:
            NotFound: There is no such experiment.
        """
        record: Experiment = await self._restore(self._reference(experiment, name))
        return record

    def _reference(self, experiment: ExperimentGiven, name: str | None) -> Reference:
        return self._subject(experiment, name)
