# Written by scripts/unasync.py from modelreg/_async/write.py; edit that file and run `make fmt`.
"""Decides how one thing is made true: created once, whoever else creates it; changed by the smallest patch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from modelreg._sync.call import Call
from modelreg._sync.lookup import Found, find_by_external_id, find_exact, find_neighbour
from modelreg.convert.patch import PropertyEdit, creation, patch
from modelreg.convert.resources import Parent, Resource
from modelreg.errors import Conflict, InvalidInput, ModelRegistryError
from modelreg.types import Record
from modelreg.types.registration import Happened

# A POST whose fate is unknown is looked for, and sent again this often at most.
ATTEMPTS = 3


@attrs.frozen(kw_only=True)
class Wanted:
    """What a caller wants to be true of one named thing.

    Attributes:
        fields: Wire values by wire name, without name, parent and properties.
        fixed: Wire values that only a POST says, such as the parent's id.
        body, change: The generated models of the two bodies.
        unproven: Parents named by nothing but an id, which may not exist.
    """

    resource: Resource
    name: str
    parent_id: str | None = None
    fields: Mapping[str, Any] = attrs.field(factory=dict)
    fixed: Mapping[str, Any] = attrs.field(factory=dict)
    edit: PropertyEdit = attrs.field(factory=PropertyEdit)
    body: str = ""
    change: str = ""
    unproven: Sequence[Parent] = ()


def upserted(call: Call, wanted: Wanted) -> tuple[Any, Happened]:
    """Make it true; answer the record and what happened to it."""
    found = find(call, wanted)
    return established(call, wanted, found.record)


def established(call: Call, wanted: Wanted, known: Any) -> tuple[Any, Happened]:
    """Make it true, given the record of that name as it was just read, or None."""
    if known is not None:
        return changed(call, wanted, known)
    record, ours = _created(call, wanted)
    if ours:
        return record, "created"
    return changed(call, wanted, record)


class Raced(Exception):  # noqa: N818  # no failure of the caller's: the plan is made anew
    """Somebody else created the record first."""


def created_once(call: Call, wanted: Wanted) -> Any:
    """Create it; answer the record.

    Raises:
        Raced: Somebody else was first.
    """
    record, ours = _created(call, wanted)
    if not ours:
        raise Raced
    return record


def changed(call: Call, wanted: Wanted, record: Record) -> tuple[Any, Happened]:
    """Patch a record to what is wanted; nothing is sent when it is so already."""
    body = patch(record, wanted.fields, wanted.edit)
    if body is None:
        return record, "unchanged"
    if wanted.resource.update is None:
        raise InvalidInput(
            f"{wanted.resource.words} {record.name!r} differs in {', '.join(sorted(body))}, and the contract has no "
            "way to change one; give it another name"
        )
    return sent_patch(call, wanted.resource.update, record, wanted.change, body), "updated"


def sent_patch(call: Call, endpoint: str, record: Record, model: str, body: Mapping[str, Any]) -> Any:
    """Send a PATCH; a kind of artifact is said in every body."""
    kind = record.raw.get("artifactType")
    return call.send(endpoint, record.id, model=model, body={"artifactType": kind, **body} if kind else body)


def find(call: Call, wanted: Wanted) -> Found:
    """Look for the thing by its name; an artifact also by its kind."""
    kind = wanted.fixed.get("artifactType")
    return find_exact(call, wanted.resource, wanted.name, wanted.parent_id, kind=kind)


def _created(call: Call, wanted: Wanted) -> tuple[Any, bool]:
    """POST it; answer the record and whether it is ours, or somebody else's who was first."""
    body = creation({"name": wanted.name, **wanted.fixed, **wanted.fields}, wanted.edit)
    path = (wanted.parent_id,) if wanted.resource.create_under and wanted.parent_id else ()
    for parent in wanted.unproven:
        # Servers take a child of a parent that is not there; its record answers NotFound instead.
        call.record(parent.resource.get, parent.id or "")
    attempt = 0
    while True:
        attempt += 1
        try:
            return call.send(wanted.resource.create, *path, model=wanted.body, body=body), True
        except Conflict as conflict:
            found = find(call, wanted)
            if found.record is None:
                raise _named(call, wanted, found.neighbour, conflict) from conflict
            # After a lost answer the one that is there may be ours; it is compared either way.
            return found.record, attempt > 1 and patch(found.record, wanted.fields, wanted.edit) is None
        except ModelRegistryError as failure:
            if not failure.may_have_acted:
                raise
            found = find(call, wanted)
            if found.record is not None:
                return found.record, patch(found.record, wanted.fields, wanted.edit) is None
            if attempt == ATTEMPTS:
                raise


def _named(call: Call, wanted: Wanted, neighbour: Record | None, conflict: Conflict) -> Conflict:
    """Say what stands in the way of a name that is taken and yet not there."""
    words = wanted.resource.words
    external_id = wanted.fields.get("externalId")
    if neighbour is None and external_id:
        holder = find_by_external_id(call, wanted.resource, external_id)
        if holder is not None:
            return _conflict(
                conflict, f"external_id {external_id!r} belongs to {words} {holder.name!r} (id {holder.id})", holder.id
            )
    if neighbour is None:
        kind = wanted.fixed.get("artifactType")
        neighbour = find_neighbour(call, wanted.resource, wanted.name, wanted.parent_id, kind=kind)
    if neighbour is None:
        return _conflict(conflict, f"the registry says that {words} {wanted.name!r} exists, but it is not there", None)
    return _conflict(
        conflict,
        f"{words} {wanted.name!r} cannot be created: the registry's database holds it equal to {neighbour.name!r} "
        f"(id {neighbour.id})",
        neighbour.id,
    )


def _conflict(cause: Conflict, message: str, resource: str | None) -> Conflict:
    return Conflict(
        message,
        status=cause.status,
        code=cause.code,
        server_message=cause.server_message,
        method=cause.method,
        url=cause.url,
        resource=resource,
        hint="Use that name, or one that differs in more than case, accents, emoji or trailing spaces."
        if "database" in message
        else None,
    )
