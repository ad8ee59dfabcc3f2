"""Decides how a run's metrics and parameters are logged: each once, also when an answer was lost or a write raced."""

from __future__ import annotations

from modelreg._async.call import AsyncCall
from modelreg._async.pager import AsyncPager, Query
from modelreg._async.write import ATTEMPTS, Wanted, upserted
from modelreg.convert.artifacts import artifact_fields, parameter_text, parameter_type
from modelreg.convert.names import checked_name
from modelreg.convert.records import to_body
from modelreg.convert.resources import METRIC_HISTORY, RUN_ARTIFACTS, RUNS, Parent
from modelreg.errors import Conflict, ModelRegistryError
from modelreg.types import ARTIFACT_TYPES, Metric, Parameter


async def logged_metric(call: AsyncCall, run_id: str, metric: Metric) -> Metric:
    """Add one value to a metric's history."""
    checked_name(metric.name)
    fields = to_body(Metric, {"value": metric.value, "step": metric.step, "timestamp": metric.timestamp})
    body = {"artifactType": ARTIFACT_TYPES["metric"], "name": metric.name, **fields}
    attempt = 0
    while True:
        attempt += 1
        try:
            sent: Metric = await call.send(RUN_ARTIFACTS.create, run_id, model="Metric", body=body)
            return sent
        except Conflict:
            # Two first values of one metric at once: this one was not kept.
            if attempt == ATTEMPTS:
                raise
        except ModelRegistryError as failure:
            if not failure.may_have_acted or attempt == ATTEMPTS:
                raise
            kept = await _kept(call, run_id, metric)
            if kept is not None:
                return kept


async def _kept(call: AsyncCall, run_id: str, metric: Metric) -> Metric | None:
    """Look for a value whose answer was lost: its step and moment tell it from others."""
    query = Query(name=metric.name, step_ids=None if metric.step is None else str(metric.step))
    said = to_body(Metric, {"value": metric.value, "timestamp": metric.timestamp})
    async for kept in AsyncPager[Metric](call, METRIC_HISTORY, Parent(RUNS, id=run_id), query):
        if {key: kept.raw.get(key) for key in said} == said:
            return kept
    return None


async def logged_param(call: AsyncCall, run_id: str, name: str, value: object) -> Parameter:
    """Set one parameter of a run."""
    checked_name(name)
    said = {"value": parameter_text(value, name), "parameter_type": parameter_type(value)}
    wanted = Wanted(
        resource=RUN_ARTIFACTS,
        name=name,
        parent_id=run_id,
        fields=to_body(Parameter, artifact_fields(Parameter, said)),
        fixed={"artifactType": ARTIFACT_TYPES["parameter"]},
        body="Parameter",
        change="ParameterUpdate",
    )
    parameter: Parameter
    parameter, _ = await upserted(call, wanted)
    return parameter
