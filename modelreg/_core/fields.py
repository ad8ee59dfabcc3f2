"""Conversion between records and the wire's JSON, by the records' own fields and their metadata."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

import attrs

from modelreg._core import values as properties
from modelreg._types import ARTIFACT_KINDS, ARTIFACT_TYPES, RECORDS, Artifact, Record
from modelreg._types.credentials import credential_in_uri
from modelreg.errors import InvalidInput

R = TypeVar("R", bound=Record)

EXTERNAL_ID_LENGTH = 255
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BY_TYPE = {wire: ARTIFACT_KINDS[kind] for kind, wire in ARTIFACT_TYPES.items()}


@attrs.frozen
class Field:
    """One field of a record: its name here and on the wire, and how it is read."""

    name: str
    wire: str
    read: str
    fixed: bool
    choices: tuple[str, ...] | None


def fields_of(record: type[Record]) -> tuple[Field, ...]:
    """Return the fields of a record class that are converted."""
    return _FIELDS[record]


def _listed(record: type[Record]) -> tuple[Field, ...]:  # pragma: no mutate block
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
    """Return the wire names of the fields that a PATCH resets when it leaves them out."""
    return _STATES[record]


def fixed_fields(record: type[Record]) -> tuple[Field, ...]:
    """Return the fields that only a POST can set."""
    return _FIXED[record]


def read_record(record: type[R], wire: Mapping[str, Any], etag: str | None = None) -> R:
    """Return the record of a JSON object from the wire; an artifact's kind is read from it.

    What is not understood is left out of the record's fields and stays in its `raw`. The fields beside id and name are
    converted when the first of them is read.

    Raises:
        TypeError: It has no id.
    """
    kind: type[Any] = record
    if record is Artifact:
        kind = _BY_TYPE.get(str(wire.get("artifactType")), Artifact)
    record_id, name = wire.get("id"), wire.get("name")
    if record_id is None or record_id == "":
        raise TypeError(f"a {words_of(kind)} has no id")
    made: R = object.__new__(kind)
    name = "" if name is None else str(name)
    made.__dict__.update(id=str(record_id), name=name, _wire=wire, _etag=etag, _convert=converted_fields)
    return made


def converted_fields(record: type[Record], wire: Mapping[str, Any]) -> dict[str, Any]:
    """Return every field of a record, by its name; it never fails."""
    readers, values = _READERS_BY_WIRE[record], _DEFAULTS[record].copy()
    for key, value in wire.items():
        if value is not None and (field := readers.get(key)) is not None:
            name, read = field
            values[name] = read(value)
    return values


def to_body(record: type[Record], values: Mapping[str, object]) -> dict[str, Any]:
    """Return the wire's fields for what a caller gave; None is "not given".

    Args:
        record: The class of the record.
        values: Values by the record's field names.

    Raises:
        InvalidInput: A value of the wrong type or an unknown choice, with the field's name.
    """
    known = _BY_NAME[record]
    body = {}
    for name, value in values.items():
        if value is None:
            continue
        if name not in known:
            raise InvalidInput(f"{name} is not a field of a {words_of(record)}")
        field, write = known[name]
        body[field.wire] = write(value, field)
    return body


def check_uri(uri: object, what: str = "uri") -> None:
    """Refuse a URI that holds a key, a password or a signature, which everybody who reads the registry would see.

    Args:
        uri: The URI; anything but a string is left to the check of its type.
        what: The argument's name, for the error.

    Raises:
        InvalidInput: It holds a credential.
    """
    # User information ends in "@", and parameters follow a "?".
    found = credential_in_uri(uri) if isinstance(uri, str) and ("@" in uri or "?" in uri) else None
    if found is not None:
        raise InvalidInput(
            f"{what} holds {found}, which everybody who reads the registry would see",
            hint="Take it out and give credentials by the environment; allow_credentials_in_uri=True keeps it.",
        )


def milliseconds(moment: datetime) -> str:
    """Return a time as the wire has it, in milliseconds since the epoch; one without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return str((aware - _EPOCH) // timedelta(milliseconds=1))


def _read_time(value: Any) -> datetime | None:
    return _moment(value) if isinstance(value, str | int | float) else None


# Records are made at once and left alone: most of a list has a moment that was just read.
@lru_cache(maxsize=1024)
def _moment(value: str | float) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(value) / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _read_number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _read_whole(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _read_texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": str,
    "time": _read_time,
    "float": _read_number,
    "int": _read_whole,
    "texts": _read_texts,
    "properties": properties.all_to_plain,
}


def _write_text(value: object, field: Field) -> str:
    if not isinstance(value, str):
        hint = "; write path.as_uri() or the URI itself" if field.name == "uri" else ""
        raise InvalidInput(f"{field.name} is a {type(value).__name__}, {value!r}; give a str{hint}")
    if field.choices and value not in field.choices:
        raise InvalidInput(f"{field.name} is {value!r}; it is one of {', '.join(field.choices)}")
    if field.name == "external_id" and len(value) > EXTERNAL_ID_LENGTH:
        raise InvalidInput(f"external_id has {len(value)} characters; at most {EXTERNAL_ID_LENGTH} are kept")
    # An enum member that is a str is sent as its value.
    text = str.__str__(value)
    return text if text.isprintable() else properties.check_text(text, field.name)


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
    if int(number) not in properties.INT32:
        raise InvalidInput(
            f"{field.name} is {value!r}, and servers keep its lower 32 bits alone; give a whole number within 32 bits"
        )
    return int(number)


def _write_texts(value: object, field: Field) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidInput(f"{field.name} is {value!r}; give a list of strings")
    return [_write_text(item, field) for item in value]


def _write_properties(value: object, field: Field) -> dict[str, Any]:
    return properties.to_wire(value, what=field.name)


_WRITERS: dict[str, Callable[[object, Field], Any]] = {
    "text": _write_text,
    "time": _write_time,
    "float": _write_float,
    "int": _write_int,
    "texts": _write_texts,
    "properties": _write_properties,
}


def _camel(name: str) -> str:  # pragma: no mutate block
    return re.sub(r"_([a-z])", lambda found: found.group(1).upper(), name)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


_FIELDS = {record: _listed(record) for record in (*RECORDS, Artifact)}
_DEFAULTS = {
    record: {field.name: getattr(record(), field.name) for field in fields} for record, fields in _FIELDS.items()
}
_READERS_BY_WIRE = {
    record: {field.wire: (field.name, _READERS[field.read]) for field in fields} for record, fields in _FIELDS.items()
}
_BY_NAME = {
    record: {field.name: (field, _WRITERS[field.read]) for field in fields} for record, fields in _FIELDS.items()
}
_STATES = {record: tuple(field.wire for field in fields if field.choices) for record, fields in _FIELDS.items()}
_FIXED = {record: tuple(field for field in fields if field.fixed) for record, fields in _FIELDS.items()}


def words_of(record: type[Record]) -> str:
    """Return what a person calls a record of this class, such as "registered model"."""
    return _snake(record.__name__).replace("_", " ")
