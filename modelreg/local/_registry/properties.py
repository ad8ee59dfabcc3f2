"""Custom properties: which are valid, and their stored forms, text for responses and rows for filters.

Imports nothing of the package but its errors.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from modelreg.local._registry.errors import bad_request
from modelreg.local._registry.text import checked_text, parse_json

LONGEST_KEY = 255
#: How many objects and lists of a struct may stand inside one another, the struct itself counted.
DEEPEST_STRUCT = 64
_INT = re.compile(r"-?[0-9]{1,10}", re.ASCII)
_EXACT = 2**53


@frozen
class Properties:
    """A map of custom properties: ``text`` is what a response says, ``rows`` what a filter selects by."""

    text: str
    rows: tuple[dict[str, Any], ...]


def read_properties(value: object) -> Properties:
    """Check a map of custom properties from a body and return it in its stored form.

    Raises:
        Refusal: 400, when a key or a value is not one that the contract has.
    """
    if not isinstance(value, dict):
        raise bad_request("customProperties has to be an object")
    wire: dict[str, dict[str, Any]] = {}
    rows: list[dict[str, Any]] = []
    for key, given in value.items():
        checked_text(key, "a property's key", longest=LONGEST_KEY)
        wire[key], row = _read_value(key, given)
        if row is not None:
            rows.append(row)
    return Properties(json.dumps(wire, ensure_ascii=False, separators=(",", ":")), tuple(rows))


def _read_value(key: str, given: object) -> tuple[dict[str, Any], dict[str, Any] | None]:
    kind = given.get("metadataType") if isinstance(given, dict) else None
    known = _KINDS.get(kind) if isinstance(kind, str) else None
    if known is None or not isinstance(given, dict):
        raise bad_request(f"property {key!r} needs a metadataType that the registry stores")
    member, read = known
    if given.keys() != {"metadataType", member}:
        raise bad_request(f"property {key!r} of {kind} has exactly metadataType and {member}")
    stored, answered = read(key, given[member])
    row = dict(_EMPTY_ROW, name=key, **{member: stored}) if member in _EMPTY_ROW else None
    return {"metadataType": kind, member: answered}, row


def _string(key: str, value: object) -> tuple[str, str]:
    text = checked_text(value, f"property {key!r}")
    return text, text


def _int(key: str, value: object) -> tuple[int, str]:
    if not isinstance(value, str) or not _INT.fullmatch(value) or not -(2**31) <= int(value) < 2**31:
        raise bad_request(f"property {key!r} needs an int_value that is a decimal string within 32 bits")
    return int(value), str(int(value))


def _double(key: str, value: object) -> tuple[float, float]:
    number = as_double(value)
    if number is None:
        raise bad_request(f"property {key!r} needs a double_value that is a finite number")
    return number, number


def _bool(key: str, value: object) -> tuple[bool, bool]:
    if not isinstance(value, bool):
        raise bad_request(f"property {key!r} needs a bool_value that is true or false")
    return value, value


def _struct(key: str, value: object) -> tuple[str, str]:
    try:
        decoded = base64.b64decode(value.encode("ascii"), validate=True) if isinstance(value, str) else b""
    except (binascii.Error, UnicodeEncodeError) as error:
        raise bad_request(f"property {key!r} needs a struct_value that is base64") from error
    structure = parse_json(decoded, f"the struct_value of property {key!r}")
    if not isinstance(structure, dict):
        raise bad_request(f"property {key!r} needs a struct_value that is base64 of a JSON object")
    if _is_deeper(structure, DEEPEST_STRUCT):
        raise bad_request(f"the struct_value of property {key!r} is nested deeper than {DEEPEST_STRUCT} levels")
    text = json.dumps(_as_struct(structure), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text, checked_text(text, f"property {key!r}")


def _is_deeper(value: Any, limit: int) -> bool:
    """Return whether more than ``limit`` objects and lists stand inside one another."""
    level = [value]
    for _ in range(limit):
        nested = (each.values() if isinstance(each, dict) else each for each in level)
        level = [inner for each in nested for inner in each if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _as_struct(value: Any) -> Any:
    """Return a JSON value with every number taken through a double, as a protobuf Struct holds it."""
    if isinstance(value, dict):
        return {key: _as_struct(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_struct(each) for each in value]
    number = as_double(value)
    if number is None:
        if isinstance(value, int) and not isinstance(value, bool):
            raise bad_request("a number in a struct_value is past the range of a double")
        return value
    return int(number) if number.is_integer() and abs(number) <= _EXACT else number


def as_double(value: object) -> float | None:
    """Return a JSON number as a finite double, or None when it is not one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    # Adding zero makes -0.0 a plain zero, as which servers give it back.
    return number + 0.0 if math.isfinite(number) else None


_EMPTY_ROW: Mapping[str, Any] = {"string_value": None, "int_value": None, "double_value": None, "bool_value": None}
_KINDS: Mapping[str, tuple[str, Callable[[str, object], tuple[Any, Any]]]] = {
    "MetadataStringValue": ("string_value", _string),
    "MetadataIntValue": ("int_value", _int),
    "MetadataDoubleValue": ("double_value", _double),
    "MetadataBoolValue": ("bool_value", _bool),
    "MetadataStructValue": ("struct_value", _struct),
}
