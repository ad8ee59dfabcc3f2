"""Statements that run often: built and compiled by SQLAlchemy once, and executed on the driver's own connection.

What SQLAlchemy does around every execution costs ten times what a short statement costs in SQLite. Errors are the
driver's; the transaction turns them into SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from attrs import frozen
from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Select,
    Table,
    bindparam,
    exists,
    func,
    literal_column,
    select,
)
from sqlalchemy.sql.expression import ClauseElement

from modelreg.local._registry.schema import joined_table, property_table, resource_table


@frozen
class Statement:
    """The text of a statement for one database; ``names`` are its parameters, where they are told by position."""

    text: str
    names: tuple[str, ...] | None

    def _parameters(self, values: Mapping[str, Any]) -> Any:
        return values if self.names is None else tuple([values[name] for name in self.names])

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """Execute the statement and return the driver's cursor."""
        driver: Any = connection.connection.driver_connection
        return driver.execute(self.text, self._parameters(values))

    def run_many(self, connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
        """Execute the statement once for each set of values."""
        driver: Any = connection.connection.driver_connection
        driver.cursor().executemany(self.text, [self._parameters(each) for each in values])


def _compile(element: ClauseElement, dialect: Dialect, columns: Sequence[str] | None = None) -> Statement:
    compiled: Any = element.compile(dialect=dialect, column_keys=columns)
    return Statement(str(compiled), tuple(compiled.positiontup) if compiled.positional else None)


def _bound(table: Table, column: str) -> Any:
    return bindparam(f"_{column}", type_=table.c[column].type)


def _locked(query: Select[Any], *, lock: bool) -> Select[Any]:
    return query.with_for_update(key_share=True) if lock else query


@cache
def by_id(dialect: Dialect, table: Table, *, lock: bool) -> Statement:
    """Return the statement that reads the row with the id ``_id``; ``lock`` keeps others from changing it."""
    return _compile(_locked(select(table).where(table.c.id == _bound(table, "id")), lock=lock), dialect)


@cache
def id_of(dialect: Dialect, table: Table) -> Statement:
    """Return the statement that reads the id ``_id`` where there is a row with it."""
    return _compile(select(table.c.id).where(table.c.id == _bound(table, "id")), dialect)


@cache
def kind_of(dialect: Dialect) -> Statement:
    """Return the statement that reads of which kind the id ``_id`` is, and whether artifacts were joined to it."""
    joined = exists().where(joined_table.c.parent_id == resource_table.c.id)
    return _compile(
        select(resource_table.c.kind, joined).where(resource_table.c.id == _bound(resource_table, "id")), dialect
    )


@cache
def first(dialect: Dialect, table: Table, columns: tuple[str, ...], *, lock: bool, joined: bool) -> Statement:
    """Return the statement that reads the first row, by id, whose columns have given values.

    Args:
        dialect: The dialect of the database.
        table: The table.
        columns: The columns that are compared, each with the parameter of its name behind an underscore.
        lock: Keep others from changing the row.
        joined: Read artifacts that were joined to the parent ``_parent_id``, not those that were made under it.
    """
    conditions: list[ColumnElement[bool]] = [table.c[each] == _bound(table, each) for each in columns]
    if "external_id" in columns:
        conditions.append(table.c.external_id != literal_column("''"))  # what the index of external ids covers
    if joined:
        parents = joined_table.c.parent_id == bindparam("_parent_id", type_=joined_table.c.parent_id.type)
        conditions.append(table.c.id.in_(select(joined_table.c.artifact_id).where(parents)))
    query = select(table).where(*conditions).order_by(table.c.id)
    return _compile(_locked(query, lock=lock), dialect)


@cache
def newest_creation(dialect: Dialect, table: Table) -> Statement:
    """Return the statement that reads when the newest row under the parent ``_parent_id`` was created."""
    return _compile(select(func.max(table.c.created)).where(table.c.parent_id == _bound(table, "parent_id")), dialect)


@cache
def new_id(dialect: Dialect) -> Statement:
    """Return the statement that gives out an id to a resource of the kind ``kind``."""
    return _compile(resource_table.insert().returning(resource_table.c.id), dialect, ["kind"])


@cache
def insertion(dialect: Dialect, table: Table) -> Statement:
    """Return the statement that inserts a row with a value for every column."""
    return _compile(table.insert(), dialect, table.c.keys())


@cache
def change(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> Statement:
    """Return the statement that sets columns of the row with the id ``_id``."""
    return _compile(table.update().where(table.c.id == _bound(table, "id")), dialect, columns)


@cache
def without_properties(dialect: Dialect) -> Statement:
    """Return the statement that deletes the properties of the owner ``_owner``."""
    return _compile(property_table.delete().where(property_table.c.owner == _bound(property_table, "owner")), dialect)
