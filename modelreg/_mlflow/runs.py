"""Reading of runs from MLflow's tracking, many at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

from mlflow.entities import Run, ViewType
from mlflow.exceptions import MlflowException
from mlflow.tracking.client import MlflowClient

Note: TypeAlias = Callable[[str], None]

_AT_ONCE = 100
_EXPERIMENTS_A_PAGE = 1000
_NOT_THERE = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")


class RunReader:
    """Reads runs by their ids.

    Args:
        client: MLflow's client.
        left_out: Called with a sentence for every run that is not there.
    """

    def __init__(self, client: MlflowClient, left_out: Note) -> None:
        self._client = client
        self._left_out = left_out
        self._experiments: list[str] | None = None

    def read(self, ids: Collection[str]) -> Mapping[str, Run]:
        """Return the runs that are there, by id, deleted ones too.

        Args:
            ids: The ids.
        """
        ordered = sorted(ids)
        runs: dict[str, Run] = {}
        if len(ordered) > 1:
            for start in range(0, len(ordered), _AT_ONCE):
                runs.update(self._search(ordered[start : start + _AT_ONCE]))
        for run_id in ordered:
            if run_id not in runs and (run := self._get(run_id)) is not None:
                runs[run_id] = run
        return runs

    def _search(self, ids: Collection[str]) -> Mapping[str, Run]:
        """Return many runs by one search; none where this MLflow cannot search so."""
        listed = ", ".join("'{}'".format(run_id.replace("'", "")) for run_id in ids)
        try:
            found = self._client.search_runs(
                self._all_experiments(),
                filter_string=f"attributes.run_id IN ({listed})",
                run_view_type=ViewType.ALL,
                max_results=len(ids),
            )
        except MlflowException as error:
            if error.error_code not in _NOT_THERE:
                raise
            return {}
        return {run.info.run_id: run for run in found}

    def _all_experiments(self) -> list[str]:
        if self._experiments is None:
            self._experiments, token = [], None
            while True:
                page = self._client.search_experiments(
                    view_type=ViewType.ALL, max_results=_EXPERIMENTS_A_PAGE, page_token=token
                )
                self._experiments += [experiment.experiment_id for experiment in page]
                token = page.token
                if not token:
                    break
        return self._experiments

    def _get(self, run_id: str) -> Run | None:
        try:
            return self._client.get_run(run_id)
        except MlflowException as error:
            if error.error_code not in _NOT_THERE:
                raise
            self._left_out(
                f"run {run_id}: it is not in MLflow's tracking, so its parameters and metrics are not either"
            )
            return None
