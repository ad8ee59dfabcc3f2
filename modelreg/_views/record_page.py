"""The page of one record of any kind: its fields in one order, then its properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modelreg._core.record_data import as_data, field_names
from modelreg._types import Record
from modelreg._types.records import DIRECTION_PREFIX
from modelreg._views.page import Block, Cell, Column, Facts, Grid, Page, Tone

_LATE = ("id", "external_id", "create_time", "last_update_time")
_NOT_FACTS = ("name", "description", "properties", *_LATE)
_TONES: Mapping[str, Tone] = {
    "LIVE": "good",
    "DEPLOYED": "good",
    "ARCHIVED": "dim",
    "UNDEPLOYED": "dim",
    "FAILED": "bad",
    "DELETED": "bad",
}
PROPERTY_COLUMNS = (Column("key", "KEY"), Column("value", "VALUE", cut=1), Column("type", "TYPE"))


def record_page(record: Record, label: str) -> Page:
    """Return the page of one record."""
    blocks: list[Block] = [Facts([(label, record.name), *facts(record), *late_facts(record)]), property_grid(record)]
    return Page(f"{label} {record.name}", blocks, as_data(record), summary=record.description or "")


def facts(record: Record) -> Iterator[tuple[str, object]]:
    """Return the fields of a record that are set, without ids and times."""
    for name in field_names(type(record)):
        value = getattr(record, name)
        if name not in _NOT_FACTS and value not in (None, ()):
            yield label_of(name), toned(value) if name.endswith("state") or name == "status" else value
    if record.labels:
        yield "labels", tuple(sorted(record.labels))


def late_facts(record: Record) -> Iterator[tuple[str, object]]:
    """Return ids and times, which stand last."""
    for name in _LATE:
        value = getattr(record, name)
        if value is not None:
            yield label_of(name), value


def label_of(name: str) -> str:
    """Return the label of a field."""
    return {"create_time": "created", "last_update_time": "updated"}.get(name, name.replace("_", " "))


def toned(value: object) -> object:
    """Return a state with its tone."""
    return Cell(value, _TONES.get(str(value), ""))


def property_grid(record: Record, *, without: frozenset[str] = frozenset()) -> Grid:
    """Return the properties of a record that are no labels."""
    rows = [
        (key, value, type_name(value))
        for key, value in sorted(record.properties.items())
        if key not in without and key not in record.labels and not key.startswith(DIRECTION_PREFIX)
    ]
    return Grid(PROPERTY_COLUMNS, rows, title="Properties")


def type_name(value: Any) -> str:
    """Return the type of a property."""
    match value:
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "double"
        case str():
            return "text"
        case list():
            return "list"
        case _:
            return "struct"
