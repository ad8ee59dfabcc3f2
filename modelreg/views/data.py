"""Decides what a record is as data, in JSON: its own fields in one order, times in ISO 8601, what is not there as null.

Keys are only ever added.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from modelreg.types import Artifact, Record
from modelreg.views.values import iso

_LAST = ("properties", "create_time", "last_update_time")


def field_names(record: type[Record]) -> tuple[str, ...]:
    """Return the public fields of a kind of record, in the order in which they are written."""
    names = [field.name for field in attrs.fields(record) if not field.name.startswith("_")]
    return (*(name for name in names if name not in _LAST), *_LAST)


def as_data(record: Record) -> dict[str, Any]:
    """Return a record as a JSON object."""
    kind = {"kind": record.kind} if isinstance(record, Artifact) else {}
    fields = {name: plain(getattr(record, name)) for name in field_names(type(record))}
    return {"id": fields.pop("id"), "name": fields.pop("name"), **kind, **fields, "labels": sorted(record.labels)}


def plain(value: object) -> Any:
    """Return a value as JSON has it."""
    match value:
        case datetime():
            return iso(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case tuple() | list() | frozenset():
            return [plain(item) for item in value]
        case str() | bool() | int() | float() | None:
            return value
        case _:
            return str(value)
