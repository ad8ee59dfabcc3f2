"""Properties of values that training code hands over: flat, typed, within a budget, whatever they are.

A property that is an empty text is a label to the registry's user interface, and one that is a struct makes other
clients' changes fail: neither is written from here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import attrs

from modelreg._core.values import KEY_LENGTH, to_plain, to_wire
from modelreg.errors import InvalidInput

#: How many properties one prefix may have; what comes after them is left out, and counted.
BUDGET = 300
#: How many characters of a text are kept.
TEXT_LENGTH = 60_000
#: How deep nested values are followed.
DEPTH = 16

#: What pipeline frameworks put beside the numbers of a metrics artifact.
FRAMEWORK_KEYS = frozenset({"display_name", "store_session_info"})

_SHOWN = 20


@attrs.frozen
class Flat:
    """Properties that can be written, and warnings about those that cannot."""

    properties: dict[str, Any] = attrs.field(factory=dict)
    warnings: tuple[str, ...] = ()


def properties_of(
    prefix: str, values: Mapping[Any, object] | None, *, budget: int = BUDGET, taken: Collection[str] = ()
) -> Flat:
    """Flatten values into properties whose keys begin with a prefix.

    Nested keys are joined with `_`; a key that begins with the prefix already keeps it once. None and empty texts are
    left out; a list becomes JSON text; what a registry cannot keep as a number (NaN, more than 2**53) becomes text;
    other objects are left out.

    Args:
        prefix: Such as "training_".
        values: What the framework recorded; its own keys (`FRAMEWORK_KEYS`) are left out.
        budget: How many are kept at most, in the order in which they come.
        taken: Keys that are there already and win, compared without case.
    """
    kept: dict[str, Any] = {}
    warnings: list[str] = []
    seen = {key.casefold() for key in taken}
    over = 0
    own = {key: value for key, value in (values or {}).items() if key not in FRAMEWORK_KEYS}
    for name, value in leaves(own):
        key = name if name.startswith(prefix) else f"{prefix}{name}"
        plain, warning = _readable(key, value)
        if warning:
            warnings.append(warning)
        if plain is None:
            continue
        if key.casefold() in seen:
            warnings.append(f"{key!r} is given twice; the first one is kept")
        elif len(kept) >= budget:
            over += 1
        else:
            seen.add(key.casefold())
            kept[key] = plain
    if over:
        warnings.append(f"{over} more {prefix}* values are left out: {budget} are kept at most")
        kept[f"{prefix}left_out"] = over
    return Flat(kept, shortened(warnings))


def finite(value: object) -> bool:
    """Whether it is a number that a double can hold; a truth value is none."""
    try:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


def shortened(warnings: list[str]) -> tuple[str, ...]:
    """Return at most a few warnings, so that the log stays readable."""
    if len(warnings) <= _SHOWN:
        return tuple(warnings)
    return (*warnings[: _SHOWN - 2], f"and {len(warnings) - _SHOWN + 1} more warnings like these", warnings[-1])


def leaves(values: Mapping[Any, Any], path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Iterate over nested values, their keys joined with `_`."""
    for key, value in values.items():
        name = f"{path}_{key}" if path else str(key)
        if isinstance(value, Mapping) and depth < DEPTH:
            yield from leaves(value, name, depth + 1)
        else:
            yield name, value


def _readable(key: str, value: object) -> tuple[Any, str | None]:
    """Return the value as it is kept, or None, and a warning about it."""
    if value is None or (isinstance(value, str) and not value):
        return None, None
    if len(key) > KEY_LENGTH:
        return None, f"{key[:40]!r}... has {len(key)} characters and is left out: {KEY_LENGTH} are kept at most"
    if isinstance(value, (list, tuple)):
        value = _as_json(value)
    if isinstance(value, (Mapping, list, tuple)):
        return None, f"{key!r} is nested too deeply, and is left out"
    return _kept(key, value)


def _kept(key: str, value: object) -> tuple[Any, str | None]:
    if isinstance(value, str):
        value = _cut(value)
    try:
        wire = to_wire({key: value})
    except ValueError:
        # Refused, or so long a number that not even the refusal can be spelled.
        return _as_text(key, value)
    if not wire or wire[key]["metadataType"] == "MetadataStructValue":
        return None, f"{key!r} is a {type(value).__name__}, which is left out"
    return to_plain(wire[key]), None


def _as_text(key: str, value: object) -> tuple[Any, str | None]:
    try:
        to_wire({key: 0})
    except InvalidInput:
        return None, f"{key!r} is no key that a registry can store, and is left out"
    match value:
        case str():
            return value.replace("\x00", "").encode(errors="replace").decode() or None, (
                f"{key!r} holds characters that no registry stores; they are replaced"
            )
        case int() if abs(value) < 10**1000:
            return str(value), f"{key!r} is too large for a number of the registry, and is kept as text"
        case float():
            return _spelled(value), f"{key!r} is {_spelled(value)}, and is kept as text"
    number = _number(value)
    if number is not None:
        return _as_text(key, number)
    return None, f"{key!r} is a {type(value).__name__} that a registry cannot keep, and is left out"


def _number(value: object) -> float | None:
    """What an array library's scalar or a Decimal stands for, where that is a number at all."""
    if isinstance(value, (int, float, bytes, bytearray)):
        return None
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None


def _spelled(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _as_json(value: object) -> object:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        return value


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_LENGTH else f"{text[: TEXT_LENGTH - 1]}…"
