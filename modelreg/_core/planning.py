"""Plans: what the changes of records look like as requests, for people and for dry runs."""

from __future__ import annotations

from urllib.parse import unquote

import attrs

from modelreg._core.change import Change
from modelreg._types import Plan, PlannedWrite


def plan_of(change: Change) -> Plan:
    """Return the plan of one change.

    Raises:
        Conflict: As the verb would raise it.
    """
    if change.conflict is not None:
        raise change.conflict
    write = planned_write(change)
    return Plan(writes=(write,), outcome=write.happens)


def planned_write(change: Change) -> PlannedWrite:
    """Return the request of a change; `{...}` in its path stands for the id of what is not there yet."""
    desired = change.desired
    name = desired.name or change.existing.name
    assert change.happens != "conflict"
    if change.body is None:
        return PlannedWrite(resource=desired.resource.kind, name=name, happens=change.happens)
    if change.existing is None and desired.parent_id is None and desired.resource.parent is not None:
        placeholder = f"{{{desired.resource.parent.kind}_id}}"
        request = attrs.evolve(change, desired=attrs.evolve(desired, parent_id=placeholder)).request()
    else:
        request = change.request()
    return PlannedWrite(
        resource=desired.resource.kind,
        name=name,
        happens=change.happens,
        method=str(request["method"]).upper(),
        path=unquote(str(request["url"])),
        body=change.body,
    )
