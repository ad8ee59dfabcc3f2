# Written by scripts/unasync.py from modelreg/_async/lookup.py; edit that file and run `make fmt`.
"""Decides how a record is found by its exact name, whatever a server takes names for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from modelreg._sync.call import Call
from modelreg.convert.names import checked_name, folded, is_plain, name_query
from modelreg.convert.resources import Parent, Resource
from modelreg.errors import NotFound
from modelreg.types import Record

PAGE = 500


@attrs.frozen
class Found:
    """What a look-up saw: the record of exactly that name, and one that a database may hold equal to it."""

    record: Any = None
    neighbour: Record | None = None


def find_exact(call: Call, resource: Resource, name: str, parent_id: str | None, *, kind: str | None = None) -> Found:
    """Look for the record of exactly this name under its parent, of one kind (`doc-artifact`) where kinds share names.

    A server that takes names for patterns answers a plain name exactly; for any other the candidates are listed and
    compared here.
    """
    checked_name(name)
    if resource.find is not None and resource.finds_names and (is_plain(name) or not resource.filters):
        found = _find_one(call, resource, name, parent_id)
        if found.record is not None or is_plain(name):
            return found
    return _find_listed(call, resource, name, parent_id, kind)


def find_by_external_id(call: Call, resource: Resource, external_id: str) -> Any:
    """Look for the record with this external id; None when there is none."""
    if resource.find is None:
        return None
    try:
        record = call.record(resource.find, external_id=external_id)
    except NotFound:
        return None
    # A database without case answers neighbours too.
    return record if record.external_id == external_id else None


def resolved(call: Call, parent: Parent) -> str:
    """Answer the id of a parent.

    Raises:
        NotFound: There is none of that name.
    """
    if parent.id is not None:
        return parent.id
    if parent in call.met:
        return call.met[parent]
    above = None if parent.parent is None else resolved(call, parent.parent)
    found = find_exact(call, parent.resource, parent.name or "", above)
    if found.record is None:
        raise NotFound(f"there is no {parent}", resource=str(parent))
    call.met[parent] = str(found.record.id)
    return call.met[parent]


def _find_one(call: Call, resource: Resource, name: str, parent_id: str | None) -> Found:
    try:
        record = call.record(resource.find or "", name=name, parent_resource_id=parent_id)
    except NotFound:
        return Found()
    return Found(record=record) if record.name == name else Found(neighbour=record)


def _find_listed(call: Call, resource: Resource, name: str, parent_id: str | None, kind: str | None) -> Found:
    neighbour: Record | None = None
    for record in _candidates(call, resource, parent_id, kind, name_query(name) if resource.filters else None):
        if record.name == name:
            return Found(record=record)
        if folded(record.name) == folded(name):
            neighbour = record
    return Found(neighbour=neighbour)


def find_neighbour(
    call: Call, resource: Resource, name: str, parent_id: str | None, *, kind: str | None = None
) -> Record | None:
    """Look through everything for the name that a database holds equal to this one; the last resort of an error."""
    for record in _candidates(call, resource, parent_id, kind, None):
        if folded(record.name) == folded(name):
            return record
    return None


def _candidates(
    call: Call, resource: Resource, parent_id: str | None, kind: str | None, query: str | None
) -> Iterator[Record]:
    endpoint, path = listing(resource, parent_id)
    token: str | None = None
    while token != "":
        records, token = call.page(
            resource.record,
            endpoint,
            *path,
            filter_query=query,
            artifact_type=kind,
            page_size=str(PAGE),
            order_by="ID",
            next_page_token=token,
        )
        for record in records:
            yield record


def listing(resource: Resource, parent_id: str | None) -> tuple[str, tuple[str, ...]]:
    """Answer the endpoint that lists, and its path arguments."""
    if parent_id is None:
        return resource.list or "", ()
    return resource.list_under or "", (parent_id,)
