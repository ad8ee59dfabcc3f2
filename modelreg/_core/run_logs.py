"""The desired records of what a run logs: a point of a metric's history, a parameter."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs

from modelreg._core.change import Desired
from modelreg._core.desired import desired_record, parameter_text, parameter_type
from modelreg._core.resources import RUN_ARTIFACTS
from modelreg._types import Metric, Parameter


def metric_point(
    run_id: str, name: str, value: object, *, step: int | None = None, timestamp: datetime | None = None
) -> Desired:
    """Return a point of a metric's history as it should be, measured now unless a time is given."""
    given = {"value": value, "step": step, "timestamp": timestamp or datetime.now(UTC)}
    return attrs.evolve(desired_record(RUN_ARTIFACTS, name, given, record=Metric), parent_id=run_id)


def run_parameter(run_id: str, name: str, value: object) -> Desired:
    """Return a parameter of a run as it should be, its value kept as text."""
    given = {"value": parameter_text(value, name), "parameter_type": parameter_type(value)}
    return attrs.evolve(desired_record(RUN_ARTIFACTS, name, given, record=Parameter), parent_id=run_id)
