"""What a run logs, as desired records: a point of a metric's history, a parameter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from modelreg._core.change import decide
from modelreg._core.fields import converted_fields
from modelreg._core.planning import plan_of
from modelreg._core.run_logs import metric_point, run_parameter
from modelreg._types import Metric, Parameter
from modelreg.errors import InvalidInput

AT = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


def test_a_point_of_a_metrics_history() -> None:
    point = metric_point("7", "auc", 0.9, step=3, timestamp=AT)
    (write,) = plan_of(decide(None, point)).writes
    assert (write.method, write.path) == ("POST", "/experiment_runs/7/artifacts")
    assert write.body == {"name": "auc", "artifactType": "metric", "value": 0.9, "step": 3, "timestamp": "1000"}
    assert (point.record, point.parent_id) == (Metric, "7")


@pytest.mark.usefixtures("nine_hours_ahead")
def test_a_point_without_a_time_was_measured_now() -> None:
    point = metric_point("7", "auc", 0.9)
    assert "step" not in point.fields
    measured = converted_fields(Metric, point.fields)["timestamp"]
    assert abs(datetime.now(UTC) - measured) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("value", "text", "kind"), [(6, "6", "number"), ("6", "6", "string"), (True, "true", "boolean")]
)
def test_a_parameter_of_a_run(value: object, text: str, kind: str) -> None:
    parameter = run_parameter("7", "depth", value)
    (write,) = plan_of(decide(None, parameter)).writes
    assert (write.method, write.path) == ("POST", "/experiment_runs/7/artifacts")
    assert write.body == {"name": "depth", "artifactType": "parameter", "value": text, "parameterType": kind}
    assert (parameter.record, parameter.parent_id) == (Parameter, "7")


def test_a_value_that_cannot_be_logged_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"^params\['depth'\]"):
        run_parameter("7", "depth", float("nan"))
    with pytest.raises(InvalidInput, match=r"^value of a metric is"):
        metric_point("7", "auc", "high")
