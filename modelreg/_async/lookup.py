"""Look-ups of records by their exact names, whatever a server takes names for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import attrs

from modelreg._async.pages import pages
from modelreg._core.endpoints import Request, page_query
from modelreg._core.names import folded, is_plain, name_query
from modelreg._core.resources import ARTIFACTS, Resource
from modelreg._types import Artifact, Record

if TYPE_CHECKING:
    from modelreg._async.engine import AsyncEngine

PAGE = 500


@attrs.frozen
class Found:
    """What a look-up saw: the record of exactly that name, and one that a database may hold equal to it."""

    record: Any = None
    neighbour: Record | None = None


NOTHING = Found()


async def find_exact(
    engine: AsyncEngine, resource: Resource, name: str, parent_id: str | None, *, kind: str | None = None
) -> Found:
    """Look for the record of exactly this name under its parent.

    A server that takes names for patterns answers a plain name exactly; for any other the candidates are listed and
    compared here.

    Args:
        engine: What reads.
        resource: What it is.
        name: Its name, checked.
        parent_id: Id of what it is named under.
        kind: The wire name of the kind of artifact, where kinds share names.
    """
    plain = is_plain(name)
    if resource.finds_names and (plain or not resource.filters):
        response = await engine.connection.find(**_find_request(resource, name, parent_id))
        if response is None:
            found = NOTHING
        else:
            record = engine.read(resource.record, response)
            found = Found(record=record) if record.name == name else Found(neighbour=record)
        if found.record is not None or plain:
            return found
    return await _find_listed(engine, resource, name, parent_id, kind)


def _find_request(resource: Resource, name: str, parent_id: str | None) -> Request:
    if resource.api.find is not None:
        return resource.api.find(name=name)
    assert resource.api.find_under is not None
    return resource.api.find_under(name=name, parent_resource_id=parent_id or "")


async def find_by_external_id(engine: AsyncEngine, resource: Resource, external_id: str) -> Any:
    """Return the record with this external id; None when there is none."""
    find = resource.api.find or resource.api.find_under
    if find is None:
        return None
    response = await engine.connection.find(**find(external_id=external_id))
    if response is None:
        return None
    record = engine.read(resource.record, response)
    # A database without case answers neighbours too.
    return record if record.external_id == external_id else None


async def find_neighbour(
    engine: AsyncEngine, resource: Resource, name: str, parent_id: str | None, *, kind: str | None = None
) -> Record | None:
    """Look through everything for the name that a database holds equal to this one; the last resort of an error."""
    async for record in _candidates(engine, resource, parent_id, kind, None):
        if folded(record.name) == folded(name):
            return record
    return None


async def artifacts_of(engine: AsyncEngine, version_id: str) -> list[Artifact]:
    """Return the artifacts of a version, the newest last."""

    def request(token: str | None) -> Request:
        return list_request(ARTIFACTS, version_id, page_query(page_size=PAGE, token=token))

    return [record async for records in pages(engine, Artifact, request) for record in records]


async def _find_listed(
    engine: AsyncEngine, resource: Resource, name: str, parent_id: str | None, kind: str | None
) -> Found:
    neighbour: Record | None = None
    query = name_query(name) if resource.filters else None
    async for record in _candidates(engine, resource, parent_id, kind, query):
        if record.name == name:
            return Found(record=record)
        if folded(record.name) == folded(name):
            neighbour = record
    return Found(neighbour=neighbour)


async def _candidates(
    engine: AsyncEngine, resource: Resource, parent_id: str | None, kind: str | None, query: str | None
) -> AsyncIterator[Record]:
    def request(token: str | None) -> Request:
        return list_request(
            resource,
            parent_id,
            page_query(page_size=PAGE, filter_query=query, artifact_type=kind, token=token),
        )

    async for records in pages(engine, resource.record, request):
        for record in records:
            yield record


def list_request(resource: Resource, parent_id: str | None, query: Any) -> Request:
    """Return the request for a page of everything, or of what is under one parent."""
    if parent_id is None:
        assert resource.api.list is not None
        return resource.api.list(**query)
    assert resource.api.list_under is not None
    return resource.api.list_under(parent_id, **query)
