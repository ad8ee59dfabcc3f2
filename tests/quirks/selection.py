"""What a filter selects on the recorded servers, quirks and all, evaluated over records as they are answered.

A decimal literal selects doubles only; quotes at the ends of a text are taken off; ``<>`` selects as ``=``; the name
of a child is stored behind its parent's id, so that ``=`` is a pattern against its end, and IN and != compare what is
stored.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from modelreg.local._registry.errors import Refusal
from modelreg.local._registry.filters import Both, Comparison, Either, Filter, Literal, parse_filter
from modelreg.local._registry.resource_table import FieldType, Resource
from tests.quirks.equality import Exact

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MEMBERS = {
    "MetadataStringValue": "string_value",
    "MetadataIntValue": "int_value",
    "MetadataDoubleValue": "double_value",
    "MetadataBoolValue": "bool_value",
}
_TIMES = ("id", "createTimeSinceEpoch", "lastUpdateTimeSinceEpoch")
_LITERALS = re.compile(r"""('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(`[^`]*`)|<>""", re.DOTALL)


def read_filter(text: str) -> Filter | None:
    """Return what a filterQuery says to a recorded server."""
    return parse_filter(_LITERALS.sub(_as_read, text))


def _as_read(found: re.Match[str]) -> str:
    """Return a part of a filter as the servers read it: ``<>`` as ``=``, and text without any quote at its ends."""
    text, key = found.groups()
    if text is None:
        return key or "="
    value = re.sub(r"""\\(['"\\])""", r"\1", text.strip("'\""))
    return "'" + re.sub(r"(['\\])", r"\\\1", value) + "'"


@frozen
class Selector:
    """Whether a record is selected, as a recorded server selects."""

    resource: Resource
    sense: Exact

    def selects(self, found: Filter, item: Mapping[str, Any]) -> bool:
        """Return whether a record matches a filter."""
        match found:
            case Both(parts):
                return all(self.selects(each, item) for each in parts)
            case Either(parts):
                return any(self.selects(each, item) for each in parts)
            case Comparison():
                return self._compares(found, item)

    def _compares(self, found: Comparison, item: Mapping[str, Any]) -> bool:
        if found.key in _TIMES:
            return self._number(int(item[found.key]), found)
        if found.key == "name" and self.resource.parent is not None:
            return self._child_name(item["name"], found)
        if (fields := self.resource.filterable.get(found.key)) is not None:
            value = item.get(found.key)
            if value is None:
                return False
            if isinstance(value, str) and all(each.type in (FieldType.TEXT, FieldType.ENUM) for each in fields):
                return self._text(value, found)
            return self._number(float(value) if isinstance(value, float) else int(value), found)
        return self._property(found, item)

    def _child_name(self, name: str, found: Comparison) -> bool:
        stored = f"0:{name}"
        if found.operator in ("=", "LIKE", "ILIKE") and isinstance(found.value, str):
            if _ends_in_escape(found.value):
                raise Refusal(500, "LIKE pattern must not end with escape character")
            return self.sense.like(f"%:{found.value}", stored, fold_case=found.operator == "ILIKE")
        return self._text(stored, found)

    def _property(self, found: Comparison, item: Mapping[str, Any]) -> bool:
        name, dot, suffix = found.key.rpartition(".")
        if not dot or suffix not in _MEMBERS.values():
            name, suffix = found.key, ""
        for key, value in item["customProperties"].items():
            member = _MEMBERS.get(value["metadataType"])
            if member is not None and self.sense.key(key) == self.sense.key(name) and suffix in ("", member):
                return self._value(member, value[member], found, typed=bool(suffix))
        return False

    def _value(self, member: str, value: Any, found: Comparison, *, typed: bool) -> bool:
        if member == "string_value":
            return self._text(value, found)
        if member == "bool_value":
            return self._any(found, lambda each: isinstance(each, bool), lambda compare, each: compare(value, each))
        fits = _is_number if typed or member == "double_value" else _is_int
        return self._number(int(value) if member == "int_value" else value, found, fits=fits)

    def _text(self, value: str, found: Comparison) -> bool:
        if found.operator in ("LIKE", "ILIKE"):
            return self.sense.like(str(found.value), value, fold_case=found.operator == "ILIKE")
        return self._any(
            found,
            lambda each: isinstance(each, str),
            lambda compare, each: compare(self.sense.key(value), self.sense.key(str(each))),
        )

    def _number(self, value: float, found: Comparison, *, fits: Callable[[Literal], bool] | None = None) -> bool:
        def is_numeric(each: Literal) -> bool:
            return _is_number(each) or (isinstance(each, str) and each.isdigit())

        return self._any(found, fits or is_numeric, lambda compare, each: compare(value, _as_number(each)))

    def _any(
        self,
        found: Comparison,
        fits: Callable[[Literal], bool],
        compare: Callable[[Callable[[Any, Any], bool], Literal], bool],
    ) -> bool:
        if found.operator in ("LIKE", "ILIKE"):
            return False
        if isinstance(found.value, tuple):
            return any(compare(operator.eq, each) for each in found.value if fits(each))
        return fits(found.value) and compare(_COMPARE[found.operator], found.value)


def _ends_in_escape(pattern: str) -> bool:
    return (len(pattern) - len(pattern.rstrip("\\"))) % 2 == 1


def _is_number(value: Literal) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_int(value: Literal) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _as_number(value: Literal) -> float:
    return int(value) if isinstance(value, str) else value
