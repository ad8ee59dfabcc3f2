"""Rows of any resource, read and written in the transaction that is given. Knows SQL, and nothing of HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Insert, Select, Table, bindparam, exists, func, or_, select

from modelreg.local.bodies import Content
from modelreg.local.paging import Page
from modelreg.local.properties import Properties
from modelreg.local.resource_table import ARTIFACT, Resource
from modelreg.local.schema import TABLES, joined_table, property_table, resource_table

Row: TypeAlias = Mapping[Any, Any]
_EMPTY = Properties("{}", ())
_ARTIFACTS = TABLES[ARTIFACT.table]


@cache
def _everything(table: Table) -> Select[Any]:
    return select(table)


@cache
def _by_id(table: Table, lock: bool) -> Select[Any]:
    query = _everything(table).where(table.c.id == _bind("id", table))
    return query.with_for_update(key_share=True) if lock else query


def _bind(column: str, table: Table) -> Any:
    return bindparam(f"_{column}", type_=table.c[column].type)


def get(connection: Connection, resource: Resource, id: int, *, lock: bool = False) -> Row | None:
    """Return the row with an id; ``lock`` keeps others from changing it until the transaction ends."""
    return connection.execute(_by_id(TABLES[resource.table], lock), {"_id": id}).mappings().first()


def is_there(connection: Connection, resource: Resource, id: int, *, lock: bool = False) -> bool:
    """Say whether there is a row with an id."""
    return connection.execute(_id_of(TABLES[resource.table], lock), {"_id": id}).first() is not None


@cache
def _id_of(table: Table, lock: bool) -> Select[Any]:
    query = select(table.c.id).where(table.c.id == _bind("id", table))
    return query.with_for_update(key_share=True) if lock else query


def find(connection: Connection, resource: Resource, *, lock: bool = False, **equal: Any) -> Row | None:
    """Return the first row, by id, whose columns have these values; a parent's joined artifacts come after its own."""
    found = _find(connection, resource, lock, equal)
    if found is None and resource is ARTIFACT and "parent_id" in equal:
        joined = select(joined_table.c.artifact_id).where(joined_table.c.parent_id == equal.pop("parent_id"))
        found = _find(connection, resource, lock, equal, _ARTIFACTS.c.id.in_(joined))
    return found


def _find(
    connection: Connection, resource: Resource, lock: bool, equal: Mapping[str, Any], *more: ColumnElement[bool]
) -> Row | None:
    table = TABLES[resource.table]
    query = _everything(table).where(*(table.c[column] == value for column, value in equal.items()), *more)
    if "external_id" in equal:
        query = query.where(table.c.external_id != "")  # what the index of external ids covers
    query = query.order_by(table.c.id).limit(1)
    return connection.execute(query.with_for_update(key_share=True) if lock else query).mappings().first()


def find_newest(connection: Connection, resource: Resource, parent: int) -> Row | None:
    """Return the row that was created last under a parent."""
    table = TABLES[resource.table]
    query = _everything(table).where(table.c.parent_id == parent).order_by(table.c.id.desc()).limit(1)
    return connection.execute(query).mappings().first()


def page(
    connection: Connection, resource: Resource, page: Page, conditions: Iterable[ColumnElement[bool]]
) -> Sequence[Row]:
    """Return the rows of a page, and one more when another page follows."""
    table = TABLES[resource.table]
    query = page.apply(_everything(table).where(*conditions), table)
    return connection.execute(query).mappings().all()


def kind_of(connection: Connection, id: int) -> tuple[str, bool] | None:
    """Return which resource has an id, and whether artifacts were joined to it; None where there is none."""
    found = connection.execute(_kind_of(), {"_id": id}).first()
    return None if found is None else (found[0], bool(found[1]))


@cache
def _kind_of() -> Select[Any]:
    joined = exists().where(joined_table.c.parent_id == resource_table.c.id)
    return select(resource_table.c.kind, joined).where(resource_table.c.id == _bind("id", resource_table))


def belongs_to(parent: int) -> ColumnElement[bool]:
    """Return the condition that an artifact was made under a parent or joined to it."""
    joined = select(joined_table.c.artifact_id).where(joined_table.c.parent_id == parent)
    return or_(_ARTIFACTS.c.parent_id == parent, _ARTIFACTS.c.id.in_(joined))


def join(connection: Connection, artifact: int, parent: int) -> None:
    """Join an artifact to a further version or run, where it is not yet."""
    there = select(joined_table.c.parent_id).where(
        joined_table.c.parent_id == parent, joined_table.c.artifact_id == artifact
    )
    if connection.execute(there).first() is None:
        connection.execute(joined_table.insert(), {"parent_id": parent, "artifact_id": artifact})


def is_recorded(connection: Connection, resource: Resource, **equal: Any) -> bool:
    """Return whether a row has these values; None is equal to None."""
    table = TABLES[resource.table]
    conditions = (table.c[column].is_not_distinct_from(value) for column, value in equal.items())
    return connection.execute(select(table.c.id).where(*conditions).limit(1)).first() is not None


def newest_creation(connection: Connection, resource: Resource, parent: int) -> int:
    """Return when the newest row under a parent was created, in microseconds; 0 when there is none."""
    table = TABLES[resource.table]
    query = select(func.max(table.c.created)).where(table.c.parent_id == _bind("parent_id", table))
    return connection.execute(query, {"_parent_id": parent}).scalar() or 0


def insert(connection: Connection, resource: Resource, content: Content, now: int) -> Row:
    """Write a new row with an id of its own, and return it.

    Raises:
        sqlalchemy.exc.IntegrityError: when its name or external id is taken.
    """
    table = TABLES[resource.table]
    new = connection.execute(_new_id(), {"kind": resource.table}).scalar_one()
    properties = content.properties or _EMPTY
    row = dict.fromkeys(table.c.keys())
    row.update(content.values, id=new, created=now, updated=now, properties=properties.text)
    if resource.named:
        row["revision"] = 0
    connection.execute(_insertion(table), row)
    _write_properties(connection, new, properties)
    return row


@cache
def _new_id() -> Any:
    return resource_table.insert().returning(resource_table.c.id)


@cache
def _insertion(table: Table) -> Insert:
    return table.insert()


def update(connection: Connection, resource: Resource, row: Row, content: Content, now: int) -> Row:
    """Change what the content says of a row, and return the row as it is then."""
    table = TABLES[resource.table]
    changes = dict(content.values, updated=now, revision=row["revision"] + 1)
    if content.properties is not None:
        changes["properties"] = content.properties.text
        connection.execute(property_table.delete().where(property_table.c.owner == row["id"]))
        _write_properties(connection, row["id"], content.properties)
    connection.execute(table.update().where(table.c.id == row["id"]).values(**changes))
    return {**row, **changes}


def _write_properties(connection: Connection, owner: int, properties: Properties) -> None:
    if properties.rows:
        connection.execute(_insertion(property_table), [{"owner": owner, **each} for each in properties.rows])
