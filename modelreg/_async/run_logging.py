"""What a run logs: metrics and parameters, each once, also when a response was lost or another client was first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from modelreg._async.engine import ATTEMPTS, AsyncEngine
from modelreg._async.pager import AsyncPager, Query
from modelreg._core.change import Desired, decide
from modelreg._core.references import Reference
from modelreg._core.resources import METRIC_HISTORY, RUNS
from modelreg._core.run_logs import metric_point, run_parameter
from modelreg._core.values import INT32, checked_mapping
from modelreg._types import Metric, Parameter
from modelreg.errors import Conflict, InvalidInput, ModelRegistryError


async def logged_metric(
    engine: AsyncEngine,
    run_id: str,
    name: str,
    value: object,
    *,
    step: int | None = None,
    timestamp: datetime | None = None,
) -> Metric:
    """Return the point of a metric's history, logged once.

    A point whose timestamp the caller chose is looked for first, and so is one whose response was lost.
    """
    point = metric_point(run_id, name, value, step=step, timestamp=timestamp)
    return await logged_point(engine, point, look_first=timestamp is not None)


async def logged_point(engine: AsyncEngine, point: Desired, *, look_first: bool) -> Metric:
    """Return a point of a metric's history, logged once.

    Args:
        engine: What reads and writes.
        point: The point, its run's id in place.
        look_first: Whether it may be there already.
    """
    run_id, step = point.parent_id or "", point.fields.get("step")
    if look_first:
        kept = await _kept(engine, run_id, point, step)
        if kept is not None:
            return kept
    request = decide(None, point).request()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await engine.send(Metric, request)
        except Conflict:
            # Two first values of one metric at once: this one was not kept.
            if attempt == ATTEMPTS:
                raise
        except ModelRegistryError as failure:
            if not failure.may_have_acted or attempt == ATTEMPTS:
                raise
            kept = await _kept(engine, run_id, point, step)
            if kept is not None:
                return kept
    raise AssertionError("unreachable")


async def _kept(engine: AsyncEngine, run_id: str, point: Desired, step: int | None) -> Metric | None:
    """Look for a point in the history: its step, time and value tell it from others."""
    query = Query(name=point.name, step_ids=None if step is None else str(step))
    wanted = {key: point.fields[key] for key in ("value", "timestamp")}
    async for kept in AsyncPager[Metric](engine, METRIC_HISTORY, Reference(RUNS, id=run_id), query):
        if {key: kept.raw.get(key) for key in wanted} == wanted:
            return kept
    return None


async def logged_parameters(engine: AsyncEngine, run_id: str, params: Mapping[str, object]) -> list[Parameter]:
    """Return the parameters of a run, set; all are checked before the first is sent."""
    desired = [run_parameter(run_id, name, value) for name, value in params.items()]
    return [(await engine.upsert(each))[0] for each in desired]


def step_ids(steps: object) -> str | None:
    """Return steps as a metric's history is narrowed by.

    Raises:
        InvalidInput: It is something else, or a step is past 32 bits.
    """
    if steps is None:
        return None
    if isinstance(steps, str) or not isinstance(steps, Sequence):
        raise InvalidInput(f"steps is {steps!r}; give a list of whole numbers")
    for step in steps:
        if isinstance(step, bool) or not isinstance(step, int) or step not in INT32:
            raise InvalidInput(f"steps holds {step!r}; give whole numbers within 32 bits")
    return ",".join(str(step) for step in steps)


def checked_metrics(metrics: object) -> Mapping[str, float]:
    """Return metrics by name, all numbers.

    Raises:
        InvalidInput: It is no mapping, or holds something else.
    """
    points = checked_mapping(metrics, "metrics")
    for name, value in points.items():
        if isinstance(value, bool | str) or value is None:
            raise InvalidInput(f"metrics[{name!r}] is {value!r}; give a number")
    return points
