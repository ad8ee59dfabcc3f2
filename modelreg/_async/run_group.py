"""`registry.runs`: experiment runs, whose names are unique in their experiment, and what they log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias, Unpack, overload

from modelreg._async.group import AsyncGroup
from modelreg._async.pager import AsyncPager, Query
from modelreg._async.run_logging import checked_metrics, logged_metric, logged_parameters, step_ids
from modelreg._core.change import Desired
from modelreg._core.desired import artifact_type
from modelreg._core.references import Reference, parent_reference, record_id, required
from modelreg._core.resources import EXPERIMENTS, METRIC_HISTORY, RUN_ARTIFACTS, RUNS
from modelreg._core.values import checked_mapping
from modelreg._filters.options import ListOptions
from modelreg._types import (
    Artifact,
    ArtifactKind,
    DataSet,
    DocArtifact,
    Experiment,
    ExperimentRun,
    Metric,
    ModelArtifact,
    Parameter,
    Plan,
)
from modelreg._types.parameters import RunFields
from modelreg._types.records import public
from modelreg._types.signatures import check_keywords, expand_keywords

Parent: TypeAlias = Experiment | str | None
Run: TypeAlias = ExperimentRun | str | None


@public
class AsyncRuns(AsyncGroup[ExperimentRun]):
    """Experiment runs, and what they log; only servers with API version v1alpha3 have them."""

    _resource = RUNS

    async def get(
        self,
        id: str | None = None,
        *,
        name: str | None = None,
        experiment: Parent = None,
        experiment_id: str | None = None,
    ) -> ExperimentRun:
        """Return the run with this id, or of exactly this name in its experiment.

        Args:
            id: The run's id.
            name: The run's name, instead.
            experiment: With a name, the experiment's record or name.
            experiment_id: With a name, the experiment's id, instead.

        Raises:
            NotFound: There is none.
        """
        return await self._get(id, name, _experiment(experiment, experiment_id))

    async def find(
        self,
        name: str | None = None,
        *,
        experiment: Parent = None,
        experiment_id: str | None = None,
        external_id: str | None = None,
    ) -> ExperimentRun | None:
        """Return the run of exactly this name in its experiment, or with this external id, or None.

        Args:
            name: The run's name.
            experiment: With a name, the experiment's record or name.
            experiment_id: With a name, the experiment's id, instead.
            external_id: The caller's own id; with a name both have to fit.

        Raises:
            InvalidInput: Neither is given, or a name without its experiment.
        """
        parent = _experiment(experiment, experiment_id)
        reference = None if name is None else self._subject(None, name, parent)
        return await self._find(reference, external_id)

    @expand_keywords
    def list(
        self, experiment: Parent = None, *, experiment_id: str | None = None, **options: Unpack[ListOptions]
    ) -> AsyncPager[ExperimentRun]:
        """Return a lazy list of the runs of one experiment, or of all.

        Args:
            experiment: The experiment's record or name; without it the runs of all experiments.
            experiment_id: The experiment's id, instead.
            **options: What selects and orders the list.

        Raises:
            InvalidInput: An option that is invalid; errors of the registry are raised while iterating.
        """
        return self._list(_experiment(experiment, experiment_id), options)

    @expand_keywords
    async def upsert(
        self,
        name: str,
        *,
        experiment: Parent = None,
        experiment_id: str | None = None,
        **fields: Unpack[RunFields],
    ) -> ExperimentRun:
        """Create the run in its experiment, or update it where it differs; what is not given stays as it is.

        An experiment that is given by its name and is not there is created.

        Args:
            name: The run's name, unique in its experiment.
            experiment: The experiment's record or name; it or `experiment_id` is needed.
            experiment_id: The experiment's id, instead.
            **fields: What to set.

        Raises:
            NotFound: There is no experiment with this id.
            InvalidInput: A value that a registry would refuse or lose; nothing was sent.
            Conflict: The registry's database holds another name equal to this one, or the external id is taken.
        """
        desired = self._desired("upsert", name, fields)
        parent = required(_experiment(experiment, experiment_id), "experiment")
        if parent.id is None:
            above, _ = await self._engine.upsert(
                Desired(resource=EXPERIMENTS, record=Experiment, name=parent.name or "")
            )
            parent = Reference(EXPERIMENTS, id=above.id, name=above.name, record=above)
        return await self._upsert(desired, parent)

    @expand_keywords
    async def plan_upsert(
        self,
        name: str,
        *,
        experiment: Parent = None,
        experiment_id: str | None = None,
        **fields: Unpack[RunFields],
    ) -> Plan:
        """Return what `upsert` would write in an experiment that is there; nothing is written.

        Args:
            name: The run's name.
            experiment: The experiment's record or name; it or `experiment_id` is needed.
            experiment_id: The experiment's id, instead.
            **fields: What to set.

        Raises:
            NotFound: The experiment is not there.
        """
        desired = self._desired("plan_upsert", name, fields)
        return await self._plan_upsert(desired, required(_experiment(experiment, experiment_id), "experiment"))

    @expand_keywords
    async def update(
        self,
        run: Run = None,
        *,
        name: str | None = None,
        experiment: Parent = None,
        experiment_id: str | None = None,
        **fields: Unpack[RunFields],
    ) -> ExperimentRun:
        """Update a run that is there; what is not given stays as it is.

        Args:
            run: The run's record or id.
            name: The run's name, instead.
            experiment: With a name, the experiment's record or name.
            experiment_id: With a name, the experiment's id, instead.
            **fields: What to set.

        Raises:
            NotFound: There is no such run.
            InvalidInput: A value that a registry would refuse or lose; nothing was sent.
        """
        reference = self._subject(run, name, _experiment(experiment, experiment_id))
        return await self._update(reference, fields)

    @expand_keywords
    async def plan_update(
        self,
        run: Run = None,
        *,
        name: str | None = None,
        experiment: Parent = None,
        experiment_id: str | None = None,
        **fields: Unpack[RunFields],
    ) -> Plan:
        """Return what `update` would write; nothing is written.

        Args:
            run: The run's record or id.
            name: The run's name, instead.
            experiment: With a name, the experiment's record or name.
            experiment_id: With a name, the experiment's id, instead.
            **fields: What to set.

        Raises:
            NotFound: There is no such run.
        """
        return await self._plan_update(self._subject(run, name, _experiment(experiment, experiment_id)), fields)

    async def archive(
        self,
        run: Run = None,
        *,
        name: str | None = None,
        experiment: Parent = None,
        experiment_id: str | None = None,
    ) -> ExperimentRun:
        """Archive a run.

        Args:
            run: The run's record or id.
            name: The run's name, instead.
            experiment: With a name, the experiment's record or name.
            experiment_id: With a name, the experiment's id, instead.

        Raises:
            NotFound: There is no such run.
        """
        return await self._archive(self._subject(run, name, _experiment(experiment, experiment_id)))

    async def restore(
        self,
        run: Run = None,
        *,
        name: str | None = None,
        experiment: Parent = None,
        experiment_id: str | None = None,
    ) -> ExperimentRun:
        """Bring an archived run back.

        Args:
            run: The run's record or id.
            name: The run's name, instead.
            experiment: With a name, the experiment's record or name.
            experiment_id: With a name, the experiment's id, instead.

        Raises:
            NotFound: There is no such run.
        """
        return await self._restore(self._subject(run, name, _experiment(experiment, experiment_id)))

    async def log_metric(
        self,
        run: ExperimentRun | str,
        name: str,
        value: float,
        *,
        step: int | None = None,
        timestamp: datetime | None = None,
    ) -> Metric:
        """Log a number; the run keeps the newest of each name, its history every one.

        With a `timestamp` a repeated call finds the point that is there; without one it logs a further point.

        Args:
            run: The run's record or id.
            name: The metric's name.
            value: The number.
            step: The training step; a whole number within 32 bits.
            timestamp: When it was measured, to the millisecond; now unless given.

        Raises:
            NotFound: There is no such run.
            InvalidInput: A value that is no number, or a step that servers would cut.
        """
        return await logged_metric(self._engine, record_id(run, RUNS), name, value, step=step, timestamp=timestamp)

    async def log_metrics(
        self,
        run: ExperimentRun | str,
        metrics: Mapping[str, float],
        *,
        step: int | None = None,
        timestamp: datetime | None = None,
    ) -> Sequence[Metric]:
        """Log several numbers of one step, as `log_metric` logs one.

        Args:
            run: The run's record or id.
            metrics: Numbers by name.
            step: The training step; a whole number within 32 bits.
            timestamp: When they were measured, to the millisecond; now unless given.

        Raises:
            NotFound: There is no such run.
            InvalidInput: A value that is no number, or a step that servers would cut; nothing was sent.
        """
        run_id = record_id(run, RUNS)
        points = checked_metrics(metrics)
        return [
            await logged_metric(self._engine, run_id, name, value, step=step, timestamp=timestamp)
            for name, value in points.items()
        ]

    async def log_params(self, run: ExperimentRun | str, params: Mapping[str, object]) -> Sequence[Parameter]:
        """Log settings, as text with their type; one that is there with another value is changed.

        Args:
            run: The run's record or id.
            params: Values by name.

        Raises:
            NotFound: There is no such run.
            InvalidInput: A value that cannot be kept; nothing was sent.
        """
        return await logged_parameters(self._engine, record_id(run, RUNS), checked_mapping(params, "params"))

    @overload
    def list_artifacts(
        self, run: ExperimentRun | str, *, kind: Literal["model"], **options: Unpack[ListOptions]
    ) -> AsyncPager[ModelArtifact]: ...
    @overload
    def list_artifacts(
        self, run: ExperimentRun | str, *, kind: Literal["doc"], **options: Unpack[ListOptions]
    ) -> AsyncPager[DocArtifact]: ...
    @overload
    def list_artifacts(
        self, run: ExperimentRun | str, *, kind: Literal["dataset"], **options: Unpack[ListOptions]
    ) -> AsyncPager[DataSet]: ...
    @overload
    def list_artifacts(
        self, run: ExperimentRun | str, *, kind: Literal["metric"], **options: Unpack[ListOptions]
    ) -> AsyncPager[Metric]: ...
    @overload
    def list_artifacts(
        self, run: ExperimentRun | str, *, kind: Literal["parameter"], **options: Unpack[ListOptions]
    ) -> AsyncPager[Parameter]: ...
    @overload
    def list_artifacts(
        self, run: ExperimentRun | str, *, kind: ArtifactKind | None = None, **options: Unpack[ListOptions]
    ) -> AsyncPager[Artifact]: ...
    @expand_keywords
    def list_artifacts(
        self, run: ExperimentRun | str, *, kind: ArtifactKind | None = None, **options: Unpack[ListOptions]
    ) -> AsyncPager[Any]:
        """Return a lazy list of what a run logged: its newest metrics, its parameters and other artifacts.

        Args:
            run: The run's record or id.
            kind: "model", "doc", "dataset", "metric" or "parameter"; all by default.
            **options: What selects and orders the list.

        Raises:
            InvalidInput: An option that is invalid; errors of the registry are raised while iterating.
        """
        check_keywords("list_artifacts", options, ListOptions)
        wire = None if kind is None else artifact_type(kind)
        parent = Reference(RUNS, id=record_id(run, RUNS))
        return AsyncPager(self._engine, RUN_ARTIFACTS, parent, Query(**options, artifact_type=wire))

    def metric_history(
        self,
        run: ExperimentRun | str | None = None,
        name: str | None = None,
        *,
        steps: Sequence[int] | None = None,
        page_size: int | None = None,
        limit: int | None = None,
    ) -> AsyncPager[Metric]:
        """Return a lazy list of every value that a run, or without one any run, logged, oldest first.

        Args:
            run: The run's record or id.
            name: The metric's name; all metrics unless given.
            steps: The steps to return; all unless given.
            page_size: How many records a request asks for.
            limit: How many records there are at most.

        Raises:
            InvalidInput: An option that is invalid; errors of the registry are raised while iterating.
        """
        query = Query(page_size=page_size, limit=limit, name=name, step_ids=step_ids(steps))
        parent = None if run is None else Reference(RUNS, id=record_id(run, RUNS))
        return AsyncPager(self._engine, METRIC_HISTORY, parent, query)


def _experiment(experiment: Parent, experiment_id: str | None) -> Reference | None:
    return parent_reference(EXPERIMENTS, "experiment", experiment, experiment_id)
