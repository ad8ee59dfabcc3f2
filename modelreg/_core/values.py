"""Conversion of property values: to the wire, back to plain values, and when two of them are equal.

The wire has strings, bools, 32-bit ints, doubles and JSON objects ("structs"); a struct is sent as base64 of its JSON
and comes back as the JSON text. What cannot be kept without loss is refused with the key's name.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from modelreg._types.read_only import ReadOnlyDict, frozen
from modelreg.errors import InvalidInput

Wire = dict[str, Any]

KEY_LENGTH = 255
INT32_END = 2**31
INT32 = range(-INT32_END, INT32_END)
EXACT = range(-(2**53), 2**53 + 1)
LIST_KEY = "$list"
# Servers store deeper values and then fail on every list that holds the record.
DEEPEST = 64


def to_wire(properties: object, *, what: str = "properties") -> dict[str, Wire]:
    """Convert plain values to the registry's typed ones; a value of None leaves its key out.

    Args:
        properties: A mapping of plain values by key.
        what: The argument's name, for the error.

    Raises:
        InvalidInput: It is no mapping, or holds a key or value that cannot be kept, named.
    """
    wire = {}
    for key, value in checked_mapping(properties, what).items():
        if type(key) is not str or len(key) > KEY_LENGTH or not key.isprintable():
            _check_key(key, what)
        if type(value) is float and math.isfinite(value):
            wire[key] = {"metadataType": "MetadataDoubleValue", "double_value": value + 0.0}
            continue
        plain = _plain(value, f"{what}[{key!r}]")
        if plain is not None:
            wire[key] = _typed(plain)
    return wire


def checked_mapping(values: object, what: str) -> Mapping[Any, Any]:
    """Refuse an argument that is no mapping.

    Args:
        values: What was given; None stands for an empty mapping.
        what: The argument's name, for the error.

    Raises:
        InvalidInput: It is no mapping.
    """
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise InvalidInput(f"{what} is a {type(values).__name__}, {values!r:.100}; give a dict of values by key")
    return values


def checked_texts(values: object, what: str, *, of: str = "strings") -> list[str]:
    """Refuse an argument that is no collection of strings.

    Args:
        values: What was given; None stands for an empty collection.
        what: The argument's name, for the error.
        of: What the strings are, for the error.

    Raises:
        InvalidInput: It is one string, no collection, or holds something else.
    """
    if values is None:
        return []
    if isinstance(values, str):
        raise InvalidInput(f"{what} is one string, {values!r}; give a list of {of}, such as [{values!r}]")
    if not isinstance(values, Iterable):
        raise InvalidInput(f"{what} is a {type(values).__name__}, {values!r:.100}; give a list of {of}")
    texts = list(values)
    for text in texts:
        if not isinstance(text, str):
            raise InvalidInput(f"{what} holds {text!r:.100}, which is not a string; give a list of {of}")
    return texts


def labels_to_wire(labels: object) -> dict[str, Wire]:
    """Convert labels, which are string properties with an empty value."""
    return to_wire(dict.fromkeys(checked_texts(labels, "labels"), ""), what="labels")


def to_plain(wire: Mapping[str, Any]) -> Any:
    """Read one typed value; a kind that this modelreg does not know stays the JSON object that came."""
    reader = _READERS.get(str(wire.get("metadataType")))
    return dict(wire) if reader is None else reader(wire)


def all_to_plain(wire: Any) -> ReadOnlyDict:
    """Read a map of typed values; what is no JSON object is left out."""
    plain = {}
    for key, item in wire.items() if isinstance(wire, dict) else ():
        if not isinstance(item, dict):
            continue
        kind = item.get("metadataType")
        if kind == "MetadataStringValue":
            plain[key] = item.get("string_value", "")
        elif kind == "MetadataDoubleValue":
            plain[key] = _read_double(item)
        else:
            try:
                plain[key] = frozen(to_plain(item))
            except RecursionError:
                # Nested deeper than anything of ours: its text can be shown.
                plain[key] = str(item.get("struct_value", ""))
    return ReadOnlyDict(plain)


def same(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Return whether two typed values are equal, however a struct is written."""
    return _canonical(one) == _canonical(other)


def same_all(one: Mapping[str, Mapping[str, Any]], other: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether two maps of typed values are equal."""
    return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)


def restated(wire: Mapping[str, Mapping[str, Any]]) -> dict[str, Wire]:
    """Return values that came from a registry in the form for sending: structs as base64."""
    return {key: _resent(value) for key, value in wire.items()}


def holds_struct(wire: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether a value among these makes real servers refuse a PATCH that does not restate it."""
    return any(value.get("metadataType") == "MetadataStructValue" for value in wire.values())


def _check_key(key: object, what: str) -> None:
    if not isinstance(key, str):
        raise InvalidInput(f"{what} has the key {key!r}, which is not a string")
    if len(key) > KEY_LENGTH:
        raise InvalidInput(f"{what} has a key of {len(key)} characters, {key[:40]!r}...; at most {KEY_LENGTH} are kept")
    check_text(key, f"a key of {what}")


def check_text(value: str, what: str) -> str:
    """Refuse a text that no registry can store: one with a NUL or half a surrogate pair."""
    if "\x00" in value:
        raise InvalidInput(f"{what} holds a NUL character, which no registry stores; take it out")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"{what} holds half a surrogate pair and cannot be sent as UTF-8; decode it anew") from error
    return value


def _plain(value: object, what: str, depth: int = 0) -> Any:
    """Reduce what training code hands over to str, bool, int, float, dict, list or None."""
    if depth > DEEPEST:
        raise InvalidInput(
            f"{what.partition(']')[0]}] is nested deeper than {DEEPEST} levels, or holds itself; flatten it"
        )
    while not isinstance(value, (bool, str, int, float)) or isinstance(value, Enum):
        reduced = _reduced(value, what)
        if reduced is value:
            break
        value = reduced
    match value:
        case bool() | None:
            return value
        case str():
            return check_text(str(value), what)
        case int():
            return _checked_int(int(value), what)
        case float():
            return _checked_float(float(value), what)
        case Mapping():
            return _plain_mapping(value, what, depth + 1)
        case list() | tuple():
            return [_plain(item, f"{what}[{at}]", depth + 1) for at, item in enumerate(value)]
        case _:
            raise InvalidInput(
                f"{what} is a {type(value).__name__}, which a registry cannot keep; "
                "give a str, bool, int, float, dict, list or date"
            )


def _reduced(value: object, what: str) -> object:
    """Take one wrapping off: an enum's value, a 0-d array's item, what a Decimal, a date or a path stands for."""
    match value:
        case Enum():
            return value.value
        case Decimal():
            return int(value) if value.is_finite() and value == value.to_integral_value() else float(value)
        case date():
            return value.isoformat()
        case os.PathLike():
            return os.fspath(value)
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "shape", None) == ():
        inner: object = item()
        if type(inner) is type(value):
            raise InvalidInput(f"{what} is a {type(value).__name__}, wider than a double; give float(...) of it")
        return inner
    return value


def _plain_mapping(value: Mapping[Any, object], what: str, depth: int) -> dict[str, Any]:
    plain = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise InvalidInput(f"{what} has the key {key!r}; keys inside a dict are strings")
        plain[check_text(key, f"a key of {what}")] = _plain(item, f"{what}[{key!r}]", depth)
    if plain.keys() == {LIST_KEY} and isinstance(plain[LIST_KEY], list):
        raise InvalidInput(f"{what} is a dict of {LIST_KEY!r} alone, which is how a list is kept; give the list itself")
    return plain


def _checked_int(value: int, what: str) -> int:
    if value not in EXACT:
        # Not with its digits: Python refuses to write an int of thousands of them.
        raise InvalidInput(f"{what} is an int past 2**53, which a registry cannot keep exactly; give it as a str")
    return value


def _checked_float(value: float, what: str) -> float:
    if not math.isfinite(value):
        raise InvalidInput(f"{what} is {value}, which a registry cannot keep; leave it out or give it as a str")
    # Servers give -0.0 back as 0: adding 0.0 makes it 0.0 and leaves every other number as it is.
    return value + 0.0


def _typed(plain: Any) -> Wire:
    match plain:
        case bool():
            return {"metadataType": "MetadataBoolValue", "bool_value": plain}
        case str():
            return {"metadataType": "MetadataStringValue", "string_value": plain}
        case int() if plain in INT32:
            return {"metadataType": "MetadataIntValue", "int_value": str(plain)}
        case int() | float():
            return {"metadataType": "MetadataDoubleValue", "double_value": float(plain)}
        case list():
            return _struct_wire({LIST_KEY: plain})
        case _:
            return _struct_wire(plain)


def _struct_wire(value: dict[str, Any]) -> Wire:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return {"metadataType": "MetadataStructValue", "struct_value": base64.b64encode(text.encode()).decode()}


def _read_int(wire: Mapping[str, Any]) -> Any:
    text = wire.get("int_value", "")
    try:
        return int(text)
    except (TypeError, ValueError):
        return text


def _read_double(wire: Mapping[str, Any]) -> Any:
    value = wire.get("double_value", 0.0)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    try:
        number = float(value)
    except OverflowError:
        return value
    if -INT32_END <= number < INT32_END or not number.is_integer() or abs(number) > EXACT[-1]:
        return number
    return int(number)


def _struct(wire: Mapping[str, Any]) -> Any:
    """Read a struct's text, which is JSON from a real server and base64 of it as it was sent."""
    text = wire.get("struct_value", "")
    for spelled in (lambda: text, lambda: base64.b64decode(text, validate=True)):
        try:
            return json.loads(spelled())
        except (ValueError, TypeError, binascii.Error):
            continue
    return text


def _unwrapped(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {LIST_KEY} and isinstance(value[LIST_KEY], list):
        return value[LIST_KEY]
    return value


def _read_string(wire: Mapping[str, Any]) -> Any:
    return wire.get("string_value", "")


def _read_bool(wire: Mapping[str, Any]) -> Any:
    return wire.get("bool_value", False)


def _read_struct(wire: Mapping[str, Any]) -> Any:
    return _unwrapped(_struct(wire))


_READERS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "MetadataStringValue": _read_string,
    "MetadataBoolValue": _read_bool,
    "MetadataIntValue": _read_int,
    "MetadataDoubleValue": _read_double,
    "MetadataStructValue": _read_struct,
}


def _resent(value: Mapping[str, Any]) -> Wire:
    struct = _struct(value) if value.get("metadataType") == "MetadataStructValue" else None
    try:
        return _struct_wire(struct) if isinstance(struct, dict) else dict(value)
    except ValueError:  # NaN, which JSON does not have
        return dict(value)


def _canonical(value: Mapping[str, Any] | None) -> object:
    """One spelling for each value, told apart by type; numbers inside a struct are doubles, as servers keep them."""
    if value is None:
        return None
    kind = value.get("metadataType")
    if kind == "MetadataStructValue":
        return kind, _json_form(_struct(value))
    if kind == "MetadataDoubleValue":
        return kind, _as_float(value.get("double_value"))
    if kind == "MetadataIntValue":
        return kind, str(value.get("int_value"))
    return kind, json.dumps(value, sort_keys=True)


def _as_float(value: Any) -> Any:
    return float(value) if isinstance(value, (int, float)) else value


def _json_form(value: Any) -> str:
    def doubled(item: Any) -> Any:
        match item:
            case bool():
                return item
            case int():
                return float(item)
            case dict():
                return {key: doubled(inner) for key, inner in item.items()}
            case list():
                return [doubled(inner) for inner in item]
        return item

    return json.dumps(doubled(value), sort_keys=True)
