"""The tables of a registry: one for each resource, made from its description, and those that they share.

``resource`` gives out the ids, so that no two resources of any kind share one, and is what every row and every
property points at. A property lies twice: in its owner's row as the text that is answered, and in ``property``,
one row a key, for filters to select by. ``revision`` counts the changes of a row, and is what its ETag is made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

from modelreg.local._registry.resource_table import METRIC_HISTORY, RESOURCES, Field, FieldType, Resource

#: The revisions of the tables, oldest first; the last one is what ``metadata`` says.
REVISIONS = ("0001", "0002", "0003")
HEAD = REVISIONS[-1]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
#: SQLite makes only a plain INTEGER the row's own id.
LONG = BigInteger().with_variant(Integer, "sqlite")
#: Compared and sorted by code point on every database, as SQLite does by itself.
STRING = Text().with_variant(Text(collation="C"), "postgresql")

_TYPES: Mapping[FieldType, TypeEngine[Any]] = {
    FieldType.INT: LONG,
    FieldType.LONG: LONG,
    FieldType.REF: LONG,
    FieldType.DOUBLE: Double(),
}

resource_table = Table(
    "resource", metadata, Column("id", LONG, primary_key=True), Column("kind", STRING, nullable=False)
)
property_table = Table(
    "property",
    metadata,
    Column("owner", LONG, ForeignKey("resource.id"), primary_key=True, autoincrement=False),
    Column("name", STRING, primary_key=True),
    Column("string_value", STRING),
    Column("int_value", LONG),
    Column("double_value", Double()),
    Column("bool_value", Boolean()),
    sqlite_with_rowid=False,
)
#: The versions and runs that an artifact was joined to after it was made, beside the one it was made under.
joined_table = Table(
    "joined_artifact",
    metadata,
    Column("parent_id", LONG, ForeignKey("resource.id"), primary_key=True, autoincrement=False),
    Column("artifact_id", LONG, ForeignKey("artifact.id"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
#: As Alembic itself makes it.
version_table = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def _column(described: Field) -> Column[Any]:
    refers = [ForeignKey(f"{described.refers_to}.id")] if described.refers_to else []
    needed = described.column in ("name", "artifact_type") or described.required
    return Column(described.column, _TYPES.get(described.type, STRING), *refers, nullable=not needed)


def _parent(resource: Resource) -> list[Column[Any]]:
    if resource.parent is None or resource.parent_field is not None:
        return []
    # An artifact may stand outside any version or run.
    return [Column("parent_id", LONG, ForeignKey(f"{resource.parent}.id"), nullable=bool(resource.variants))]


def _revision(resource: Resource) -> list[Column[Any]]:
    # Only what can be changed, and is therefore read alone, has revisions.
    return [Column("revision", LONG, nullable=False, server_default=text("0"))] if resource.named else []


def _unique(resource: Resource) -> list[UniqueConstraint]:
    if not resource.named:
        return []
    scope = (["parent_id"] if resource.parent else []) + (["artifact_type"] if resource.variants else [])
    return [UniqueConstraint(*scope, "name")]


def _table(resource: Resource) -> Table:
    return Table(
        resource.table,
        metadata,
        Column("id", LONG, ForeignKey("resource.id"), primary_key=True, autoincrement=False),
        *_parent(resource),
        *(_column(each) for each in resource.fields),
        Column("created", LONG, nullable=False),
        Column("updated", LONG, nullable=False),
        Column("properties", Text(), nullable=False),
        *_revision(resource),
        *_unique(resource),
    )


TABLES = {each.table: _table(each) for each in RESOURCES.values()}


@cache
def complete_metadata(dialect: str) -> MetaData:
    """Return the tables with their indexes, as a new database is made from them.

    Nothing else needs the indexes, and describing a partial one for PostgreSQL imports all that speaks to it.
    """
    for resource in RESOURCES.values():
        table = TABLES[resource.table]
        if not table.indexes:
            _add_indexes(resource, table)
        if dialect == "postgresql":
            for index in table.indexes:
                index.dialect_options[dialect]["where"] = index.dialect_options["sqlite"]["where"]
    return metadata


def _add_indexes(resource: Resource, table: Table) -> None:
    """Index what lists are sorted by, all of a kind and under one parent, so that a page costs the same everywhere."""
    if resource.named:
        Index(None, table.c.external_id, unique=True, sqlite_where=table.c.external_id != "")
    scope = [table.c.parent_id] if resource.parent else []
    if scope:
        Index(None, table.c.parent_id, table.c.id)
    if resource is METRIC_HISTORY:
        Index(None, table.c.parent_id, table.c.name, table.c.step)
    for time in (table.c.created, table.c.updated):
        Index(None, *scope, time, table.c.id)
    if scope and resource.named:
        for time in (table.c.created, table.c.updated):
            Index(None, time, table.c.id)
