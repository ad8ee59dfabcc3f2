"""The filterQuery that is sent for a filter: one that selects at least what is wanted, on any server and database.

What servers do to a filter, and what is therefore sent:

- Databases differ in what is equal and in what comes first among texts (case, accents, trailing spaces). Equality is
  sent, because every database selects the exact text among others; ``!=`` and order are sent as "has a text".
- A backslash, a quote or a control character is read differently by different routes: such a text is sent as a
  pattern with a wildcard in its place.
- A number with a decimal point selects doubles only, and an int that does not fit 32 bits is refused: ints and doubles
  are asked for apart.
- Names of children are stored behind their parent's id: only patterns find them.
- There is no NOT and no IS NULL, and a field is asked for only where servers are known to have it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache

import attrs

from modelreg._filters.tree import IDS, Both, Comparison, Either, Filter, as_id, fields_of
from modelreg._filters.values import ORDERS, PATTERNS, Value, moment_in, pattern_parts
from modelreg._types import (
    RECORDS,
    ModelVersion,
    Record,
)
from modelreg.errors import InvalidInput

_TYPED = (".string_value", ".int_value", ".double_value", ".bool_value", ".array_value")
_KEYWORDS = frozenset({"and", "or", "not", "in", "is", "null", "like", "ilike", "between", "true", "false"})
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_UNSAYABLE = re.compile(r"[\\'\"\x00-\x1f\x7f\ud800-\udfff]")
_LEAST, _MOST = -(2**31), 2**31 - 1
_EXACT = 2**53
# Servers refuse what is much longer; what does not fit is narrowed here alone.
_LONGEST, _MOST_COMPARISONS, _DEEPEST = 6000, 100, 20
_LONGEST_TEXT, _MOST_WILDCARDS = 1500, 12


@attrs.frozen
class _Sent:
    """A piece of a filterQuery, and how much it holds.

    Attributes:
        joined_by: "AND" or "OR"; empty for a comparison.
        comparisons: How many it has.
        depth: How deep its brackets are nested.
    """

    text: str
    joined_by: str = ""
    comparisons: int = 1
    depth: int = 0

    @property
    def fits(self) -> bool:
        """Whether servers take it."""
        return len(self.text) <= _LONGEST and self.comparisons <= _MOST_COMPARISONS and self.depth <= _DEEPEST


def compiled(where: Filter, resource: type[Record]) -> str | None:
    """Return the filterQuery for a filter, or None when there is none that loses nothing."""
    sent = _sent(where, resource)
    return None if sent is None else sent.text


def _sent(where: Filter, resource: type[Record]) -> _Sent | None:
    if isinstance(where, Comparison):
        return _comparison(where, resource)
    if isinstance(where, Both):
        return _both([_sent(part, resource) for part in where.parts])
    assert isinstance(where, Either)
    return _either(where.parts, resource)


def _both(parts: Iterable[_Sent | None]) -> _Sent | None:
    """Join as much as fits: each part that is left out only widens the question."""
    sent: _Sent | None = None
    for part in parts:
        if part is not None:
            longer = part if sent is None else _joined("AND", [sent, part])
            sent = longer if longer.fits else sent
    return sent


def _either(parts: Iterable[Filter], resource: type[Record]) -> _Sent | None:
    """Join all: a part that cannot be said makes the whole unsayable."""
    pieces: list[_Sent] = []
    listed: dict[str, list[str]] = {}
    for part in parts:
        piece = _sent(part, resource)
        if piece is None:
            return None
        if (
            isinstance(part, Comparison)
            and (equality := _EQUALITY.fullmatch(piece.text))
            and not _is_name(part, resource)
        ):
            listed.setdefault(equality["key"], []).append(equality["text"])
        else:
            pieces.append(piece)
    pieces += [
        _Sent(f"{key} = {texts[0]}" if len(texts) == 1 else f"{key} IN ({','.join(texts)})")
        for key, texts in listed.items()
    ]
    whole = _joined("OR", pieces) if pieces else None
    return whole if whole and whole.fits else None


_EQUALITY = re.compile(r"(?P<key>`[^`]+`|[\w.]+) = (?P<text>'[^']*')", re.DOTALL)


def _joined(word: str, pieces: list[_Sent]) -> _Sent:
    if len(pieces) == 1:
        return pieces[0]
    nested = [piece.joined_by not in ("", word) for piece in pieces]
    wrapped = [f"({piece.text})" if deeper else piece.text for piece, deeper in zip(pieces, nested, strict=True)]
    return _Sent(
        f" {word} ".join(wrapped),
        word,
        sum(piece.comparisons for piece in pieces),
        max(piece.depth + deeper for piece, deeper in zip(pieces, nested, strict=True)),
    )


def _comparison(asked: Comparison, resource: type[Record]) -> _Sent | None:
    if not asked.only_property and asked.name in fields_of(resource):
        return _field(asked, resource)
    if not asked.only_property and any(asked.name in fields_of(kind) for kind in resource.__subclasses__()):
        return None  # a field of some of the records that are listed, a property of the others
    key = _key(asked.name)
    return None if key is None else _property(key, asked.operator, asked.value)


def _key(name: str) -> str | None:
    """Return a property's key as a filter names it, or None when no filter can."""
    if name in _wire_names() or name.endswith(_TYPED) or "`" in name or _UNSAYABLE.search(name):
        return None
    return name if _PLAIN.fullmatch(name) and name.lower() not in _KEYWORDS else f"`{name}`"


@cache
def _wire_names() -> frozenset[str]:
    """Return what a server takes for a field of some resource and not for a property."""
    names = {"type", "typeId", "artifactType", "inferenceServiceId"}
    for record in RECORDS:
        for field in attrs.fields(record):
            names.add(field.metadata.get("wire") or _camel(field.name))
    return frozenset(names)


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def _property(key: str, operator: str, value: Value) -> _Sent:
    if isinstance(value, bool):
        return _Sent(f"{key} = {'true' if value == (operator == '==') else 'false'}")
    if isinstance(value, int | float):
        return _number(key, operator, value)
    if isinstance(value, datetime):
        return _Sent(f"{key} LIKE '%'")
    return _text(key, operator, value) or _Sent(f"{key} LIKE '%'")


def _text(key: str, operator: str, value: str) -> _Sent | None:
    """Compile a comparison of texts; None when servers can only be asked whether there is a text."""
    if operator == "==":
        if len(value) <= _LONGEST_TEXT and not _UNSAYABLE.search(value):
            return _Sent(f"{key} = '{value}'")
        return _pattern(key, "LIKE", [(char, False) for char in value])
    if operator in ("like", "ilike"):
        return _pattern(key, operator.upper(), pattern_parts(value))
    return None


def _pattern(key: str, operator: str, parts: Iterable[tuple[str, bool]], *, before: str = "") -> _Sent | None:
    """Ask for a pattern without what is read differently here and there; a wildcard stands in its place.

    The wildcard is always "any text": what is one character here is several where a database folds letters.
    """
    # A colon makes servers believe that the pattern says what a child's name is stored behind.
    unclear = "%_:" if key == "name" else "%_"
    wide = [before]
    for char, wild in parts:
        strange = char in unclear or _UNSAYABLE.match(char) or (operator == "ILIKE" and not char.isascii())
        wide.append("%" if wild or strange else char)
    text = re.sub("%+", "%", "".join(wide))
    if len(text) > _LONGEST_TEXT or text.count("%") > _MOST_WILDCARDS:
        return None
    return _Sent(f"{key} {operator} '{text}'")


def _number(key: str, operator: str, value: float) -> _Sent:
    """Ask for ints and doubles apart: what a server makes of a literal depends on its form."""
    plain = not key.startswith("`")
    if abs(value) > _EXACT:
        pieces = [f"{key} > 0", f"{key} <= 0"]
    elif not plain and float(value).is_integer() and _LEAST <= value <= _MOST:
        pieces = [f"{key} {_SIGNS.get(operator, operator)} {int(value)}"]
    else:
        double, whole = (f"{key}.double_value", f"{key}.int_value") if plain else (key, key)
        pieces = [f"{double} {_SIGNS.get(operator, operator)} {float(value)!r}"]
        if (bound := _ints(operator, value)) is not None:
            pieces.append(f"{whole} {bound}")
    return _joined("OR", [_Sent(piece) for piece in pieces])


_SIGNS = {"==": "="}


def _ints(operator: str, value: float) -> str | None:
    """Return which 32-bit ints satisfy a comparison, or None when none does."""
    if operator in ("==", "!="):
        if float(value).is_integer() and _LEAST <= value <= _MOST:
            return f"{_SIGNS.get(operator, operator)} {int(value)}"
        return None if operator == "==" else f">= {_LEAST}"
    if operator in (">", ">="):
        least = math.floor(value) + 1 if operator == ">" else math.ceil(value)
        return None if least > _MOST else f">= {max(least, _LEAST)}"
    most = math.ceil(value) - 1 if operator == "<" else math.floor(value)
    return None if most < _LEAST else f"<= {min(most, _MOST)}"


def _field(asked: Comparison, resource: type[Record]) -> _Sent | None:
    read = _read(asked.name, resource)
    _check(asked, resource, read)
    if asked.name not in resource.filter_fields:
        return None
    wire = attrs.fields_dict(resource)[asked.name].metadata.get("wire") or _camel(asked.name)
    if read == "time":
        return _time(wire, asked.operator, _moment(asked.value))
    if asked.name in IDS:
        return _id(wire, asked.operator, as_id(asked.value))
    if _is_name(asked, resource):
        return _child_name(asked.operator, str(asked.value), resource)
    return _text(wire, asked.operator, str(asked.value))


def _read(name: str, resource: type[Record]) -> str:
    """Return how a field is read from the wire, which is what it may be compared with."""
    if name == "kind":
        return "text"
    return str(attrs.fields_dict(resource)[name].metadata["read"])


_FITTING: Mapping[str, tuple[type, ...]] = {"text": (str,), "int": (int, float), "float": (int, float)}


def _check(asked: Comparison, resource: type[Record], read: str) -> None:
    value = asked.value
    if read == "time":
        fits = asked.operator not in PATTERNS and _moment(value) is not None
    elif asked.name in IDS and isinstance(value, int) and not isinstance(value, bool):
        fits = True
    else:
        fits = isinstance(value, _FITTING.get(read, ())) and not isinstance(value, bool)
    if not fits:
        kinds = {"time": "a point in time", "text": "text", "texts": "a list, which no filter compares"}
        raise InvalidInput(
            f"{asked!r}: {asked.name} of a {resource.__name__} is {kinds.get(read, 'a number')}",
            hint=f"For a property of that name write F.property({asked.name!r}).",
        )


def _moment(value: Value) -> datetime | None:
    return value if isinstance(value, datetime) else moment_in(value) if isinstance(value, str) else None


def _time(wire: str, operator: str, moment: datetime | None) -> _Sent | None:
    assert moment is not None
    millis = moment.timestamp() * 1000
    least, most = math.floor(millis), math.ceil(millis)
    after, before = _Sent(f"{wire} >= {least}"), _Sent(f"{wire} <= {most}")
    if operator == "==":
        return _joined("AND", [after, before])
    return {">": after, ">=": after, "<": before, "<=": before}.get(operator)


def _id(wire: str, operator: str, value: Value) -> _Sent | None:
    if not isinstance(value, int) or not 0 <= value <= _MOST:
        return None
    if operator == "==" or (operator in ORDERS and wire == "id"):
        return _Sent(f"{wire} {_SIGNS.get(operator, operator)} {value}")
    return None


def _is_name(asked: Comparison, resource: type[Record]) -> bool:
    """Whether it is the name of something whose stored name begins with its parent's id."""
    return asked.name == "name" and not asked.only_property and not resource.top_level


def _child_name(operator: str, value: str, resource: type[Record]) -> _Sent | None:
    if operator == "==":
        if resource is ModelVersion and len(value) <= _LONGEST_TEXT and not _UNSAYABLE.search(value):
            return _Sent(f"name = '{value}'")
        return _pattern("name", "LIKE", [(char, False) for char in value], before="%")
    if operator in ("like", "ilike"):
        # Only LIKE, and not ILIKE, looks behind the parent's id by itself.
        return _pattern("name", operator.upper(), pattern_parts(value), before="" if operator == "like" else "%")
    return None
