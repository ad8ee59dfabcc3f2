"""Lines of an export: which fields a line of each kind has, how one is written, and how one is checked.

The first line names the format, the last how many records there are, so that a file that was cut off is noticed. Ids
and times stand in a line for whoever reads it; an import goes by names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from modelreg._core.fields import Field, fields_of
from modelreg._core.names import checked_name
from modelreg._core.record_data import plain
from modelreg._core.resources import METRIC_HISTORY, RESOURCES, RUN_ARTIFACTS, Resource
from modelreg._core.values import to_wire
from modelreg._types import ARTIFACT_KINDS, Artifact, Record
from modelreg.errors import InvalidInput

FORMAT = "modelreg-export"
VERSION = 1

# What each kind of line holds.
KINDS: Mapping[str, Resource] = {
    **{resource.kind: resource for resource in RESOURCES.values()},
    "run_artifact": RUN_ARTIFACTS,
    "metric": METRIC_HISTORY,
}
# What the registry chooses; it stands in a line for whoever reads it.
_INFORMATION = ("create_time", "id", "last_update_time")
# What earlier exports called a kind.
_FORMER_KINDS = {"serve": "serve_model"}


@attrs.frozen(kw_only=True)
class Line:
    """One record of an export, checked.

    Attributes:
        number: Of the line or item, from 1.
        kind: A key of `KINDS`.
        record: The class of the record.
        name: The record's name.
        parents: The names of what it is under and points at, by kind; None for a reference that is not set.
        fields: Values by the record's own field names.
        properties: Plain values by key.
    """

    number: int
    kind: str
    record: type[Record]
    name: str
    parents: Mapping[str, str | None]
    fields: Mapping[str, Any]
    properties: Mapping[str, Any]

    @property
    def resource(self) -> Resource:
        """What the record is."""
        return KINDS[self.kind]

    @property
    def path(self) -> tuple[str, ...]:
        """The names that it is found by, parents first."""
        return (*(str(self.parents[above.kind]) for above in self.resource.path[:-1]), self.name)


def parent_kinds(resource: Resource) -> tuple[str, ...]:
    """Return the kinds whose names stand in a line: what it is named under, then what it points at with its parents."""
    above = [each.kind for each in resource.path[:-1]]
    pointed = [each.kind for target in resource.references.values() for each in target.path]
    return tuple(dict.fromkeys((*above, *pointed)))


def header_line() -> dict[str, Any]:
    """Return the first line of an export."""
    return {"kind": "header", "format": FORMAT, "version": VERSION}


def end_line(count: int) -> dict[str, Any]:
    """Return the last line of an export."""
    return {"kind": "end", "records": count}


def line_text(data: Mapping[str, Any]) -> str:
    """Return a line as it stands in a file."""
    # ASCII throughout, so that nothing in it acts on a terminal or is lost on the way.
    return json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":")) + "\n"


def line_of(kind: str, record: Record, parents: Mapping[str, str | None]) -> dict[str, Any]:
    """Return a record as a line has it; what is not set is left out.

    Args:
        kind: A key of `KINDS`.
        record: The record.
        parents: The names of what it is under and points at, by kind.
    """
    data: dict[str, Any] = {"kind": kind, **parents, "name": record.name}
    if isinstance(record, Artifact) and kind != "metric":
        data["artifact_kind"] = record.kind
    for field in _value_fields(type(record), KINDS[kind]):
        value = plain(getattr(record, field.name))
        if value not in (None, []):
            data[field.name] = value
    if record.properties:
        data["properties"] = {key: plain(record.properties[key]) for key in sorted(record.properties)}
    for name in _INFORMATION:
        data[name] = plain(getattr(record, name))
    return data


def unknown_values(data: Mapping[str, Any]) -> list[str]:
    """Return the keys of the properties whose kind of value cannot be written back."""
    properties = data.get("properties", {})
    return [key for key, value in properties.items() if isinstance(value, dict) and "metadataType" in value]


class LineReader:
    """Checks the lines of one export, in their order.

    Lines of text have to begin with the header and to end with the end, so that a file that was cut off is noticed;
    records as mappings need neither.
    """

    def __init__(self) -> None:
        self.number = 0
        self._records = 0
        self._ended = False
        self._text = False

    def read(self, line: object) -> Line | None:
        """Return the record of the next line; None for the first and the last line.

        Raises:
            InvalidInput: It is no line of an export.
        """
        self.number += 1
        if self._ended:
            raise InvalidInput("there is something after the last line of the export")
        text = not isinstance(line, Mapping)
        self._text = self._text or text
        self._records += 1
        data = line if isinstance(line, Mapping) else _parsed(line)
        kind = data.get("kind")
        if kind not in ("header", "end") and not (self.number == 1 and text):
            return checked(data, self.number)
        self._records -= 1
        if kind == "end" and self.number > 1:
            self._ended = True
            if text:
                self._check_end(data)
        else:
            _check_header(data)
        return None

    def cut_off(self) -> InvalidInput | None:
        """Return the error of an export that ended before its last line; None where it did not."""
        if not self._text or self._ended:
            return None
        return InvalidInput(
            f"line {self.number + 1}: the export ends without its last line; it was cut off",
            hint="What stands before is imported; export again, and import that.",
        )

    def _check_end(self, data: Mapping[str, Any]) -> None:
        if data.get("records") != self._records:
            raise InvalidInput(f"the export should have {data.get('records')!r} records, and {self._records} were read")


def _parsed(line: Any) -> dict[str, Any]:
    if not isinstance(line, str | bytes | bytearray):
        raise InvalidInput(f"lines holds a {type(line).__name__}; give lines of text, or mappings")
    try:
        data = json.loads(line, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"this is not JSON, or cut off: {error}") from error
    if not isinstance(data, dict):
        raise InvalidInput("this is not a JSON object")
    return data


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _check_header(data: Mapping[str, Any]) -> None:
    if data.get("kind") != "header" or data.get("format") != FORMAT:
        raise InvalidInput("this is not an export of modelreg")
    if data.get("version") != VERSION:
        raise InvalidInput(f"the export has format version {data.get('version')!r}, and this release reads {VERSION}")


def checked(data: Mapping[str, Any], number: int) -> Line:
    """Return one record, checked.

    Raises:
        InvalidInput: A kind, field or value that cannot be.
    """
    kind = str(data.get("kind"))
    kind = _FORMER_KINDS.get(kind, kind)
    if kind not in KINDS:
        raise InvalidInput(f"there is no kind {data.get('kind')!r}")
    resource = KINDS[kind]
    record = _record(kind, data)
    fields = _value_fields(record, resource)
    parents = parent_kinds(resource)
    known = {"kind", "name", "properties", *parents, *(each.name for each in fields)}
    if resource.record is Artifact:
        known.add("artifact_kind")
    unknown = sorted(data.keys() - known - set(_INFORMATION))
    if unknown:
        raise InvalidInput(f"a {kind} has no field {unknown[0]!r}")
    properties = data.get("properties", {})
    if not isinstance(properties, Mapping):
        raise InvalidInput("properties is not a JSON object")
    to_wire(properties)
    return Line(
        number=number,
        kind=kind,
        record=record,
        name=checked_name(data.get("name")),
        parents={each: _parent(resource, each, data.get(each)) for each in parents},
        fields={each.name: _value(each, data[each.name]) for each in fields if data.get(each.name) is not None},
        properties=properties,
    )


def _value_fields(record: type[Record], resource: Resource) -> list[Field]:
    """Return the fields that are carried: no ids of other records, for which the parents' names stand."""
    left_out = {"name", "properties", *_INFORMATION}
    return [
        field
        for field in fields_of(record)
        if field.name not in left_out
        and field.wire not in resource.references
        and not (field.fixed and field.name.endswith("_id"))
    ]


def _record(kind: str, data: Mapping[str, Any]) -> type[Record]:
    if KINDS[kind].record is not Artifact:
        return KINDS[kind].record
    given = data.get("artifact_kind")
    if not isinstance(given, str) or given not in ARTIFACT_KINDS:
        raise InvalidInput(f"there is no kind of artifact {given!r}")
    return ARTIFACT_KINDS[given]


def _parent(resource: Resource, kind: str, value: object) -> str | None:
    changeable = [target.kind for wire, target in resource.references.items() if wire not in resource.fixed_references]
    if value is None and kind in changeable:
        return None
    return checked_name(value, kind)


def _value(field: Field, value: Any) -> Any:
    """Check a field's value, and read its time."""
    if field.read == "time":
        try:
            return datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise InvalidInput(f"{field.name} is {value!r}; give a time in ISO 8601") from None
    if field.read == "texts":
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return list(value)
        raise InvalidInput(f"{field.name} is {value!r}; give a list of texts")
    types: type | tuple[type, ...] = {"float": (int, float), "int": (int,)}.get(field.read, (str,))
    if not isinstance(value, types) or isinstance(value, bool):
        raise InvalidInput(f"{field.name} is {value!r}, a value of the wrong type")
    return value
