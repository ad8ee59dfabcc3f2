"""The columns of a list of records: their names, and what stands in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from modelreg._core.record_data import field_names
from modelreg._core.resources import MODELS, VERSIONS, Resource
from modelreg._types import ARTIFACT_KINDS, Artifact, Record
from modelreg._views.page import Column
from modelreg.errors import InvalidInput

# What makes the columns that are no fields of the records, by the column's name.
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

# What a list shows of a resource beside its fields and the names of what it is under and points at.
_COMPUTED = {MODELS: ("latest", "version", "serving", "metric"), VERSIONS: ("version", "metric")}


def derived_keys(resource: Resource) -> tuple[str, ...]:
    """Return the columns of a resource that are no fields of its records."""
    above = () if resource.parent is None or resource.record is Artifact else (resource.parent.kind,)
    pointed = tuple(target.kind for target in resource.references.values())
    kind = ("kind",) if resource.record is Artifact else ()
    return tuple(dict.fromkeys((*above, *pointed, *_COMPUTED.get(resource, ()), *kind, "labels")))


def valid_keys(resource: Resource) -> tuple[str, ...]:
    """Return every name of a column, without those of properties."""
    fields = _fields(resource.record)
    return tuple(dict.fromkeys((*derived_keys(resource), *(key for key in ALIASES if ALIASES[key] in fields), *fields)))


def _fields(record: type[Record]) -> tuple[str, ...]:
    records = ARTIFACT_KINDS.values() if record is Artifact else (record,)
    every = [name for kind in records for name in field_names(kind) if name != "properties"]
    return tuple(dict.fromkeys(every))


def columns(resource: Resource, keys: Iterable[str] = ()) -> list[Column]:
    """Return the columns of these names; the resource's own where none is named.

    Raises:
        InvalidInput: There is no such column; the message lists those that there are.
    """
    return [_column(resource, key.strip()) for key in keys or resource.columns if key.strip()]


def _column(resource: Resource, key: str) -> Column:
    if key.startswith(PROPERTY):
        return Column(key, key.partition(":")[2].upper(), optional=False)
    if key not in valid_keys(resource):
        raise InvalidInput(
            f"there is no column {key!r}", hint=f"Columns are {', '.join(valid_keys(resource))}, and prop:KEY."
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
    """Return sorted records: numbers, then times, then text; what is missing last, both ways; ties by name."""
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
