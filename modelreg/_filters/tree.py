"""Filters: comparisons joined by "and" and "or", with every negation pushed into the comparisons."""

from __future__ import annotations

import builtins
from abc import abstractmethod
from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, NoReturn

import attrs

from modelreg._filters.values import NEGATED, Value, comparable, holds
from modelreg._types import Record
from modelreg._types.records import public
from modelreg.errors import InvalidInput

# Fields whose text is an id: they compare as numbers, and a number compares with them.
IDS = frozenset({"id", "model_id", "version_id", "environment_id", "experiment_id", "run_id"})
_FIELDS: dict[type[Record], frozenset[str]] = {}


def fields_of(record: type[Record]) -> frozenset[str]:
    """Return the names by which `F` finds a field of a record, and not a property."""
    found = _FIELDS.get(record)
    if found is None:
        names = {field.name for field in attrs.fields(record) if not field.name.startswith("_")} - {"properties"}
        found = _FIELDS[record] = frozenset(names | ({"kind"} if hasattr(record, "kind") else set()))
    return found


@public
class Filter:
    """A condition that a record satisfies or does not."""

    __slots__ = ()

    def __and__(self, other: Filter) -> Filter:
        return both((self, _filter(other)))

    def __or__(self, other: Filter) -> Filter:
        return either((self, _filter(other)))

    @abstractmethod
    def __invert__(self) -> Filter: ...

    def __bool__(self) -> NoReturn:
        raise InvalidInput(
            "a filter is neither true nor false",
            hint="Join filters with &, | and ~ in the place of and, or and not, each comparison in brackets;"
            " write a < x < b as two comparisons.",
        )

    @property
    def never(self) -> bool:
        """Whether no record can satisfy it, as with ``F("name").in_([])``."""
        return self == NEVER

    @abstractmethod
    def matches(self, record: Record) -> bool:
        """Return whether a record satisfies the filter.

        Args:
            record: A record as the registry returned it.
        """

    def compile(self, resource: type[Record]) -> str | None:
        """Return a filterQuery that selects at least the records that satisfy the filter, on any server.

        Args:
            resource: The class of the records that are listed.

        Returns:
            The text, or None when no server can be asked for less than everything.

        Raises:
            InvalidInput: A field is compared with what it can never be.
        """
        from modelreg._filters.wire import compiled

        return compiled(self, resource)


@attrs.frozen
class Comparison(Filter):
    """One key compared with one value."""

    name: str
    operator: str
    value: Value = attrs.field(eq=lambda value: (type(value), value))
    only_property: bool = False

    def __invert__(self) -> Filter:
        return attrs.evolve(self, operator=NEGATED[self.operator])

    def matches(self, record: Record) -> bool:
        """Return whether a record satisfies the comparison."""
        if self.only_property or self.name not in fields_of(type(record)):
            return holds(self.operator, record.properties.get(self.name), self.value)
        stored: object = getattr(record, self.name)
        if self.name in IDS:
            return holds(self.operator, as_id(stored), as_id(self.value))
        return holds(self.operator, stored, self.value)

    def __repr__(self) -> str:
        maker = "F.property" if self.only_property else "F"
        value = repr(self.value.isoformat()) if isinstance(self.value, date) else repr(self.value)
        if self.operator in ("like", "ilike"):
            return f"{maker}({self.name!r}).{self.operator}({value})"
        if self.operator in ("not like", "not ilike"):
            return f"~{maker}({self.name!r}).{self.operator[4:]}({value})"
        return f"({maker}({self.name!r}) {self.operator} {value})"


def as_id(value: Any) -> Any:
    """Return an id as a number if it is one, so that 9 comes before 10 however it is written."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


@attrs.frozen
class Both(Filter):
    """Every part has to hold; without parts, everything satisfies it."""

    parts: tuple[Filter, ...]
    word: ClassVar[str] = " & "

    def __invert__(self) -> Filter:
        return either(~part for part in self.parts)

    def matches(self, record: Record) -> bool:
        """Return whether a record satisfies every part."""
        return all(part.matches(record) for part in self.parts)

    def __repr__(self) -> str:
        return _joined(self.parts, self.word, "everything")


@attrs.frozen
class Either(Filter):
    """One part has to hold; without parts, nothing satisfies it."""

    parts: tuple[Filter, ...]
    word: ClassVar[str] = " | "

    def __invert__(self) -> Filter:
        return both(~part for part in self.parts)

    def matches(self, record: Record) -> bool:
        """Return whether a record satisfies a part."""
        return any(part.matches(record) for part in self.parts)

    def __repr__(self) -> str:
        return _joined(self.parts, self.word, "nothing")


EVERYTHING = Both(())
NEVER = Either(())


def _joined(parts: tuple[Filter, ...], word: str, empty: str) -> str:
    return f"({word.join(map(repr, parts))})" if parts else f"<{empty}>"


def both(parts: Iterable[Filter]) -> Filter:
    """Join filters by "and"."""
    return _join(parts, Both, NEVER)


def either(parts: Iterable[Filter]) -> Filter:
    """Join filters by "or"."""
    return _join(parts, Either, EVERYTHING)


def _join(parts: Iterable[Filter], kind: type[Both] | type[Either], decisive: Filter) -> Filter:
    flat: dict[Filter, None] = {}
    for part in parts:
        if part == decisive:
            return decisive
        flat.update(dict.fromkeys(part.parts if isinstance(part, kind) else (part,)))
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat))


def _filter(given: object) -> Filter:
    if not isinstance(given, Filter):
        raise InvalidInput(
            f"a filter cannot be joined with {given!r}",
            hint='Put each comparison in brackets: (F("a") > 1) & (F("b") == "x").',
        )
    return given


@public
class F:
    """A key to compare: the field of that name where the resource has one, else the property.

    Args:
        name: any key, odd ones too.
    """

    __slots__ = ("_name", "_only_property")
    __hash__ = None  # type: ignore[assignment]  # == makes a filter, and says nothing of two keys

    def __init__(self, name: str) -> None:
        if not isinstance(name, str) or not name:
            raise InvalidInput(f"F takes the name of a field or property, not {name!r}")
        self._name = name
        self._only_property = False

    @builtins.property
    def name(self) -> str:
        """The key."""
        return self._name

    @classmethod
    def property(cls, name: str) -> F:
        """Return the key of a property, even where the resource has a field of that name.

        Args:
            name: The property's key.
        """
        key = cls(name)
        key._only_property = True
        return key

    @builtins.property
    def only_property(self) -> bool:
        """Whether it is the key of a property even where the resource has a field of that name."""
        return self._only_property

    def __eq__(self, other: object) -> Filter:  # type: ignore[override]
        return self._compare("==", other)

    def __ne__(self, other: object) -> Filter:  # type: ignore[override]
        return self._compare("!=", other)

    def __lt__(self, other: object) -> Filter:
        return self._compare("<", other)

    def __le__(self, other: object) -> Filter:
        return self._compare("<=", other)

    def __gt__(self, other: object) -> Filter:
        return self._compare(">", other)

    def __ge__(self, other: object) -> Filter:
        return self._compare(">=", other)

    def like(self, pattern: str) -> Filter:
        r"""Match an SQL pattern: ``%`` is any text, ``_`` any character, and ``\`` takes the next one as it is."""
        return self._compare("like", pattern)

    def ilike(self, pattern: str) -> Filter:
        """Match an SQL pattern without regard to case.

        Args:
            pattern: The pattern; `%` stands for any characters and `_` for one.
        """
        return self._compare("ilike", pattern)

    def in_(self, values: Iterable[object]) -> Filter:
        """Be equal to one of several values.

        Args:
            values: The values; one text alone is refused.
        """
        if isinstance(values, str | bytes):
            raise InvalidInput(f"F({self._name!r}).in_ takes several values, not the text {values!r}")
        return either([self._compare("==", value) for value in values])

    def __bool__(self) -> NoReturn:
        raise InvalidInput(f"F({self._name!r}) alone is no filter", hint="Compare it with something.")

    def __repr__(self) -> str:
        return f"F.property({self._name!r})" if self._only_property else f"F({self._name!r})"

    def _compare(self, operator: str, other: object) -> Filter:
        if isinstance(other, F):
            raise InvalidInput(f"{self!r} {operator} {other!r}: a key is compared with a value, not with another key")
        value = comparable(self._name, operator, other)
        return Comparison(self._name, operator, value, self._only_property)
