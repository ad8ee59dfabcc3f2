"""The language of filterQuery: a grammar, and the tree that a filter is read into. Knows nothing of any database.

lark is imported when the first filter is read, so that a registry that is never filtered does not wait for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from attrs import frozen

from modelreg.local._registry.errors import Refusal, bad_request
from modelreg.local._registry.text import checked_text

if TYPE_CHECKING:
    from lark import Lark

Literal: TypeAlias = str | int | float | bool
#: How much one filter may hold; databases refuse expressions that are much deeper or wider.
MOST_COMPARISONS = 200
MOST_VALUES = 2000
_DEEPEST = 60

GRAMMAR = r"""
start: any
?any: all (_OR all)*                 -> any
?all: term (_AND term)*              -> all
?term: comparison | "(" any ")"
comparison: key OPERATOR value       -> compare
          | key LIKE STRING          -> like
          | key _IN "(" [value ("," value)*] ")" -> among
key: NAME -> plain | QUOTED -> quoted
value: STRING -> string | FLOAT -> float | INT -> int | TRUE -> true | FALSE -> false
LIKE.3: /I?LIKE\b/
_AND.3: /AND\b/
_OR.3: /OR\b/
_IN.3: /IN\b/
OPERATOR: "<=" | ">=" | "!=" | "<>" | "=" | "<" | ">"
TRUE.2: /(true|TRUE)\b/
FALSE.2: /(false|FALSE)\b/
STRING: /'(\\.|[^'\\])*'/s | /"(\\.|[^"\\])*"/s
FLOAT.2: /[+-]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?[0-9]+[eE][+-]?[0-9]+/
INT: /[+-]?[0-9]+/
NAME: /(?!(AND|OR|IN|I?LIKE)\b)[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*/
QUOTED: /`[^`]+`/
%ignore /\s+/
"""


@frozen
class Comparison:
    """``key operator value``; the operators are ``= != < <= > >= LIKE ILIKE IN``, of IN the value is a tuple."""

    key: str
    operator: str
    value: Literal | tuple[Literal, ...]


@frozen
class Both:
    """Every one of the parts has to hold."""

    parts: tuple[Filter, ...]


@frozen
class Either:
    """One of the parts has to hold."""

    parts: tuple[Filter, ...]


Filter: TypeAlias = Comparison | Both | Either


@lru_cache(maxsize=256)
def parse_filter(text: str) -> Filter | None:
    """Return what a filterQuery says, or None when it says nothing.

    Raises:
        Refusal: 400, when it is not a filter.
    """
    checked_text(text, "filterQuery")
    if not text.strip():
        return None
    from lark.exceptions import LarkError

    _refuse_excess(text)
    try:
        found = cast("Filter", _parser().parse(text))
    except LarkError as error:
        if isinstance(getattr(error, "orig_exc", None), Refusal):
            raise error.orig_exc from None  # type: ignore[attr-defined]
        raise bad_request(f"filterQuery cannot be read: {_where(error, text)}") from error
    _refuse_width(found)
    return found


def _refuse_excess(text: str) -> None:
    depth = deepest = 0
    for char in re.sub(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`", "", text, flags=re.S):
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        raise bad_request("filterQuery is nested too deeply")


def _refuse_width(found: Filter) -> None:
    comparisons = values = 0
    waiting = [found]
    while waiting:
        match waiting.pop():
            case Comparison(value=value):
                comparisons += 1
                values += len(value) if isinstance(value, tuple) else 1
            case Both(parts) | Either(parts):
                waiting.extend(parts)
    if comparisons > MOST_COMPARISONS or values > MOST_VALUES:
        raise bad_request("filterQuery holds too many comparisons or values")


def _where(error: Exception, text: str) -> str:
    position = getattr(error, "pos_in_stream", None)
    return f"at {text[position : position + 20]!r}" if isinstance(position, int) else "it ends too early"


class _Reader:
    """Turns what the grammar finds into the tree; no Transformer of lark's, so that lark can be imported later."""

    def start(self, found: list[Filter]) -> Filter:
        return found[0]

    def any(self, parts: list[Filter]) -> Filter:
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def all(self, parts: list[Filter]) -> Filter:
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def compare(self, found: list[Any]) -> Filter:
        key, operator, value = found
        return Comparison(key, "!=" if operator == "<>" else str(operator), value)

    def like(self, found: list[Any]) -> Filter:
        key, operator, pattern = found
        return Comparison(key, str(operator), unquote(pattern))

    def among(self, found: list[Any]) -> Filter:
        return Comparison(found[0], "IN", tuple(each for each in found[1:] if each is not None))

    def plain(self, found: list[Any]) -> str:
        return str(found[0])

    def quoted(self, found: list[Any]) -> str:
        return str(found[0])[1:-1]

    def string(self, found: list[Any]) -> str:
        return unquote(found[0])

    def float(self, found: list[Any]) -> float:
        return float(found[0])

    def int(self, found: list[Any]) -> int:
        return read_int(found[0])

    def true(self, _found: list[Any]) -> bool:
        return True

    def false(self, _found: list[Any]) -> bool:
        return False


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", transformer=_Reader(), maybe_placeholders=False)


def read_int(digits: str) -> int:
    """Return a whole number, refusing one that no database compares."""
    if len(digits) > 30:
        raise bad_request("filterQuery holds a number that is too long")
    return int(digits)


def unquote(token: str) -> str:
    r"""Return the text between quotes; ``\'``, ``\"`` and ``\\`` stand for one character, other backslashes stay."""
    return re.sub(r"""\\(['"\\])""", r"\1", str(token)[1:-1])


def pattern_parts(pattern: str) -> Iterator[tuple[str, bool]]:
    r"""Read a LIKE pattern: yield each character, and whether it is a wildcard (``%`` or ``_``)."""
    characters = iter(pattern)
    for char in characters:
        if char == "\\":
            yield next(characters, "\\"), False
        else:
            yield char, char in "%_"
