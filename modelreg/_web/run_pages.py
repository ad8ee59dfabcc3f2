"""Experiments, their runs, and a run with the history of its metrics."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, islice

from modelreg._core.registration import RUN_PROPERTY
from modelreg._filters import F
from modelreg._types import Artifact, Metric, Parameter
from modelreg._types.records import STATE_LIVE
from modelreg._views.page import Column, Facts, Grid
from modelreg._views.record_page import facts, late_facts, toned
from modelreg._web.chart import LineChart, Value, line_chart
from modelreg._web.messages import Response
from modelreg._web.model_pages import properties_of
from modelreg._web.view import View
from modelreg.errors import UnsupportedByServer

ROWS = 200
#: Values of metrics that are read for the charts of a run.
VALUES = 5000
_CHARTS = 12
_SHOWN_ELSEWHERE = frozenset({"experiment id", "status"})


def experiments(view: View) -> Response:
    """Return the list of experiments."""
    archived = view.request.value("archived") == "1"
    try:
        listed = view.registry.experiments.list(order_by="ID", descending=True, limit=ROWS + 1)
        records = [each for each in listed if archived or each.state in (STATE_LIVE, None)]
    except UnsupportedByServer as error:
        return view.page("experiments.html", "Runs", rows=[], archived=archived, more=False, unsupported=str(error))
    return view.page(
        "experiments.html",
        "Runs",
        rows=records[:ROWS],
        archived=archived,
        more=len(records) > ROWS,
        unsupported="",
    )


def experiment(view: View, id: str) -> Response:
    """Return the page of an experiment with its runs.

    Args:
        view: The request.
        id: The experiment's id.
    """
    record = view.registry.experiments.get(id)
    runs = list(view.registry.runs.list(experiment_id=id, order_by="ID", descending=True, limit=ROWS + 1))
    return view.page(
        "experiment.html",
        record.name,
        experiment=record,
        about=Facts([row for row in (*facts(record), *late_facts(record)) if row[0] != "state"]),
        runs=runs[:ROWS],
        more=len(runs) > ROWS,
        toned=toned,
    )


def run(view: View, id: str) -> Response:
    """Return the page of a run: its facts, parameters, newest metrics, and charts of each metric over its steps.

    Args:
        view: The request.
        id: The run's id.
    """
    record = view.registry.runs.get(id)
    experiment = view.registry.experiments.get(record.experiment_id or "")
    artifacts = list(islice(view.registry.runs.list_artifacts(record), ROWS))
    history = list(view.registry.runs.metric_history(record, limit=VALUES))
    parameters = [each for each in artifacts if isinstance(each, Parameter)]
    return view.page(
        "run.html",
        record.name,
        run=record,
        experiment=experiment,
        about=Facts([row for row in (*facts(record), *late_facts(record)) if row[0] not in _SHOWN_ELSEWHERE]),
        properties=properties_of(record),  # type: ignore[arg-type]
        parameters=Facts([(each.name, each.value) for each in parameters]),
        metrics=_metrics([each for each in artifacts if isinstance(each, Metric)]),
        others=_others(artifacts),
        charts=_charts(history),
        versions=_versions(view, id),
        cut=len(history) == VALUES,
        values=VALUES,
    )


def _versions(view: View, run_id: str) -> list[tuple[str, str]]:
    """Return the versions that a run made: the id and the reference of each, the newest first."""
    made = F.property(RUN_PROPERTY) == run_id
    found = view.registry.versions.list(where=made, order_by="ID", descending=True, limit=ROWS)
    return [(each.id, view.names.reference(each)) for each in found]


def _metrics(metrics: Sequence[Metric]) -> Grid:
    columns = (Column("name", "METRIC"), Column("value", "NEWEST", number=True), Column("step", "STEP", number=True))
    return Grid(columns, [(each.name, each.value, each.step) for each in metrics])


def _others(artifacts: Sequence[Artifact]) -> Grid:
    columns = (Column("name", "NAME"), Column("kind", "KIND"), Column("uri", "URI"))
    rows = [(each.name, each.kind, each.uri) for each in artifacts if not isinstance(each, Metric | Parameter)]
    return Grid(columns, rows)


def _charts(history: Sequence[Metric]) -> list[LineChart]:
    by_name = sorted((each for each in history if each.value is not None), key=lambda each: each.name)
    charts = []
    for name, values in groupby(by_name, key=lambda each: each.name):
        points = sorted(values, key=lambda each: (each.step or 0, each.timestamp.timestamp() if each.timestamp else 0))
        charts.append(line_chart(name, [Value(f"step {each.step or 0}", each.value or 0.0) for each in points]))
    return [chart for chart in charts if chart is not None][:_CHARTS]
