"""Bodies of requests, checked by the description of the resource they are for.

Imports only the descriptions and the pure checks beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from attrs import frozen

from modelreg.local._registry.errors import bad_request, incomplete
from modelreg.local._registry.properties import Properties, as_double, read_properties
from modelreg.local._registry.resource_table import Field, FieldType
from modelreg.local._registry.text import checked_text, parse_json

_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
#: What a whole resource carries beside its fields; a body may repeat it, and it changes nothing.
READ_ONLY = frozenset({"id", "createTimeSinceEpoch", "lastUpdateTimeSinceEpoch"})


@frozen
class Content:
    """What a body says: a value for every column it sets, and its custom properties if it names any."""

    values: dict[str, Any]
    properties: Properties | None


def read_object(body: bytes) -> dict[str, Any]:
    """Return the object in a body; ``null`` stands for an empty one.

    Raises:
        Refusal: 400, when the body is not a JSON object.
    """
    value = parse_json(body)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request("the body has to be a JSON object")
    return value


@cache
def _settable(fields: tuple[Field, ...], editable: bool) -> Mapping[str, Field]:
    return {each.wire: each for each in fields if each.settable and (each.editable or not editable)}


def read_create(fields: tuple[Field, ...], body: dict[str, Any], *, ignored: Collection[str] = ()) -> Content:
    """Check the body of a POST and fill in the defaults.

    A field given as ``null`` stays without a value: it gets no default.

    Raises:
        Refusal: 400 for a value or a field that the resource does not have; 422 for one that it needs.
    """
    allowed = _settable(fields, editable=False)
    content = _read(allowed, body, ignored, keep_null=True)
    for each in allowed.values():
        if each.required and content.values.get(each.column) in (None, ""):
            # This text is the published servers' own, by which clients tell the error.
            raise incomplete(f"required field '{each.wire}' is zero value.")
        if each.default is not None:
            content.values.setdefault(each.column, each.default)
    return content


def read_update(fields: tuple[Field, ...], body: dict[str, Any], *, ignored: Collection[str] = ()) -> Content:
    """Check the body of a PATCH; what it leaves out or gives as null is not among the values.

    Raises:
        Refusal: 400, for a value the field cannot have or a field that cannot be changed.
    """
    allowed = _settable(fields, editable=True)
    return _read(allowed, body, ignored, keep_null=False)


def _read(allowed: Mapping[str, Field], body: dict[str, Any], ignored: Collection[str], *, keep_null: bool) -> Content:
    values: dict[str, Any] = {}
    properties: Properties | None = None
    for wire, given in body.items():
        if wire == "customProperties":
            properties = None if given is None else read_properties(given)
        elif (known := allowed.get(wire)) is not None:
            if given is not None:
                values[known.column] = _read_value(known, given)
            elif keep_null:
                values[known.column] = None
        elif wire not in ignored:
            # The published servers' own text, which upstream's tests compare.
            raise bad_request(f"json: unknown field {json.dumps(wire, ensure_ascii=False)}")
    return Content(values, properties)


def _read_value(known: Field, given: object) -> Any:
    match known.type:
        case FieldType.TEXT:
            return checked_text(given, known.wire, longest=known.longest)
        case FieldType.ENUM:
            if given not in known.choices:
                raise bad_request(f"{known.wire} is one of {', '.join(known.choices)}")
            return given
        case FieldType.TEXTS:
            if not isinstance(given, list):
                raise bad_request(f"{known.wire} has to be a list of text")
            return json.dumps([checked_text(each, known.wire) for each in given], ensure_ascii=False)
        case FieldType.DOUBLE:
            if (number := as_double(given)) is None:
                raise bad_request(f"{known.wire} has to be a finite number")
            return number
        case FieldType.INT:
            if isinstance(given, bool) or not isinstance(given, int) or not -(2**31) <= given < 2**31:
                raise bad_request(f"{known.wire} has to be a 32-bit integer")
            return given
        case FieldType.LONG | FieldType.REF:
            if known.required and given == "":
                return ""
            return read_integer(given, known.wire)


def read_integer(given: object, what: str) -> int:
    """Return the 64-bit integer that a decimal string spells.

    Raises:
        Refusal: 400, when it spells none.
    """
    if isinstance(given, str) and _INTEGER.fullmatch(given) and -(2**63) <= int(given) < 2**63:
        return int(given)
    raise bad_request(f"{what} has to be a whole number in a string")
