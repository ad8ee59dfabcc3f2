"""Filters as SQL: the tree of a filterQuery compiled to conditions whose values are all bound.

As in SQL, a row without the field or property satisfies no comparison with it, negated or not.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Double, Table, Text, and_, exists, false, func, literal, or_

from modelreg.local._registry.errors import bad_request
from modelreg.local._registry.filters import Both, Comparison, Either, Filter, pattern_parts
from modelreg.local._registry.resource_table import FieldType, Resource
from modelreg.local._registry.schema import TABLES, property_table
from modelreg.local._registry.text import FOLD

Condition = ColumnElement[bool]

_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TYPED = ("string_value", "int_value", "double_value", "bool_value")
_TEXTUAL = (FieldType.TEXT, FieldType.ENUM)
_LONGEST_PATTERN = 2000
_MOST_WILDCARDS = 16
_TIMES = {"createTimeSinceEpoch": "created", "lastUpdateTimeSinceEpoch": "updated"}


@frozen
class Selection:
    """Compiles filters on one resource for one kind of database."""

    resource: Resource
    dialect: str

    def of(self, found: Filter) -> Condition:
        """Return the condition that a filter stands for.

        Raises:
            Refusal: 400, when it compares what cannot be compared.
        """
        match found:
            case Both(parts):
                return and_(*(self.of(each) for each in parts))
            case Either(parts):
                return or_(*(self.of(each) for each in parts))
            case Comparison():
                return self._comparison(found)

    def _comparison(self, found: Comparison) -> Condition:
        table = TABLES[self.resource.table]
        if found.key == "id":
            return self._number(table.c.id, found)
        if found.key in _TIMES:
            return self._number(table.c[_TIMES[found.key]] // 1000, found)
        if (fields := self.resource.filterable.get(found.key)) is not None:
            return or_(
                *(
                    self._text(table.c[each.column], found)
                    if each.type in _TEXTUAL
                    else self._number(table.c[each.column], found)
                    for each in fields
                )
            )
        return self._property(table, found)

    def _property(self, table: Table, found: Comparison) -> Condition:
        name, dot, suffix = found.key.rpartition(".")
        if not dot or suffix not in _TYPED:
            name, suffix = found.key, ""
        conditions = [self._property_value(column, found) for column in ((suffix,) if suffix else _TYPED)]
        return exists().where(
            property_table.c.owner == table.c.id, property_table.c.name == name, or_(false(), *conditions)
        )

    def _property_value(self, column: str, found: Comparison) -> Condition:
        stored = property_table.c[column]
        if column == "string_value":
            return self._text(stored, found)
        if column == "bool_value":
            return self._each(found, lambda value: isinstance(value, bool), lambda op, value: op(stored, value))
        unquoted = found.value if isinstance(found.value, tuple) else (found.value,)
        numbers = tuple(each for each in unquoted if not isinstance(each, str))
        if len(numbers) != len(unquoted) and found.operator != "IN":
            return false()
        kept = numbers if isinstance(found.value, tuple) else found.value
        return self._number(stored, Comparison(found.key, found.operator, kept))

    def _text(self, stored: ColumnElement[Any], found: Comparison) -> Condition:
        if found.operator in ("LIKE", "ILIKE"):
            return self._like(stored, found)
        return self._each(found, lambda value: isinstance(value, str), lambda op, value: op(stored, value))

    def _number(self, stored: ColumnElement[Any], found: Comparison) -> Condition:
        def compare(op: Callable[[Any, Any], Any], value: Any) -> Condition:
            number = _as_number(value)
            if number is None:
                return false()
            compared: Condition = op(stored, literal(number, Double()) if isinstance(number, float) else number)
            return compared

        return self._each(found, lambda value: not isinstance(value, bool), compare)

    def _each(
        self,
        found: Comparison,
        fits: Callable[[Any], bool],
        compare: Callable[[Callable[[Any, Any], Any], Any], Condition],
    ) -> Condition:
        """Compare with the value, or with each of several; one of another type selects nothing."""
        if found.operator in ("LIKE", "ILIKE"):
            return false()
        if isinstance(found.value, tuple):
            return or_(false(), *(compare(operator.eq, each) for each in found.value if fits(each)))
        return compare(_COMPARE[found.operator], found.value) if fits(found.value) else false()

    def _like(self, stored: ColumnElement[Any], found: Comparison) -> Condition:
        parts = list(pattern_parts(str(found.value)))
        if len(parts) > _LONGEST_PATTERN or sum(wild for _, wild in parts) > _MOST_WILDCARDS:
            raise bad_request("a pattern in filterQuery is too long, or has too many wildcards")
        if self.dialect == "sqlite":
            # GLOB is SQLite's own pattern that minds the case; its LIKE does not.
            if found.operator == "LIKE":
                return stored.op("GLOB", is_comparison=True)(_glob(parts))
            return func.modelreg_fold(stored).op("GLOB", is_comparison=True)(_glob(parts, fold=FOLD))
        pattern = "".join(char if wild or char not in "%_\\" else f"\\{char}" for char, wild in parts)
        if found.operator == "LIKE":
            return stored.like(pattern)
        # What is upper and lower case is up to the database's own locale; the columns' "C" knows ASCII only.
        return stored.collate("default").ilike(literal(pattern, Text()).collate("default"))


def _glob(parts: list[tuple[str, bool]], *, fold: Callable[[str], str] = str) -> str:
    wild = {"%": "*", "_": "?"}
    return "".join(wild[char] if is_wild else f"[{char}]" if char in "*?[" else fold(char) for char, is_wild in parts)


def _as_number(value: object) -> int | float | None:
    """Return a literal as a number that a database can compare; digits in quotes count."""
    if isinstance(value, str):
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 30):
            return None
        value = int(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value)
    return value if isinstance(value, int | float) else None
