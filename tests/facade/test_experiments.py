"""Experiments, runs and what they log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from modelreg.errors import InvalidInput, NotFound
from tests.facade.backends import own

START = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _needs_experiments(backend: Any) -> None:
    if not backend.has_experiments:
        pytest.skip("v1 has no experiments")


async def test_runs_keep_what_was_not_said(registry: Any) -> None:
    experiment = await registry.experiments.upsert(own("e1"), owner="ana", properties={"k": 1})
    run = await registry.runs.upsert("run-1", experiment=own("e1"), status="RUNNING", start_time=START)
    assert (run.experiment_id, run.start_time, run.state) == (experiment.id, START, "LIVE")
    await registry.runs.update(run, status="FINISHED", end_time=START)
    await registry.runs.archive(run)
    edited = await registry.runs.upsert("run-1", experiment=experiment, description="d", start_time=START)
    assert (edited.id, edited.status, edited.state, edited.end_time) == (run.id, "FINISHED", "ARCHIVED", START)
    assert (await registry.runs.restore(run)).status == "FINISHED"
    with pytest.raises(InvalidInput, match="start_time of experiment run 'run-1'"):
        await registry.runs.upsert("run-1", experiment=experiment, start_time=datetime(2026, 1, 3, tzinfo=UTC))
    assert [one.name async for one in registry.runs.list(experiment=own("e1"))] == ["run-1"]
    assert (await registry.runs.find("run-1", experiment=own("e1"))).id == run.id
    assert (await registry.experiments.archive(experiment)).state == "ARCHIVED"
    assert (await registry.experiments.update(experiment, description="x")).state == "ARCHIVED"
    assert (await registry.experiments.restore(experiment)).properties == {"k": 1}


async def test_metrics_and_their_history(registry: Any) -> None:
    run = await registry.runs.upsert("r", experiment=await registry.experiments.upsert(own("e")))
    for step, value in enumerate((0.9, 0.5, 0.4)):
        logged = await registry.runs.log_metric(run, "loss", value, step=step)
        assert (logged.name, logged.value, logged.step) == ("loss", value, step)
    await registry.runs.log_metric(run.id, "auc", 1, timestamp=START)
    history = [(one.value, one.step) async for one in registry.runs.metric_history(run, "loss")]
    assert history == [(0.9, 0), (0.5, 1), (0.4, 2)]
    assert [one.step async for one in registry.runs.metric_history(run, "loss", steps=[0, 2])] == [0, 2]
    newest = {one.name: one.value async for one in registry.runs.list_artifacts(run, kind="metric")}
    assert newest == {"loss": 0.4, "auc": 1.0}
    assert [one.timestamp async for one in registry.runs.metric_history(run, "auc")] == [START]
    with pytest.raises(NotFound):
        await registry.runs.log_metric("424242", "loss", 1.0)
    with pytest.raises(InvalidInput):
        await registry.runs.log_metric(run, "loss", float("nan"))


async def test_parameters_keep_their_type(registry: Any) -> None:
    run = await registry.runs.upsert("r", experiment=await registry.experiments.upsert(own("e")))
    said = {"lr": 0.1, "layers": 3, "amp": True, "optimiser": "adam", "betas": [0.9, 0.99], "seed": None}
    logged = await registry.runs.log_params(run, said)
    assert {one.name: (one.value, one.parameter_type) for one in logged} == {
        "lr": ("0.1", "number"),
        "layers": ("3", "number"),
        "amp": ("true", "boolean"),
        "optimiser": ("adam", "string"),
        "betas": ("[0.9, 0.99]", "object"),
        "seed": ("null", "object"),
    }
    await registry.runs.log_params(run, {"lr": 0.2})
    kept = {one.name: one.value async for one in registry.runs.list_artifacts(run, kind="parameter")}
    assert kept["lr"] == "0.2"
    assert len(kept) == len(said)
