"""The values of filters: which may be compared, and how two compare, apart from any record or server."""

from __future__ import annotations

import math
import os
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

from modelreg.errors import InvalidInput

Value: TypeAlias = bool | int | float | str | datetime

# Each operator with the one that is true where it is false, given that there is something to compare.
NEGATED = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "like": "not like",
    "not like": "like",
    "ilike": "not ilike",
    "not ilike": "ilike",
}
ORDERS = frozenset({"<", "<=", ">", ">="})
PATTERNS = frozenset({"like", "ilike", "not like", "not ilike"})


def comparable(name: str, operator: str, given: object) -> Value:
    """Return a value in the form in which it is compared.

    Raises:
        InvalidInput: when nothing can be compared with it, or not by this operator.
    """
    value = _plain(name, given)
    if operator in PATTERNS and not isinstance(value, str):
        raise InvalidInput(f"F({name!r}).{operator}: a pattern is text, not {given!r}")
    if operator in ORDERS and isinstance(value, bool):
        raise InvalidInput(f"F({name!r}) {operator} {given!r}: a bool is equal or not, neither less nor greater")
    return value


def _plain(name: str, given: object) -> Value:
    if isinstance(given, Enum):
        given = given.value
    elif not isinstance(given, str) and hasattr(given, "dtype") and hasattr(given, "item") and not _size(given):
        given = given.item()
    if isinstance(given, Decimal) and given.is_finite():
        given = int(given) if given == given.to_integral_value() else float(given)
    if isinstance(given, float) and not math.isfinite(given):
        raise InvalidInput(f"F({name!r}): nothing compares with {given!r}")
    if isinstance(given, bool | int | float | str):
        return given
    if isinstance(given, date):
        return moment(given)
    if isinstance(given, os.PathLike):
        return str(os.fspath(given))
    raise InvalidInput(f"F({name!r}): a {type(given).__name__} cannot be compared", hint=_advice(given))


def _size(array: object) -> int:
    """Return how many axes an array has; a number of numpy's has none."""
    return len(getattr(array, "shape", ()))


def _advice(given: object) -> str | None:
    if given is None:
        return "A record without the key satisfies no comparison; nothing asks for its absence."
    if isinstance(given, list | tuple | set | frozenset):
        return "For one of several values write F(...).in_([...])."
    return None


def moment(given: date) -> datetime:
    """Return a point in time; a day is its beginning in UTC, a time without a zone is local time."""
    if isinstance(given, datetime):
        return given.astimezone(UTC)
    return datetime(given.year, given.month, given.day, tzinfo=UTC)


def moment_in(text: str) -> datetime | None:
    """Return the point in time that a text in ISO 8601 names, or None."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment(parsed.date() if re.fullmatch(r"\d{4}-\d\d-\d\d|\d{8}", text) else parsed)


def holds(operator: str, stored: object, wanted: Value) -> bool:
    """Return whether a stored value satisfies a comparison; values of different kinds satisfy none."""
    if operator in PATTERNS:
        return isinstance(stored, str) and _is_like(operator, stored, str(wanted))
    left, right = _pair(stored, wanted)
    if left is None or right is None:
        return False
    return _compare(operator, left, right)


def _is_like(operator: str, stored: str, pattern: str) -> bool:
    found = like(pattern, insensitive=operator.endswith("ilike")).fullmatch(
        fold(stored) if operator.endswith("ilike") else stored
    )
    return (found is None) == operator.startswith("not")


def _pair(stored: object, wanted: Value) -> tuple[Value | None, Value | None]:
    """Return both values if they are of one kind."""
    if isinstance(wanted, datetime) or isinstance(stored, datetime):
        return _time(stored), _time(wanted)
    if isinstance(wanted, str):
        return (stored if isinstance(stored, str) else None), wanted
    if isinstance(stored, bool | int | float) and isinstance(stored, bool) == isinstance(wanted, bool):
        return stored, wanted
    return None, None


def _time(value: object) -> datetime | None:
    if isinstance(value, date):
        return moment(value)
    return moment_in(value) if isinstance(value, str) else None


def _compare(operator: str, left: Value, right: Value) -> bool:
    if operator == "==":
        return left == right
    if operator == "!=":
        return left != right
    if operator in ("<", ">="):
        return (left < right) == (operator == "<")  # type: ignore[operator]  # of one kind
    return (left > right) == (operator == ">")  # type: ignore[operator]  # of one kind


@lru_cache(maxsize=256)
def like(pattern: str, *, insensitive: bool) -> re.Pattern[str]:
    r"""Return a regular expression for an SQL pattern: ``%`` any text, ``_`` any character, ``\`` escapes."""
    parts = []
    for char, wild in pattern_parts(pattern):
        if wild:
            parts.append(".*" if char == "%" else ".")
        else:
            parts.append(re.escape(fold(char) if insensitive else char))
    return re.compile("".join(parts), re.DOTALL)


def pattern_parts(pattern: str) -> list[tuple[str, bool]]:
    """Return a pattern's characters, each with whether it is a wildcard."""
    parts = []
    characters = iter(pattern)
    for char in characters:
        if char == "\\":
            parts.append((next(characters, "\\"), False))
        else:
            parts.append((char, char in "%_"))
    return parts


def fold(text: str) -> str:
    """Return a text without case, character by character; no letter outside ASCII becomes one inside."""
    return "".join(_FOLDED.get(char) or _fold(char) for char in text)


def _fold(char: str) -> str:
    low = char.lower()
    return low if len(low) == 1 and low.isascii() == char.isascii() else char


_FOLDED = {chr(code): chr(code).lower() for code in range(128)}
