"""Sorting by a key, and the keys that a list does not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any, TypeVar

from modelreg._filters.tree import IDS, Both, Comparison, Either, F, as_id, fields_of
from modelreg._types import Record

R = TypeVar("R", bound=Record)


def sort_records(records: Iterable[R], key: F, *, descending: bool = False) -> list[R]:
    """Return records sorted by a field or property: numbers first, then times, then texts; missing last both ways."""
    ranked: list[tuple[tuple[int, Any], R]] = []
    missing = []
    for record in sorted(records, key=_by_id):
        value = value_of(record, key)
        rank = _rank(value)
        if rank is None:
            missing.append(record)
        else:
            ranked.append((rank, record))
    groups: dict[int, list[tuple[Any, R]]] = {}
    for (group, comparable), record in ranked:
        groups.setdefault(group, []).append((comparable, record))
    found: list[R] = []
    for group in sorted(groups):
        found += [record for _, record in sorted(groups[group], key=lambda pair: pair[0], reverse=descending)]
    return found + missing


def value_of(record: Record, key: F) -> object:
    """Return what a record holds under a key: the field of that name where it has one, else the property."""
    if key.only_property or key.name not in fields_of(type(record)):
        return record.properties.get(key.name)
    value: object = getattr(record, key.name)
    return as_id(value) if key.name in IDS else value


def unknown_keys(
    where: object, order_by: object, records: Sequence[Record], resource: type[Record]
) -> dict[str, tuple[str, ...]]:
    """Return the keys that neither a field nor any of these records has, each with near ones.

    Args:
        where: A filter; anything else names no keys.
        order_by: A key; anything else is known.
        records: Some records of the list; without any nothing is known.
        resource: The class of what is listed.
    """
    if not records:
        return {}
    fields = fields_of(resource).union(*(fields_of(type(record)) for record in records))
    properties = {key for record in records for key in record.properties}
    found = {}
    keys = [*_keys(where), *([order_by] if isinstance(order_by, F) else [])]
    for key in keys:
        if key.name not in properties and (key.only_property or key.name not in fields):
            known = sorted(properties | (set() if key.only_property else fields))
            found[key.name] = tuple(get_close_matches(key.name, known, n=3, cutoff=0.6))
    return found


def _keys(where: object) -> Iterator[F]:
    if isinstance(where, Comparison):
        yield F.property(where.name) if where.only_property else F(where.name)
    elif isinstance(where, Both | Either):
        for part in where.parts:
            yield from _keys(part)


def _by_id(record: Record) -> tuple[int, str]:
    return (int(record.id) if record.id.isdigit() else 0, record.id)


def _rank(value: object) -> tuple[int, Any] | None:
    """Return what a value is sorted by within its group; None where there is nothing."""
    match value:
        case bool():
            return 3, value
        case int() | float():
            return 0, value
        case datetime():
            return 1, value
        case str() if value:
            return 2, value
        case _:
            return None
