"""Create, get, find, list and update: the operations on any resource but artifacts.

One operation is one transaction. What is wrong with a request is raised as a Refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection
from sqlalchemy.exc import IntegrityError

from modelreg.local._registry import rows
from modelreg.local._registry.bodies import READ_ONLY, Content, read_create, read_integer, read_object, read_update
from modelreg.local._registry.database import Database
from modelreg.local._registry.errors import bad_request, conflict, not_found
from modelreg.local._registry.json_responses import Response, Version, as_page, as_record
from modelreg.local._registry.paging import read_page
from modelreg.local._registry.preconditions import require_match
from modelreg.local._registry.resource_table import (
    ARTIFACT,
    EXPERIMENT_RUN,
    INFERENCE_SERVICE,
    LONGEST_NAME,
    MODEL_VERSION,
    RESOURCES,
    FieldType,
    Resource,
)
from modelreg.local._registry.rows import Row
from modelreg.local._registry.schema import TABLES


@frozen
class Request:
    """A request whose route is known."""

    database: Database
    version: Version
    query: Mapping[str, str]
    body: bytes
    id: str = ""
    if_match: str = ""
    deadline: float | None = None

    def read(self) -> AbstractContextManager[Connection]:
        """Return a transaction to read in."""
        return self.database.read(self.deadline)

    @contextmanager
    def write(self, resource: Resource) -> Iterator[Connection]:
        """Run a block in a transaction to write in; a name or external id that is taken is refused.

        Raises:
            Refusal: 409, by the database's own constraint.
        """
        try:
            with self.database.write(self.deadline) as connection:
                yield connection
        except IntegrityError as error:
            where = " under its parent" if resource.parent else ""
            raise conflict(f"another {resource.label} has this name{where}, or this external id") from error

    def path_id(self) -> int:
        """Return the id in the path."""
        return read_integer(self.id, "the id in the path")


def create(request: Request, resource: Resource, *, under_path: bool = False) -> Response:
    """Make a resource; under a path its parent is the path's, whatever the body says."""
    parent = request.path_id() if under_path else None
    # Below a parent the contract takes the whole resource for a body, which has read-only fields.
    ignored = READ_ONLY if under_path else ()
    content = read_create(resource.fields, read_object(request.body), ignored=ignored)
    if parent is not None:
        content.values["parent_id"] = parent
    content.values["name"] = content.values.get("name") or new_name()
    if resource.parent is not None:
        check_name_behind(content.values["name"], content.values["parent_id"])
    _check_times(resource, content.values)
    with request.write(resource) as connection:
        _require_references(connection, resource, content)
        row = rows.insert(connection, resource, content, request.database.now())
    return as_record(201, resource, row, request.version)


def get(request: Request, resource: Resource) -> Response:
    """Return the resource with the id in the path."""
    with request.read() as connection:
        row = require(connection, resource, request.path_id())
    return as_record(200, resource, row, request.version)


def find(request: Request, resource: Resource, **kind: str) -> Response:
    """Return the one resource that has a name, under its parent if it has one, or an external id."""
    name, external = request.query.get("name", ""), request.query.get("externalId", "")
    parent = request.query.get("parentResourceId", "")
    wanted: dict[str, Any] = dict(kind)
    if name and (parent or resource.parent is None):
        wanted["name"] = name
        if resource.parent is not None:
            wanted["parent_id"] = read_integer(parent, "parentResourceId")
    elif external:
        wanted["external_id"] = external
    else:
        needed = "name and parentResourceId" if resource.parent else "name"
        raise bad_request(f"a {resource.label} is found by {needed}, or by externalId")
    with request.read() as connection:
        row = rows.find(connection, resource, **wanted)
    if row is None:
        raise not_found(f"no {resource.label} has this {'name' if 'name' in wanted else 'external id'}")
    return as_record(200, resource, row, request.version)


def check_name_behind(name: str, parent: object, *, more: int = 0) -> None:
    """Refuse a name that published servers cannot store: they put it behind its parent's id and a colon.

    Args:
        name: The name of a child.
        parent: The id of its parent.
        more: How many further characters are stored beside the name.

    Raises:
        Refusal: 400, when the name is too long.
    """
    room = LONGEST_NAME - len(f"{parent}:") - more
    if len(name) > room:
        raise bad_request(f"name is longer than {room} characters, which is the room that its parent leaves")


def list_all(
    request: Request, resource: Resource, *, under_path: bool = False, conditions: Iterable[ColumnElement[bool]] = ()
) -> Response:
    """Return a page of the resources, of one parent where the path names it."""
    page = read_page(request.query)
    table = TABLES[resource.table]
    wanted = list(conditions)
    if under_path:
        if resource is not ARTIFACT:
            wanted.append(table.c.parent_id == request.path_id())
        wanted.extend(
            table.c[column] == request.query[parameter]
            for parameter, column in (("name", "name"), ("externalId", "external_id"))
            if request.query.get(parameter) and resource.named
        )
    if text := request.query.get("filterQuery", ""):
        wanted += _selected(resource, text, request.database.dialect)
    with request.read() as connection:
        listed = rows.page(connection, resource, page, wanted)
    return as_page(resource, listed, page, request.version)


def _selected(resource: Resource, text: str, dialect: str) -> list[ColumnElement[bool]]:
    """Return the condition of a filter, or none when it is blank."""
    # Imported here: most lists are not filtered, and a short command line would wait for it.
    from modelreg.local._registry.filters import parse_filter
    from modelreg.local._registry.selection import Selection

    found = parse_filter(text)
    return [] if found is None else [Selection(resource, dialect).of(found)]


def update(request: Request, resource: Resource) -> Response:
    """Change what a PATCH says; what it leaves out, states too, stays."""
    content = read_update(resource.fields, read_object(request.body))
    with request.write(resource) as connection:
        row = require(connection, resource, request.path_id(), lock=True)
        require_match(request.if_match, row)
        _check_times(resource, {**row, **content.values})
        _require_references(connection, resource, content)
        row = rows.update(connection, resource, row, content, request.database.now())
    return as_record(200, resource, row, request.version)


def get_served(request: Request, resource: Resource) -> Response:
    """Return the model or the version that an inference service serves; the newest version where none is set."""
    with request.read() as connection:
        service = require(connection, INFERENCE_SERVICE, request.path_id())
        if resource is not MODEL_VERSION:
            row: Row | None = require(connection, resource, service["registered_model_id"])
        elif service["model_version_id"] is not None:
            row = require(connection, resource, service["model_version_id"])
        else:
            row = rows.find_newest(connection, MODEL_VERSION, service["registered_model_id"])
    if row is None:
        raise not_found("the model of this inference service has no version")
    return as_record(200, resource, row, request.version)


def require(connection: Connection, resource: Resource, id: int, *, lock: bool = False) -> Row:
    """Return the row with an id.

    Raises:
        Refusal: 404, when there is none.
    """
    row = rows.get(connection, resource, id, lock=lock)
    if row is None:
        raise not_found(f"no {resource.label} has the id {id}")
    return row


def new_name() -> str:
    """Return the name of something that was given none."""
    from uuid import uuid4

    return str(uuid4())


def _require_references(connection: Connection, resource: Resource, content: Content) -> None:
    """Refuse a row that would point at nothing."""
    references = {each.column: each.refers_to for each in resource.fields if each.type is FieldType.REF}
    if resource.parent is not None:
        references["parent_id"] = resource.parent
    for column, table in references.items():
        referred = content.values.get(column)
        if referred is not None and table is not None and not rows.is_there(connection, RESOURCES[table], referred):
            raise not_found(f"no {RESOURCES[table].label} has the id {referred}")


def _check_times(resource: Resource, values: Mapping[str, Any]) -> None:
    if resource is EXPERIMENT_RUN:
        start, end = values.get("start_time"), values.get("end_time")
        if start is not None and end is not None and end < start:
            raise bad_request("an experiment run cannot end before it starts")
