"""Decides how a generated model becomes a record and a record's fields become a request body.

Both go by the records' own fields and their metadata; a field that is added there is converted here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

import attrs

from modelreg.convert import properties
from modelreg.errors import InvalidInput
from modelreg.types import ARTIFACT_KINDS, ARTIFACT_TYPES, RECORDS, Artifact, Record

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BY_NAME: dict[str, type[Record]] = {record.__name__: record for record in RECORDS}
_BY_TYPE = {wire: ARTIFACT_KINDS[kind] for kind, wire in ARTIFACT_TYPES.items()}


class WireForm(Protocol):
    """A generated model: it can say what stands on the wire."""

    def to_dict(self) -> dict[str, Any]:
        """Answer the JSON object."""


@attrs.frozen
class Field:
    """One field of a record: its name here and on the wire, and how it is read."""

    name: str
    wire: str
    read: str
    fixed: bool
    choices: tuple[str, ...] | None


def fields_of(record: type[Record]) -> tuple[Field, ...]:
    """List the convertible fields of a record class."""
    return _FIELDS[record]


def _listed(record: type[Record]) -> tuple[Field, ...]:
    found = []
    for attribute in attrs.fields(record):
        read = attribute.metadata.get("read", "")
        if read == "wire":
            continue
        wire = attribute.metadata.get("wire") or _camel("customProperties" if read == "properties" else attribute.name)
        found.append(
            Field(
                attribute.name,
                wire,
                read,
                attribute.metadata.get("fixed", False),
                attribute.metadata.get("choices"),
            )
        )
    return tuple(found)


def state_fields(record: type[Record]) -> tuple[str, ...]:
    """Name on the wire the fields that a PATCH resets when it leaves them out."""
    return tuple(field.wire for field in fields_of(record) if field.choices)


def to_record(model: WireForm) -> Any:
    """Make the record of a generated model; of a kind of artifact that this modelreg does not know, an `Artifact`."""
    return read_record(_BY_NAME.get(type(model).__name__, Artifact), model.to_dict())


def read_record(record: type[Record], wire: Mapping[str, Any]) -> Any:
    """Make a record of the JSON object that stood on the wire; an artifact's kind is read from it.

    What is not understood is left out of the record and stays in its raw form.
    """
    if record is Artifact:
        record = _BY_TYPE.get(str(wire.get("artifactType")), Artifact)
    plan = _READ_PLANS[record]
    values: dict[str, Any] = {"wire": wire}
    for key, value in wire.items():
        field = plan.get(key)
        if field is not None and value is not None:
            values[field[0]] = field[1](value)
    return record(**values)


def to_body(record: type[Record], values: Mapping[str, object]) -> dict[str, Any]:
    """Check and spell what a caller said, by field names; None is "not said".

    Raises:
        InvalidInput: A value of the wrong type or an unknown choice, with the field's name.
    """
    known = {field.name: field for field in fields_of(record)}
    body = {}
    for name, value in values.items():
        if value is None:
            continue
        if name not in known:
            raise InvalidInput(f"{name} is not a field of a {_words(record)}")
        body[known[name].wire] = _WRITERS[known[name].read](value, known[name])
    return body


def milliseconds(moment: datetime) -> str:
    """Spell a moment as the wire does; one without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return str((aware - _EPOCH) // timedelta(milliseconds=1))


def _read_time(value: Any) -> datetime | None:
    return _moment(str(value))


# Records are made at once and left alone: most of a list has a moment that was just read.
@lru_cache(maxsize=1024)
def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _read_number(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _read_whole(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _read_texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _read_properties(value: Any) -> dict[str, Any]:
    return properties.all_to_plain(value) if isinstance(value, dict) else {}


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": str,
    "time": _read_time,
    "float": _read_number,
    "int": _read_whole,
    "texts": _read_texts,
    "properties": _read_properties,
}


def _write_text(value: object, field: Field) -> str:
    if not isinstance(value, str):
        hint = "; write path.as_uri() or the URI itself" if field.name == "uri" else ""
        raise InvalidInput(f"{field.name} is a {type(value).__name__}, {value!r}; give a str{hint}")
    if field.choices and value not in field.choices:
        raise InvalidInput(f"{field.name} is {value!r}; it is one of {', '.join(field.choices)}")
    # An enum member that is a str is sent as its value.
    return properties.check_text(str.__str__(value), field.name)


def _write_time(value: object, field: Field) -> str:
    if not isinstance(value, datetime):
        raise InvalidInput(f"{field.name} is a {type(value).__name__}, {value!r}; give a datetime")
    return milliseconds(value)


def _write_float(value: object, field: Field) -> float:
    plain = properties.to_wire({field.name: value}, what="values")[field.name]
    number = properties.to_plain(plain)
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise InvalidInput(f"{field.name} is {value!r}; give a number")
    return float(number)


def _write_int(value: object, field: Field) -> int:
    number = _write_float(value, field)
    if not number.is_integer():
        raise InvalidInput(f"{field.name} is {value!r}; give a whole number")
    return int(number)


def _write_texts(value: object, field: Field) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidInput(f"{field.name} is {value!r}; give a list of strings")
    return [_write_text(item, field) for item in value]


def _write_properties(value: object, field: Field) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{field.name} is a {type(value).__name__}; give a dict of values by key")
    return dict(properties.to_wire(value, what=field.name))


_WRITERS: dict[str, Callable[[object, Field], Any]] = {
    "text": _write_text,
    "time": _write_time,
    "float": _write_float,
    "int": _write_int,
    "texts": _write_texts,
    "properties": _write_properties,
}


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found.group(1).upper(), name)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


_FIELDS = {record: _listed(record) for record in (*RECORDS, Artifact)}
_READ_PLANS = {
    record: {field.wire: (field.name, _READERS[field.read]) for field in fields} for record, fields in _FIELDS.items()
}


def _words(record: type[Record]) -> str:
    return _snake(record.__name__).replace("_", " ")
