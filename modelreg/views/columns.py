"""Decides which columns a list of records has, what stands in each, and which name means which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from modelreg.errors import InvalidInput
from modelreg.types import (
    Artifact,
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
from modelreg.views.data import field_names
from modelreg.views.page import Column

Derived = Mapping[str, Callable[[Record], object]]
R = TypeVar("R", bound=Record)

PROPERTY = ("prop:", "property:")
ALIASES = {"created": "create_time", "updated": "last_update_time", "format": "model_format"}
_HEADERS = {"create_time": "CREATED", "last_update_time": "UPDATED", "model_format": "FORMAT", "serving": "SERVING"}
# Columns that may be cut when a terminal is too narrow, the first of them first; ids, names and versions never are.
_CUT = {"description": 1, "readme": 1, "labels": 2, "uri": 3, "metric": 4, "serving": 5}
_OPTIONAL = frozenset(
    {
        "create_time",
        "description",
        "end_time",
        "labels",
        "last_update_time",
        "metric",
        "model_format",
        "owner",
        "author",
        "runtime",
        "serving",
        "start_time",
        "state",
        "step",
        "uri",
    }
)

DEFAULT: dict[type[Record], tuple[str, ...]] = {
    RegisteredModel: ("name", "latest", "serving", "metric", "state", "labels", "owner", "updated"),
    ModelVersion: ("model", "version", "state", "metric", "labels", "author", "description", "created"),
    Artifact: ("id", "name", "kind", "state", "format", "uri", "updated"),
    ServingEnvironment: ("name", "description", "labels", "updated"),
    InferenceService: ("environment", "name", "model", "version", "desired_state", "runtime", "updated"),
    ServeModel: ("id", "name", "version", "last_known_state", "updated"),
    Experiment: ("name", "state", "labels", "owner", "description", "updated"),
    ExperimentRun: ("experiment", "name", "status", "state", "owner", "start_time", "end_time"),
    Metric: ("name", "step", "value", "timestamp"),
}
DERIVED: dict[type[Record], tuple[str, ...]] = {
    RegisteredModel: ("latest", "version", "serving", "metric", "labels"),
    ModelVersion: ("model", "version", "metric", "labels"),
    Artifact: ("kind", "labels"),
    ServingEnvironment: ("labels",),
    InferenceService: ("environment", "model", "version", "labels"),
    ServeModel: ("version", "labels"),
    Experiment: ("labels",),
    ExperimentRun: ("experiment", "labels"),
    Metric: (),
}


def valid_keys(record: type[Record]) -> tuple[str, ...]:
    """Return every name of a column, without those of properties."""
    known = (*DERIVED[record], *(key for key in ALIASES if ALIASES[key] in _fields(record)), *_fields(record))
    return tuple(dict.fromkeys(known))


def _fields(record: type[Record]) -> tuple[str, ...]:
    if record is not Artifact:
        return tuple(name for name in field_names(record) if name != "properties")
    from modelreg.types import ARTIFACT_KINDS

    every = [name for kind in ARTIFACT_KINDS.values() for name in field_names(kind) if name != "properties"]
    return tuple(dict.fromkeys(every))


def columns(record: type[Record], keys: Iterable[str]) -> list[Column]:
    """Make the columns of these names.

    Raises:
        InvalidInput: A name that means nothing here; the message lists those that do.
    """
    return [_column(record, key.strip()) for key in keys if key.strip()]


def _column(record: type[Record], key: str) -> Column:
    if key.startswith(PROPERTY):
        return Column(key, key.partition(":")[2].upper(), optional=False)
    if key not in valid_keys(record):
        raise InvalidInput(
            f"there is no column {key!r}", hint=f"Columns are {', '.join(valid_keys(record))}, and prop:KEY."
        )
    name = ALIASES.get(key, key)
    return Column(
        key,
        _HEADERS.get(name, name.removesuffix("_time").upper()),
        cut=_CUT.get(name, 0),
        number=name in ("value", "step"),
        optional=name in _OPTIONAL,
    )


def value(record: Record, key: str, derived: Derived) -> object:
    """Return what stands in a record's row under a column."""
    if key.startswith(PROPERTY):
        return record.properties.get(key.partition(":")[2])
    if key in derived:
        return derived[key](record)
    if key == "labels":
        return tuple(sorted(record.labels))
    if key == "kind":
        return getattr(record, "kind", None)
    return getattr(record, ALIASES.get(key, key), None)


def sort_value(record: Record, key: str, derived: Derived) -> object:
    """Return what a record is sorted by: a column, or else the property of that name."""
    if key in derived or key.startswith(PROPERTY) or key in ALIASES or hasattr(record, key):
        return value(record, key, derived)
    return record.properties.get(key)


def ordered(records: Iterable[R], key: str, *, descending: bool, derived: Derived) -> Sequence[R]:
    """Sort records: numbers as numbers, before times, before text; what is missing last, both ways; ties by name."""
    known: list[tuple[tuple[int, float, str], R]] = []
    missing: list[tuple[tuple[int, float, str], R]] = []
    for record in records:
        found = sort_value(record, key, derived)
        (missing if found in (None, "", ()) else known).append((_rank(found, key), record))
    known.sort(key=lambda pair: pair[1].name)
    known.sort(key=lambda pair: pair[0], reverse=descending)
    missing.sort(key=lambda pair: pair[1].name)
    return [record for _, record in (*known, *missing)]


def _rank(found: object, key: str) -> tuple[int, float, str]:
    if isinstance(found, bool | int | float):
        return 0, float(found), ""
    if hasattr(found, "timestamp"):
        return 1, found.timestamp(), ""
    if key.endswith("id") and isinstance(found, str) and found.isdigit():
        return 0, float(int(found)), ""
    return 2, 0.0, str(found)
