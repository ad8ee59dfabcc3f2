"""Records as JSON data: their own fields in one order, times in ISO 8601, missing values as null.

Keys are only ever added.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import attrs

from modelreg._types import Artifact, Record

_LAST = ("properties", "create_time", "last_update_time")


def field_names(record: type[Record]) -> tuple[str, ...]:
    """Return the public fields of a record class, in the order in which they are written."""
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


def iso(moment: datetime) -> str:
    """Return a time in ISO 8601, in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
