"""The error for a name or an external id that is taken: it names what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from modelreg._async.lookup import find_by_external_id, find_neighbour
from modelreg._core.change import Desired
from modelreg._types import Record
from modelreg.errors import Conflict, Reason

if TYPE_CHECKING:
    from modelreg._async.engine import AsyncEngine


async def name_conflict(
    engine: AsyncEngine, desired: Desired, neighbour: Record | None, conflict: Conflict
) -> Conflict:
    """Return the error that names what stands in the way of a name or an external id."""
    label = desired.resource.label
    external_id = desired.fields.get("externalId")
    if neighbour is None and external_id:
        holder = await find_by_external_id(engine, desired.resource, external_id)
        if holder is not None:
            return _taken(
                conflict,
                f"external_id {external_id!r} belongs to {label} {holder.name!r} (id {holder.id})",
                "external_id_taken",
                {"resource": desired.resource.kind, "external_id": external_id, **_holder(holder)},
            )
    if not desired.name:
        return conflict
    if neighbour is None:
        kind = desired.fixed.get("artifactType")
        neighbour = await find_neighbour(engine, desired.resource, desired.name, desired.parent_id, kind=kind)
    details = {"resource": desired.resource.kind, "name": desired.name}
    if neighbour is None:
        message = f"the registry reports that {label} {desired.name!r} exists, but it cannot be found"
        return _taken(conflict, message, "name_taken", details)
    return _taken(
        conflict,
        f"{label} {desired.name!r} cannot be created: the registry's database holds it equal to "
        f"{neighbour.name!r} (id {neighbour.id})",
        "name_equal_in_database",
        {**details, **_holder(neighbour)},
        hint="Use that name, or one that differs in more than case, accents, emoji or trailing spaces.",
    )


def _holder(record: Record) -> Mapping[str, object]:
    return {"holder": record.name, "holder_id": record.id}


def _taken(
    cause: Conflict, message: str, reason: Reason, details: Mapping[str, object], hint: str | None = None
) -> Conflict:
    return Conflict(
        message,
        status=cause.status,
        code=cause.code,
        server_message=cause.server_message,
        method=cause.method,
        url=cause.url,
        resource=str(details.get("holder_id") or "") or None,
        reason=reason,
        details=details,
        hint=hint,
    )
