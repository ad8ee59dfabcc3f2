"""Decides the smallest PATCH that makes a record what a caller said, restating what a PATCH would otherwise undo."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import attrs

from modelreg.convert import properties
from modelreg.convert.names import folded
from modelreg.convert.records import fields_of, state_fields
from modelreg.errors import InvalidInput
from modelreg.types import Record

PROPERTIES = "customProperties"


@attrs.frozen(kw_only=True)
class PropertyEdit:
    """What a caller said about the properties of one record.

    Attributes:
        merge: Typed values by key, to be set.
        replace: Whether every other key goes.
        remove: Keys that go; one that is not there is no error.
    """

    merge: Mapping[str, properties.Wire] = attrs.field(factory=dict)
    replace: bool = False
    remove: Collection[str] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse keys that one database would tell apart and another would not."""
        _refuse_merging_keys(self.merge, ())

    def applied(self, current: Mapping[str, Mapping[str, Any]]) -> dict[str, properties.Wire]:
        """Answer the whole map as it should be, spelled for sending."""
        kept = {} if self.replace else properties.restated(current)
        merged = {key: value for key, value in kept.items() if key not in self.remove} | dict(self.merge)
        _refuse_merging_keys(merged, current)
        return merged


def property_edit(
    values: Mapping[str, object] | None,
    *,
    replace: bool = False,
    remove: Collection[str] = (),
) -> PropertyEdit:
    """Check and spell what a caller said about properties.

    Raises:
        InvalidInput: A value that cannot be kept, or a key both set and removed.
    """
    if values is not None and not isinstance(values, Mapping):
        raise InvalidInput(f"properties is a {type(values).__name__}; give a dict of values by key")
    if isinstance(remove, str):
        raise InvalidInput(f"remove_properties is one string, {remove!r}; give a list of keys, such as [{remove!r}]")
    if replace and values is None:
        raise InvalidInput("replace_properties needs properties; properties={} clears them all")
    merge = properties.to_wire(values or {})
    both = sorted(set(remove) & merge.keys())
    if both:
        raise InvalidInput(f"remove_properties and properties both name {both[0]!r}; say one of them")
    return PropertyEdit(merge=merge, replace=replace, remove=frozenset(remove))


def creation(fields: Mapping[str, Any], edit: PropertyEdit) -> dict[str, Any]:
    """Spell the body of a POST."""
    merged = edit.applied({})
    return {**fields, PROPERTIES: merged} if merged else dict(fields)


def patch(record: Record, fields: Mapping[str, Any], edit: PropertyEdit) -> dict[str, Any] | None:
    """Answer the smallest body that makes `record` hold `fields` and the edited properties; None when it does.

    Args:
        record: As the registry has it now.
        fields: Wire values by wire name, as `to_body` makes them.
        edit: What was said about its properties.

    Raises:
        InvalidInput: A field that no PATCH can change would have to.
    """
    raw = record.raw
    body = {wire: value for wire, value in fields.items() if _differs(raw.get(wire), value)}
    _refuse_fixed(record, body)
    current: Mapping[str, Mapping[str, Any]] = raw.get(PROPERTIES) or {}
    wanted = edit.applied(current)
    if not properties.same_all(current, wanted):
        body[PROPERTIES] = wanted
    if not body:
        return None
    for wire in state_fields(type(record)):
        if wire in raw:
            body.setdefault(wire, raw[wire])
    if PROPERTIES not in body and properties.holds_struct(current):
        body[PROPERTIES] = wanted
    return body


def _differs(current: Any, wanted: Any) -> bool:
    """Whether a field has to be sent; what is not there equals what clears it."""
    return (current or None) != (wanted or None) if wanted in ("", []) else current != wanted


def _refuse_fixed(record: Record, body: Mapping[str, Any]) -> None:
    for field in fields_of(type(record)):
        if field.fixed and field.wire in body:
            raise InvalidInput(
                f"{field.name} of {record.name!r} is {getattr(record, field.name)!r} and can only be said when it is "
                f"created; {body[field.wire]!r} would need another record"
            )


def _refuse_merging_keys(wanted: Collection[str], current: Collection[str]) -> None:
    """Refuse keys that a database without case would silently make one; keys it already tells apart may stay."""
    seen: dict[str, str] = {}
    for key in wanted:
        other = seen.setdefault(folded(key), key)
        if other != key and not (key in current and other in current):
            raise InvalidInput(
                f"properties has the keys {other!r} and {key!r}, which a registry on MySQL keeps as one; rename one"
            )
