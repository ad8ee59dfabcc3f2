"""What a change of one record is: the pure decision of what is sent to make an existing record a desired one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

import attrs

from modelreg._core import values
from modelreg._core.endpoints import Request
from modelreg._core.fields import fixed_fields, state_fields
from modelreg._core.names import folded
from modelreg._core.resources import Resource
from modelreg._types import ModelArtifact, OnConflict, Record
from modelreg._types.choices import Happened
from modelreg._types.credentials import hide_credentials
from modelreg._types.files import FILE_PROPERTIES
from modelreg._types.records import STATE_ARCHIVED, STATE_LIVE
from modelreg.errors import Conflict, InvalidInput

PROPERTIES = "customProperties"


@attrs.frozen(kw_only=True)
class PropertyEdit:
    """A change of the properties of one record.

    Attributes:
        merge: Typed values by key, to be set.
        replace: Whether every other key goes.
        remove: Keys that go; one that is not there is no error.
    """

    merge: Mapping[str, values.Wire] = attrs.field(factory=dict)
    replace: bool = False
    remove: Collection[str] = ()

    def applied(self, current: Mapping[str, Mapping[str, Any]]) -> dict[str, values.Wire]:
        """Return the whole map as it should be, in the form for sending."""
        kept = {} if self.replace else values.restated(current)
        merged = {key: value for key, value in kept.items() if key not in self.remove} | dict(self.merge)
        refuse_merging_keys(merged, current)
        return merged

    def idle(self, current: Mapping[str, Mapping[str, Any]]) -> bool:
        """Return whether nothing of the properties would change."""
        if not (self.merge or self.remove or self.replace):
            return True
        return values.same_all(current, self.applied(current))


NO_EDIT = PropertyEdit()


@attrs.frozen(kw_only=True)
class Desired:
    """One record as a caller wants it; what is left out stays as it is.

    Attributes:
        record: The record's class; of an artifact the class of its kind.
        name: Its name; empty where the record is given by its id.
        fields: Wire values by wire name, without name, parents and properties.
        fixed: Wire values by wire name that only a POST sets: the parents' ids, the kind of artifact.
        edit: The change of its properties.
        parent_id: Id of the parent that it is named under; None at the top, and where that does not exist yet.
    """

    resource: Resource
    record: type[Record]
    name: str
    fields: Mapping[str, Any] = attrs.field(factory=dict)
    fixed: Mapping[str, Any] = attrs.field(factory=dict)
    edit: PropertyEdit = NO_EDIT
    parent_id: str | None = None


@attrs.frozen(kw_only=True)
class Policy:
    """What to do where an existing record stands in the way.

    Attributes:
        restore: Whether an archived record is restored (True) or refused (False); None leaves its state alone.
        on_conflict: What to do if the model artifact there has another `uri`.
    """

    restore: bool | None = None
    on_conflict: OnConflict = "update"


MERGE = Policy()


@attrs.frozen(kw_only=True)
class Change:
    """What is sent to make a record the desired one.

    Attributes:
        existing: The record as the registry has it; None when it is created.
        happens: What becomes of it; "conflict" when `conflict` says why nothing may be sent.
        body: The JSON object that is sent; None when nothing is.
    """

    desired: Desired
    policy: Policy
    existing: Any
    happens: Happened | Literal["conflict"]
    body: Mapping[str, Any] | None = None
    conflict: Conflict | None = None

    def request(self) -> Request:
        """Return the request that sends the body; of a new record it needs the parent's id."""
        api, body = self.desired.resource.api, self.body
        assert body is not None
        if self.existing is not None:
            assert api.update is not None
            return api.update(self.existing.id, body=body)
        if api.create is not None:
            return api.create(body=body)
        assert api.create_under is not None
        assert self.desired.parent_id is not None
        return api.create_under(self.desired.parent_id, body=body)


def decide(existing: Record | None, desired: Desired, policy: Policy = MERGE) -> Change:
    """Decide what is sent: a POST, the smallest PATCH, nothing, or a conflict.

    Args:
        existing: The record as the registry has it now; None when there is none.
        desired: The record as it should be.
        policy: What to do where the existing record stands in the way.

    Raises:
        InvalidInput: A field differs that no PATCH can change, or the contract has no PATCH for the resource.
    """
    if existing is None:
        created: dict[str, Any] = {"name": desired.name, **desired.fixed, **desired.fields}
        if desired.edit.merge:
            created[PROPERTIES] = dict(desired.edit.merge)
        return Change(desired=desired, policy=policy, existing=None, happens="created", body=created)
    if existing.raw.get("state") == STATE_ARCHIVED and policy.restore is not None:
        if not policy.restore:
            return _refused(existing, desired, policy, _archived(existing, desired))
        desired = attrs.evolve(desired, fields={**desired.fields, "state": STATE_LIVE})
    if policy.on_conflict != "update" and points_elsewhere(existing, desired):
        if policy.on_conflict == "fail":
            return _refused(existing, desired, policy, _other_uri(existing, desired))
        return Change(desired=desired, policy=policy, existing=existing, happens="unchanged")
    body = _patch(existing, desired)
    happens: Happened = "unchanged" if body is None else "updated"
    return Change(desired=desired, policy=policy, existing=existing, happens=happens, body=body)


def under(change: Change, parent_id: str) -> Change:
    """Return the change of a child with the id of its parent, which is there by now; one that exists stays as it is."""
    if change.existing is not None or change.body is None:
        return change
    field = change.desired.resource.parent_field
    body = change.body if field is None else {**change.body, field: parent_id}
    return attrs.evolve(change, desired=attrs.evolve(change.desired, parent_id=parent_id), body=body)


def points_elsewhere(existing: Record, desired: Desired) -> bool:
    """Return whether a model artifact is registered with another URI than the desired one."""
    uri = existing.raw.get("uri")
    return desired.record is ModelArtifact and bool(uri) and desired.fields.get("uri", uri) != uri


def _refused(existing: Record, desired: Desired, policy: Policy, conflict: Conflict) -> Change:
    return Change(desired=desired, policy=policy, existing=existing, happens="conflict", conflict=conflict)


def _archived(existing: Record, desired: Desired) -> Conflict:
    return Conflict(
        f"{desired.resource.label} {existing.name!r} (id {existing.id}) is archived",
        resource=existing.id,
        reason="archived",
        details={"resource": desired.resource.kind, "name": existing.name, "id": existing.id},
        hint="Pass restore=True to restore it and register into it.",
    )


def _other_uri(existing: Record, desired: Desired) -> Conflict:
    registered, given = (hide_credentials(uri) for uri in (str(existing.raw.get("uri")), desired.fields["uri"]))
    return Conflict(
        f"model artifact {existing.name!r} (id {existing.id}) is registered with the URI {registered!r}, not "
        f"{given!r}; nothing was written",
        resource=existing.id,
        reason="uri_differs",
        details={"name": existing.name, "id": existing.id, "registered_uri": registered, "uri": given},
        hint='Register another version, or pass on_conflict="update" to point this one there, or "unchanged".',
    )


def property_edit(
    given: object, *, replace: bool = False, remove: object = (), what: str = "properties"
) -> PropertyEdit:
    """Return the change of properties that a caller asks for.

    Args:
        given: A mapping of plain values by key, or None.
        replace: Whether every other key goes.
        remove: Keys that go.
        what: The name of the argument that holds the values, for the error.

    Raises:
        InvalidInput: A value that cannot be kept, or a key both set and removed.
    """
    if given is None and not replace and not remove and remove in ((), None):
        return NO_EDIT
    removed = frozenset(values.checked_texts(remove, "remove_properties", of="keys"))
    if replace and given is None:
        raise InvalidInput("replace_properties needs properties; properties={} removes them all")
    merge = values.to_wire(given, what=what)
    both = sorted(removed & merge.keys())
    if both:
        raise InvalidInput(f"remove_properties and {what} both name {both[0]!r}; give it in one of them")
    refuse_merging_keys(merge, what=what)
    return PropertyEdit(merge=merge, replace=bool(replace), remove=removed)


def _patch(existing: Record, desired: Desired) -> dict[str, Any] | None:
    """Return the smallest body that makes a record the desired one; None when it is already."""
    raw = existing.raw
    body = {wire: value for wire, value in desired.fields.items() if _differs(raw.get(wire), value)}
    _refuse_fixed(existing, desired, body)
    current: Mapping[str, Mapping[str, Any]] = raw.get(PROPERTIES) or {}
    edit = _edit_of(existing, desired)
    edits = not edit.idle(current)
    if not body and not edits:
        return None
    if not desired.resource.can_update:
        fields = sorted({*body, *(["properties"] if edits else [])})
        raise InvalidInput(
            f"{desired.resource.label} {existing.name!r} differs in {', '.join(fields)}, and the contract has no way "
            "to change one; give it another name",
            reason="cannot_be_changed",
            details={"resource": desired.resource.kind, "name": existing.name, "fields": fields},
        )
    # A PATCH resets the states that it leaves out, and servers refuse one that leaves out properties with a struct.
    for wire in state_fields(type(existing)):
        if wire in raw:
            body.setdefault(wire, raw[wire])
    if edits or values.holds_struct(current):
        body[PROPERTIES] = edit.applied(current)
    kind = raw.get("artifactType")
    return {"artifactType": kind, **body} if kind else body


def _edit_of(existing: Record, desired: Desired) -> PropertyEdit:
    """Return the change of properties; what describes the files at the old URI does not stay at a new one."""
    if not points_elsewhere(existing, desired):
        return desired.edit
    stale = [key for key in FILE_PROPERTIES if key not in desired.edit.merge]
    return attrs.evolve(desired.edit, remove={*desired.edit.remove, *stale})


def _differs(current: Any, wanted: Any) -> bool:
    """Return whether a field has to be sent; what is not there equals what clears it."""
    return (current or None) != (wanted or None) if wanted in ("", []) else current != wanted


def _refuse_fixed(existing: Record, desired: Desired, body: Mapping[str, Any]) -> None:
    for field in fixed_fields(type(existing)):
        wanted = body.get(field.wire, desired.fixed.get(field.wire))
        if wanted is not None and existing.raw.get(field.wire) != wanted:
            raise InvalidInput(
                f"{field.name} of {desired.resource.label} {existing.name!r} is {getattr(existing, field.name)!r} and "
                f"can only be given when it is created; {wanted!r} needs another record",
                reason="fixed_field",
                details={"resource": desired.resource.kind, "name": existing.name, "field": field.name},
            )


def refuse_merging_keys(wanted: Collection[str], current: Collection[str] = (), *, what: str = "properties") -> None:
    """Refuse keys that a database without case would silently make one; keys it already tells apart may stay.

    Args:
        wanted: The keys that a record is to have.
        current: The keys that it has.
        what: The argument's name, for the error.

    Raises:
        InvalidInput: Two of them are one to such a database.
    """
    if len(wanted) < 2:
        return
    seen: dict[str, str] = {}
    for key in wanted:
        other = seen.setdefault(folded(key), key)
        if other != key and not (key in current and other in current):
            raise InvalidInput(
                f"{what} has the keys {other!r} and {key!r}, which a registry on MySQL keeps as one; rename one"
            )
