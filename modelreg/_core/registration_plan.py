"""The plan of a registration: its writes as requests, for people and for dry runs."""

from __future__ import annotations

from datetime import UTC, datetime

from modelreg._core.aliases import aliases_of, moved
from modelreg._core.change import PROPERTIES
from modelreg._core.planning import planned_write
from modelreg._core.registration import DesiredRegistration, RegistrationChange, outcome
from modelreg._core.resources import MODELS
from modelreg._core.values import restated
from modelreg._types import Plan, PlannedWrite, RegisteredModel
from modelreg._types.records import STATE_LIVE


def registration_plan(change: RegistrationChange, desired: DesiredRegistration) -> Plan:
    """Return the plan of a registration, for people."""
    writes = [planned_write(each) for each in change.changes]
    model, alias = change.model.existing, desired.alias
    if alias is not None and (model is None or aliases_of(model).get(alias) != desired.version.name):
        # The alias moves last, when the version that it points at is there.
        there = model or RegisteredModel()
        edit, _ = moved(there, alias, desired.version.name, at=datetime.now(UTC), by=None, reason=None)
        merged = {**(there.raw.get(PROPERTIES) or {}), **desired.model.edit.merge, **edit.merge}
        writes.append(
            PlannedWrite(
                resource=MODELS.kind,
                name=desired.model.name,
                happens="updated",
                method="PATCH",
                path=f"/registered_models/{there.id or '{model_id}'}",
                body={"state": there.raw.get("state", STATE_LIVE), PROPERTIES: restated(merged)},
            )
        )
    return Plan(
        writes=tuple(writes),
        outcome=outcome(change, {}),
        warnings=change.warnings,
    )
