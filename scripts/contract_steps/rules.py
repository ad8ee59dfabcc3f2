"""Which change of a schema breaks whom: a sender when it narrows what is taken, a reader when it widens what comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scripts.contract_steps.changes import NOBODY, READER, SENDER

UPPER = ("maxLength", "maxItems", "maxProperties", "maximum")
LOWER = ("minLength", "minItems", "minProperties", "minimum")
FLAGS = ("exclusiveMinimum", "exclusiveMaximum", "uniqueItems")
# Formats that a reader parses; any text is read as it is without them.
PARSED = frozenset({"binary", "byte", "date", "date-time", "uuid"})
WIDER_FORMATS = {("int32", "int64"), ("float", "double")}


def narrows(key: str, old: Any, new: Any) -> bool:
    """Whether a bound takes fewer values than before; a pattern that is another one is taken to."""
    if key in UPPER or key in LOWER:
        bounds = [bound(key, value) for value in (old, new)]
        if bounds[1] is None:
            return False
        if bounds[0] is None or not all(isinstance(each, int | float) for each in bounds):
            return True
        return bool(bounds[1] < bounds[0]) if key in UPPER else bool(bounds[1] > bounds[0])
    if key in FLAGS:
        return bool(new)
    if key == "multipleOf" and all(isinstance(each, int | float) and each for each in (old, new)):
        return bool(old % new)
    return new is not None


def bound(key: str, value: Any) -> Any:
    """Return a bound; one that bounds nothing is none."""
    nothing = value is None or value is False or (value == 0 and key in ("minLength", "minItems", "minProperties"))
    return None if nothing else value


def bounds_break(key: str, old: Any, new: Any) -> frozenset[str]:
    """A sender is broken by a narrower bound; a reader checks no bounds."""
    return SENDER if narrows(key, old, new) else NOBODY


def format_breaks(_: str, old: Any, new: Any) -> frozenset[str]:
    """A format that is new or another takes fewer texts; one that readers parse must not go."""
    sender = SENDER if new is not None and (old, new) not in WIDER_FORMATS else NOBODY
    return sender | (READER if old in PARSED else NOBODY)


def nullable_breaks(_: str, old: Any, new: Any) -> frozenset[str]:
    """A null that is no longer taken breaks a sender, one that is new a reader."""
    del old
    return READER if new else SENDER


def read_only_breaks(_: str, old: Any, new: Any) -> frozenset[str]:
    """What has become read-only may not be sent any more."""
    del old
    return SENDER if new else NOBODY


def write_only_breaks(_: str, old: Any, new: Any) -> frozenset[str]:
    """What has become write-only does not come any more."""
    del old
    return READER if new else NOBODY


def nobody(_: str, old: Any, new: Any) -> frozenset[str]:
    """It is announced, or it is what a server does by itself."""
    del old, new
    return NOBODY


def anyone(_: str, old: Any, new: Any) -> frozenset[str]:
    """Nobody can say what it takes or gives now."""
    del old, new
    return SENDER | READER


ASPECTS: dict[str, Callable[[str, Any, Any], frozenset[str]]] = {
    **dict.fromkeys((*UPPER, *LOWER, *FLAGS, "multipleOf", "pattern"), bounds_break),
    "format": format_breaks,
    "nullable": nullable_breaks,
    "readOnly": read_only_breaks,
    "writeOnly": write_only_breaks,
    "deprecated": nobody,
    "default": nobody,
    "not": anyone,
}


def type_breaks(old: str, new: str) -> frozenset[str]:
    """A wider type breaks a reader, a narrower one a sender, another one both."""
    wider = {("integer", "number")}
    if new == "any" or (old, new) in wider:
        return READER
    if old == "any" or (new, old) in wider:
        return SENDER
    return SENDER | READER


def extra_breaks(old: str, new: str) -> frozenset[str]:
    """Fields beyond those named: any ("open"), none ("closed"), or those of a type."""
    order = {"closed": 0, "open": 2}
    before, after = order.get(old, 1), order.get(new, 1)
    # A reader passes over fields that it does not know.
    return SENDER if after < before else NOBODY if before == 0 else READER if after > before else SENDER | READER
