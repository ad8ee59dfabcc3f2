"""Decides the form of an export: which fields a line of each kind has, how one is written, and how one is checked.

The first line says the format, the last how many records there are, so that a file that was cut off is known for one.
Ids and times stand in a line for whoever reads it; an import goes by names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import attrs

from modelreg.core.names import checked_name
from modelreg.core.values import to_wire
from modelreg.errors import InvalidInput
from modelreg.types import (
    ARTIFACT_KINDS,
    Experiment,
    ExperimentRun,
    InferenceService,
    Metric,
    ModelVersion,
    Record,
    RegisteredModel,
    ServeModel,
    ServingEnvironment,
)
from modelreg.views.data import plain

FORMAT = "modelreg-export"
VERSION = 1
HEADER = {"kind": "header", "format": FORMAT, "version": VERSION}

# Each kind of line, with the names of the parents that it is under or points at.
PARENTS: Mapping[str, tuple[str, ...]] = {
    "model": (),
    "version": ("model",),
    "artifact": ("model", "version"),
    "environment": (),
    "service": ("environment", "model", "version"),
    "serve": ("environment", "service", "model", "version"),
    "experiment": (),
    "run": ("experiment",),
    "run_artifact": ("experiment", "run"),
    "metric": ("experiment", "run"),
}
_RECORDS: Mapping[str, type[Record]] = {
    "model": RegisteredModel,
    "version": ModelVersion,
    "environment": ServingEnvironment,
    "service": InferenceService,
    "serve": ServeModel,
    "experiment": Experiment,
    "run": ExperimentRun,
    "metric": Metric,
}
_OF_ARTIFACTS = ("artifact", "run_artifact")
_MAY_BE_NULL = {("service", "version")}
# Ids of other records mean nothing elsewhere: the parents' names stand for them.
_IDS = frozenset({"model_id", "version_id", "environment_id", "experiment_id", "run_id"})
_INFORMATION = frozenset({"id", "create_time", "last_update_time"})


@attrs.frozen(kw_only=True)
class Line:
    """One record of an export, checked.

    Attributes:
        number: Of the line, from 1.
        fields: What is to be said of the record, by its own field names.
    """

    number: int
    kind: str
    record: type[Record]
    name: str
    parents: Mapping[str, str | None]
    fields: Mapping[str, Any]
    properties: Mapping[str, Any]


def written(data: Mapping[str, Any]) -> str:
    """Write one line."""
    # ASCII throughout, so that nothing in it acts on a terminal or is lost on the way.
    return json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":")) + "\n"


def line_of(kind: str, record: Record, parents: Mapping[str, str | None]) -> dict[str, Any]:
    """Return a record as a line has it; what it does not say is left out."""
    said: dict[str, Any] = {"kind": kind, **parents, "name": record.name}
    if kind in _OF_ARTIFACTS:
        said["artifact_kind"] = getattr(record, "kind", "")
    for name in _field_names(type(record)):
        value = plain(getattr(record, name))
        if value not in (None, []):
            said[name] = value
    if record.properties:
        said["properties"] = {key: plain(record.properties[key]) for key in sorted(record.properties)}
    for name in sorted(_INFORMATION):
        said[name] = plain(getattr(record, name))
    return said


def _field_names(record: type[Record]) -> tuple[str, ...]:
    left_out = _IDS | _INFORMATION | {"name", "properties"}
    return tuple(
        field.name for field in attrs.fields(record) if field.name not in left_out and not field.name.startswith("_")
    )


def read_lines(lines: Iterable[bytes | str], *, source: str = "the file") -> Iterator[Line]:
    """Check the lines of an export, one after the other.

    Raises:
        InvalidInput: A line that cannot be meant, with its number; nothing of it has been answered.
    """
    number, count, ended = 0, 0, False
    for number, text in enumerate(lines, 1):
        try:
            if ended:
                raise InvalidInput("something stands after the last line of the export")
            data = _object(text)
            if number == 1:
                _check_header(data)
            elif data.get("kind") == "end":
                _check_end(data, count)
                ended = True
            else:
                count += 1
                yield checked(data, number)
        except InvalidInput as error:
            raise InvalidInput(f"{source}, line {number}: {error}") from error.__cause__
    if not ended:
        raise InvalidInput(
            f"{source}, line {number + 1}: the export ends here without its last line; it was cut off",
            hint="What stands before is imported; export again, and import that.",
        )


def _object(text: bytes | str) -> dict[str, Any]:
    try:
        data = json.loads(text.decode() if isinstance(text, bytes) else text, parse_constant=_constant)
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
        raise InvalidInput(f"the export is of form {data.get('version')!r}, and this release reads {VERSION}")


def _check_end(data: Mapping[str, Any], count: int) -> None:
    if data.get("records") != count:
        raise InvalidInput(f"the export says that it has {data.get('records')!r} records, and {count} were read")


def checked(data: Mapping[str, Any], number: int) -> Line:
    """Check one record.

    Raises:
        InvalidInput: A kind, field or value that cannot be.
    """
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in PARENTS:
        raise InvalidInput(f"there is no kind {kind!r}")
    record = _record(kind, data)
    names = _field_names(record)
    known = {"kind", "name", "properties", *PARENTS[kind], *names, *_INFORMATION}
    unknown = sorted(data.keys() - known - ({"artifact_kind"} if kind in _OF_ARTIFACTS else set()))
    if unknown:
        raise InvalidInput(f"a {kind} has no field {unknown[0]!r}")
    properties = data.get("properties", {})
    if not isinstance(properties, dict):
        raise InvalidInput("properties is not a JSON object")
    to_wire(properties)
    return Line(
        number=number,
        kind=kind,
        record=record,
        name=checked_name(data.get("name")),
        parents={parent: _parent(kind, parent, data.get(parent)) for parent in PARENTS[kind]},
        fields={name: _value(record, name, data[name]) for name in names if data.get(name) is not None},
        properties=properties,
    )


def _record(kind: str, data: Mapping[str, Any]) -> type[Record]:
    if kind not in _OF_ARTIFACTS:
        return _RECORDS[kind]
    said = data.get("artifact_kind")
    if not isinstance(said, str) or said not in ARTIFACT_KINDS:
        raise InvalidInput(f"there is no kind of artifact {said!r}")
    return ARTIFACT_KINDS[said]


def _parent(kind: str, parent: str, value: object) -> str | None:
    if value is None and (kind, parent) in _MAY_BE_NULL:
        return None
    return checked_name(value, parent)


def _value(record: type[Record], name: str, value: Any) -> Any:
    """Check a field's value, and read its time."""
    read = attrs.fields_dict(record)[name].metadata.get("read")
    if read == "time":
        try:
            return datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise InvalidInput(f"{name} is {value!r}, which is no time") from None
    if read == "texts":
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return value
        raise InvalidInput(f"{name} is not a list of texts")
    wanted: type | tuple[type, ...] = {"float": (int, float), "int": (int,)}.get(read or "", (str,))
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise InvalidInput(f"{name} is {value!r}, which it cannot be")
    return value
