"""Plans: what the changes of records look like as requests, for people and for dry runs."""

from __future__ import annotations

from urllib.parse import unquote

from modelreg.core.change import Change
from modelreg.types import Plan, PlannedWrite


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
    name = desired.name or (change.existing.name if change.existing is not None else "")
    assert change.happens != "conflict"
    if change.body is None:
        return PlannedWrite(resource=desired.resource.kind, name=name, happens=change.happens)
    if change.existing is None:
        assert desired.resource.api.create is not None
        above = desired.resource.parent
        parent_id = desired.parent_id or f"{{{above.kind if above else ''}_id}}"
        field = desired.resource.parent_field
        body = change.body if field is None else {field: parent_id, **change.body}
        request = desired.resource.api.create(body, parent_id)
    else:
        assert desired.resource.api.update is not None
        request = desired.resource.api.update(change.existing.id, change.body)
    return PlannedWrite(
        resource=desired.resource.kind,
        name=name,
        happens=change.happens,
        method=str(request["method"]).upper(),
        path=unquote(str(request["url"])),
        body=change.body,
    )
