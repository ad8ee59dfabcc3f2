"""Rows of any resource, read and written in the transaction that is given. Knows SQL, and nothing of HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, or_, select

from modelreg.local._registry import statements
from modelreg.local._registry.bodies import Content
from modelreg.local._registry.paging import Page
from modelreg.local._registry.properties import Properties
from modelreg.local._registry.resource_table import ARTIFACT, Resource
from modelreg.local._registry.schema import TABLES, joined_table, property_table

Row: TypeAlias = Mapping[Any, Any]
_EMPTY = Properties("{}", ())
_ARTIFACTS = TABLES[ARTIFACT.table]
_KEYS = {table: tuple(TABLES[table].c.keys()) for table in TABLES}


def _first(cursor: Any, resource: Resource) -> Row | None:
    found = cursor.fetchone()
    cursor.close()
    return None if found is None else dict(zip(_KEYS[resource.table], found, strict=True))


def get(connection: Connection, resource: Resource, id: int, *, lock: bool = False) -> Row | None:
    """Return the row with an id; ``lock`` keeps others from changing it until the transaction ends."""
    statement = statements.by_id(connection.dialect, TABLES[resource.table], lock=lock)
    return _first(statement.run(connection, {"_id": id}), resource)


def is_there(connection: Connection, resource: Resource, id: int) -> bool:
    """Return whether there is a row with an id."""
    statement = statements.id_of(connection.dialect, TABLES[resource.table])
    return statement.run(connection, {"_id": id}).fetchone() is not None


def find(connection: Connection, resource: Resource, *, lock: bool = False, **equal: Any) -> Row | None:
    """Return the first row, by id, whose columns have these values; a parent's joined artifacts come after its own."""
    found = _find(connection, resource, lock, equal, tuple(equal), joined=False)
    if found is None and resource is ARTIFACT and "parent_id" in equal:
        columns = tuple(each for each in equal if each != "parent_id")
        found = _find(connection, resource, lock, equal, columns, joined=True)
    return found


def _find(
    connection: Connection,
    resource: Resource,
    lock: bool,
    equal: Mapping[str, Any],
    columns: tuple[str, ...],
    *,
    joined: bool,
) -> Row | None:
    statement = statements.first(connection.dialect, TABLES[resource.table], columns, lock=lock, joined=joined)
    return _first(statement.run(connection, {f"_{column}": value for column, value in equal.items()}), resource)


def find_newest(connection: Connection, resource: Resource, parent: int) -> Row | None:
    """Return the row that was created last under a parent."""
    table = TABLES[resource.table]
    query = select(table).where(table.c.parent_id == parent).order_by(table.c.id.desc()).limit(1)
    return connection.execute(query).mappings().first()


def page(
    connection: Connection, resource: Resource, page: Page, conditions: Iterable[ColumnElement[bool]]
) -> Sequence[Row]:
    """Return the rows of a page, and one more when another page follows."""
    table = TABLES[resource.table]
    query = page.apply(select(table).where(*conditions), table)
    return connection.execute(query).mappings().all()


def kind_of(connection: Connection, id: int) -> tuple[str, bool] | None:
    """Return which resource has an id, and whether artifacts were joined to it; None where there is none."""
    found = statements.kind_of(connection.dialect).run(connection, {"_id": id}).fetchone()
    return None if found is None else (found[0], bool(found[1]))


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
    statement = statements.newest_creation(connection.dialect, TABLES[resource.table])
    return statement.run(connection, {"_parent_id": parent}).fetchone()[0] or 0


def insert(connection: Connection, resource: Resource, content: Content, now: int) -> Row:
    """Write a new row with an id of its own, and return it.

    Raises:
        sqlalchemy.exc.IntegrityError: From the transaction, when its name or external id is taken.
    """
    dialect, table = connection.dialect, TABLES[resource.table]
    new = statements.new_id(dialect).run(connection, {"kind": resource.table}).fetchone()[0]
    properties = content.properties or _EMPTY
    row = dict.fromkeys(_KEYS[resource.table])
    row.update(content.values, id=new, created=now, updated=now, properties=properties.text)
    if resource.named:
        row["revision"] = 0
    statements.insertion(dialect, table).run(connection, row)
    _write_properties(connection, new, properties)
    return row


def update(connection: Connection, resource: Resource, row: Row, content: Content, now: int) -> Row:
    """Change the columns of a row that the content has values for, and return the row as it is then."""
    dialect, table = connection.dialect, TABLES[resource.table]
    changes = dict(content.values, updated=now, revision=row["revision"] + 1)
    if content.properties is not None:
        changes["properties"] = content.properties.text
        statements.without_properties(dialect).run(connection, {"_owner": row["id"]})
        _write_properties(connection, row["id"], content.properties)
    statements.change(dialect, table, tuple(changes)).run(connection, {**changes, "_id": row["id"]})
    return {**row, **changes}


def _write_properties(connection: Connection, owner: int, properties: Properties) -> None:
    if properties.rows:
        values = [{"owner": owner, **each} for each in properties.rows]
        statements.insertion(connection.dialect, property_table).run_many(connection, values)
