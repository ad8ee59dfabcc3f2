# Written by scripts/unasync.py from modelreg/_async/experiments.py; edit that file and run `make fmt`.
"""Decides what the groups of experiments take: experiments, their runs, and what a run logs; v1alpha3 only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

import attrs

from modelreg._sync.group import Group, Said
from modelreg._sync.logging import logged_metric, logged_param
from modelreg._sync.pager import Pager, Query
from modelreg.convert.artifacts import kind_of
from modelreg.convert.resources import (
    EXPERIMENTS,
    METRIC_HISTORY,
    RUN_ARTIFACTS,
    RUNS,
    Parent,
    experiment_parent,
    record_id,
    required,
)
from modelreg.filters import Filter
from modelreg.types import ARTIFACT_TYPES, Artifact, Experiment, ExperimentRun, Metric, Parameter


class Experiments(Group[Experiment]):
    """Experiments, named in the whole registry."""

    _resource = EXPERIMENTS

    def find(self, name: str | None = None, *, external_id: str | None = None) -> Experiment | None:
        """Answer the experiment of exactly this name, or with this external id, or None."""
        return self._find(name, None, external_id)

    def list(
        self,
        *,
        where: Filter | str | None = None,
        order_by: str | None = None,
        descending: bool = False,
        page_size: int | None = None,
        limit: int | None = None,
    ) -> Pager[Experiment]:
        """List experiments lazily; the arguments are those of `models.list`."""
        query = Query(where, order_by=order_by, descending=descending, page_size=page_size, limit=limit)
        return Pager(self._call, EXPERIMENTS, None, query)

    def upsert(
        self,
        name: str,
        *,
        description: str | None = None,
        owner: str | None = None,
        state: str | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
        replace_properties: bool = False,
        remove_properties: Collection[str] = (),
    ) -> Experiment:
        """Create the experiment of this name, or change it by what is said; what is not said stays."""
        said = Said(
            fields={"description": description, "owner": owner, "state": state, "external_id": external_id},
            properties=properties,
            replace_properties=replace_properties,
            remove_properties=remove_properties,
        )
        return self._upsert(name, said)

    def update(
        self,
        experiment: Experiment | str,
        *,
        description: str | None = None,
        owner: str | None = None,
        state: str | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
        replace_properties: bool = False,
        remove_properties: Collection[str] = (),
    ) -> Experiment:
        """Change an experiment, given as a record or an id, by what is said."""
        said = Said(
            fields={"description": description, "owner": owner, "state": state, "external_id": external_id},
            properties=properties,
            replace_properties=replace_properties,
            remove_properties=remove_properties,
        )
        return self._update(experiment, said)

    def archive(self, experiment: Experiment | str) -> Experiment:
        """Archive an experiment, given as a record or an id."""
        return self._set(experiment, "state", "ARCHIVED")

    def restore(self, experiment: Experiment | str) -> Experiment:
        """Bring an archived experiment back."""
        return self._set(experiment, "state", "LIVE")


class Runs(Group[ExperimentRun]):
    """Experiment runs, named under their experiment, and what they log."""

    _resource = RUNS

    def find(
        self,
        name: str | None = None,
        *,
        experiment: Experiment | str | None = None,
        experiment_id: str | None = None,
        external_id: str | None = None,
    ) -> ExperimentRun | None:
        """Answer the run of exactly this name in its experiment, or with this external id, or None."""
        parent = experiment_parent(experiment, experiment_id)
        if name is not None:
            parent = required(parent, "experiment")
        return self._find(name, parent, external_id)

    def list(
        self,
        *,
        experiment: Experiment | str | None = None,
        experiment_id: str | None = None,
        where: Filter | str | None = None,
        order_by: str | None = None,
        descending: bool = False,
        page_size: int | None = None,
        limit: int | None = None,
    ) -> Pager[ExperimentRun]:
        """List the runs of one experiment, or of all, lazily; the arguments are those of `models.list`."""
        query = Query(where, order_by=order_by, descending=descending, page_size=page_size, limit=limit)
        return Pager(self._call, RUNS, experiment_parent(experiment, experiment_id), query)

    def upsert(
        self,
        name: str,
        *,
        experiment: Experiment | str | None = None,
        experiment_id: str | None = None,
        description: str | None = None,
        owner: str | None = None,
        status: str | None = None,
        state: str | None = None,
        start_time: datetime | None = None,
        end_time: datetime | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
        replace_properties: bool = False,
        remove_properties: Collection[str] = (),
    ) -> ExperimentRun:
        """Create the run of this name in its experiment, or change it by what is said; what is not said stays.

        Args:
            experiment: The experiment's record or name; it or `experiment_id` is needed.
            status: "RUNNING", "SCHEDULED", "FINISHED", "FAILED" or "KILLED".
            start_time: Can only be said when the run is created.
        """
        said = Said(
            fields={
                "description": description,
                "owner": owner,
                "status": status,
                "state": state,
                "start_time": start_time,
                "end_time": end_time,
                "external_id": external_id,
            },
            properties=properties,
            replace_properties=replace_properties,
            remove_properties=remove_properties,
        )
        parent = required(experiment_parent(experiment, experiment_id), "experiment")
        return self._upsert(name, said, parent=parent)

    def update(
        self,
        run: ExperimentRun | str,
        *,
        description: str | None = None,
        owner: str | None = None,
        status: str | None = None,
        state: str | None = None,
        end_time: datetime | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
        replace_properties: bool = False,
        remove_properties: Collection[str] = (),
    ) -> ExperimentRun:
        """Change a run, given as a record or an id, by what is said."""
        said = Said(
            fields={
                "description": description,
                "owner": owner,
                "status": status,
                "state": state,
                "end_time": end_time,
                "external_id": external_id,
            },
            properties=properties,
            replace_properties=replace_properties,
            remove_properties=remove_properties,
        )
        return self._update(run, said)

    def archive(self, run: ExperimentRun | str) -> ExperimentRun:
        """Archive a run, given as a record or an id."""
        return self._set(run, "state", "ARCHIVED")

    def restore(self, run: ExperimentRun | str) -> ExperimentRun:
        """Bring an archived run back."""
        return self._set(run, "state", "LIVE")

    def log_metric(
        self,
        run: ExperimentRun | str,
        name: str,
        value: float,
        *,
        step: int | None = None,
        timestamp: datetime | None = None,
    ) -> Metric:
        """Log a number; the run keeps the newest of each name, its history every one.

        Args:
            timestamp: When it was measured; now unless given.
        """
        metric = Metric(name=name, value=value, step=step, timestamp=timestamp or datetime.now(UTC))
        return logged_metric(self._call, record_id(run, RUNS), metric)

    def log_params(self, run: ExperimentRun | str, params: Mapping[str, object]) -> Sequence[Parameter]:
        """Log settings, as text with their type; one that is there with another value is changed."""
        run_id = record_id(run, RUNS)
        return [logged_param(self._call, run_id, name, value) for name, value in params.items()]

    def artifacts(
        self,
        run: ExperimentRun | str,
        *,
        kind: str | None = None,
        where: Filter | str | None = None,
        order_by: str | None = None,
        descending: bool = False,
        page_size: int | None = None,
        limit: int | None = None,
    ) -> Pager[Artifact]:
        """List what a run logged lazily: its newest metrics, its parameters and other artifacts."""
        query = Query(
            where,
            order_by=order_by,
            descending=descending,
            page_size=page_size,
            limit=limit,
            artifact_type=None if kind is None else ARTIFACT_TYPES[kind_of(kind)],
        )
        return Pager(self._call, RUN_ARTIFACTS, Parent(RUNS, id=record_id(run, RUNS)), query)

    def metric_history(
        self,
        run: ExperimentRun | str | None = None,
        name: str | None = None,
        *,
        steps: Sequence[int] | None = None,
        page_size: int | None = None,
        limit: int | None = None,
    ) -> Pager[Metric]:
        """List every value that a run, or without one any run, logged, oldest first; of one metric or of all."""
        query = Query(page_size=page_size, limit=limit, name=name)
        if steps is not None:
            query = attrs.evolve(query, step_ids=",".join(str(step) for step in steps))
        parent = None if run is None else Parent(RUNS, id=record_id(run, RUNS))
        return Pager(self._call, METRIC_HISTORY, parent, query)
