"""Reads and writes rows of any resource, in the transaction it is given. Knows SQL, and nothing of HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Insert, Select, Table, bindparam, func, select

from modelreg.local.bodies import Content
from modelreg.local.paging import Page
from modelreg.local.properties import Properties
from modelreg.local.resources import Resource
from modelreg.local.schema import TABLES, property_table, resource_table

Row: TypeAlias = Mapping[Any, Any]
_EMPTY = Properties("{}", ())


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
    """Return the first row, by id, whose columns have these values."""
    table = TABLES[resource.table]
    query = _everything(table).where(*(table.c[column] == value for column, value in equal.items()))
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
    changes = dict(content.values, updated=now)
    if content.properties is not None:
        changes["properties"] = content.properties.text
        connection.execute(property_table.delete().where(property_table.c.owner == row["id"]))
        _write_properties(connection, row["id"], content.properties)
    connection.execute(table.update().where(table.c.id == row["id"]).values(**changes))
    return {**row, **changes}


def _write_properties(connection: Connection, owner: int, properties: Properties) -> None:
    if properties.rows:
        connection.execute(_insertion(property_table), [{"owner": owner, **each} for each in properties.rows])
