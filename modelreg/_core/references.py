"""How a caller refers to a record: as the record itself, by its id, or by names; read here, looked up elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

import attrs

from modelreg._core.names import checked_name, split_reference
from modelreg._core.resources import MODELS, VERSIONS, Resource
from modelreg._types import Record
from modelreg.errors import InvalidInput, NotFound

Given: TypeAlias = Record | str | int | Sequence[str] | None


@attrs.frozen
class Reference:
    """A record as a caller refers to it: by its id, or by its name under a parent.

    Attributes:
        id: Its id; None where it is referred to by name.
        name: Its name, where it is known.
        parent: What it is named under, where it is referred to by name.
        record: The record, where the caller had it.
        alias: Whether the name may be an alias of the parent, too.
    """

    resource: Resource
    id: str | None = attrs.field(default=None, kw_only=True)
    name: str | None = attrs.field(default=None, kw_only=True)
    parent: Reference | None = attrs.field(default=None, kw_only=True)
    record: Record | None = attrs.field(default=None, kw_only=True, eq=False)
    alias: bool = attrs.field(default=False, kw_only=True)

    def __str__(self) -> str:
        """Name it as an error should."""
        if self.name is None:
            return f"{self.resource.label} with id {self.id}"
        above = f" of {self.parent.resource.label} {self.parent.name!r}" if self.parent and self.parent.name else ""
        return f"{self.resource.label} {self.name!r}{above}"


def is_id(given: object) -> bool:
    """Return whether it can be an id: a whole number, or digits."""
    return (isinstance(given, int) and not isinstance(given, bool) and given >= 0) or (
        isinstance(given, str) and re.fullmatch("[0-9]+", given) is not None
    )


def parent_reference(resource: Resource, argument: str, given: Given, given_id: object) -> Reference | None:
    """Return what an argument such as `model=` or `model_id=` refers to; None where neither is given.

    Args:
        resource: The resource that is meant.
        argument: The argument's name, for errors.
        given: The record, its name, or for what is named under something else the pair of names; for a version also
            its reference or its id.
        given_id: Its id.

    Raises:
        InvalidInput: It is none of these, or both are given.
    """
    if given is not None and given_id is not None:
        raise InvalidInput(f"{argument} and {argument}_id are both given; give one of them")
    if given_id is not None:
        if not is_id(given_id):
            raise InvalidInput(f"{argument}_id is {given_id!r}; ids are digits, and {argument}= takes a name")
        return Reference(resource, id=str(given_id))
    if given is None:
        return None
    if isinstance(given, Record):
        return Reference(resource, id=record_id(given, resource), name=given.name, record=given)
    if resource.parent is None:
        if isinstance(given, str):
            return Reference(resource, name=checked_name(given, argument))
        raise InvalidInput(f"{argument} is {given!r}; give a {resource.record.__name__} or its name")
    return _child(resource, argument, given)


def _child(resource: Resource, argument: str, given: object) -> Reference:
    """Read a reference to what is named under something else."""
    above = resource.parent
    assert above is not None
    if resource is VERSIONS and isinstance(given, str):
        if is_id(given):
            return Reference(resource, id=given)
        return version_reference(given, argument)
    if isinstance(given, Sequence) and not isinstance(given, str) and len(given) == 2:
        names = [checked_name(part, argument) for part in given]
        return Reference(resource, name=names[1], parent=Reference(above, name=names[0]))
    pair = f"the pair ({above.kind}, {resource.kind})"
    raise InvalidInput(f"{argument} is {given!r}; give a {resource.record.__name__}, {pair} or {argument}_id=")


def version_reference(given: str, argument: str = "version") -> Reference:
    """Return what `model@version` or `model@alias` refers to, cut at the last `@`.

    Raises:
        InvalidInput: It is none.
    """
    parts = split_reference(given)
    if parts is None:
        also = "give its model=" if argument == "name" else f"give the pair (model, version), or {argument}_id="
        raise InvalidInput(f"{argument} is {given!r}, which names no version; write model@version, or {also}")
    return Reference(VERSIONS, name=parts[1], parent=Reference(MODELS, name=parts[0]), alias=True)


def required(reference: Reference | None, argument: str) -> Reference:
    """Return a reference that has to be given.

    Raises:
        InvalidInput: It is not given.
    """
    if reference is None:
        raise InvalidInput(f"{argument} is missing; give {argument}= or {argument}_id=")
    return reference


def subject(resource: Resource, given: Given, *, name: str | None = None, parent: Reference | None = None) -> Reference:
    """Return what a verb such as `update` or `archive` is about.

    Args:
        resource: The resource that is meant.
        given: The record, its id, or for a version its reference.
        name: Its name, instead.
        parent: What it is named under, with a name. A text beside a version's model is a name, whatever it holds.

    Raises:
        InvalidInput: Both or neither are given, or it is no record of the resource and no id.
    """
    if resource is VERSIONS and parent is not None and name is None and isinstance(given, str):
        given, name = None, given
    if (given is None) == (name is None):
        raise InvalidInput(f"give either a {resource.label} (its record or id) or name=")
    if name is not None:
        if resource.parent is not None:
            parent = required(parent, resource.parent.kind)
        return Reference(resource, name=checked_name(name), parent=parent)
    if resource is VERSIONS and isinstance(given, str) and split_reference(given):
        return version_reference(given)
    record = given if isinstance(given, Record) else None
    return Reference(resource, id=record_id(given, resource), record=record)


def record_id(given: object, resource: Resource) -> str:
    """Return the id of a record, or the id that was given.

    Raises:
        InvalidInput: It is a record of something else, a record that was never sent, or no id.
    """
    if isinstance(given, Record):
        if not isinstance(given, resource.record):
            raise InvalidInput(f"this is a {type(given).__name__}; give a {resource.record.__name__} or an id")
        if not given.id:
            raise InvalidInput(f"this {resource.label} has no id, it was never in a registry; upsert it first")
        return given.id
    if not is_id(given):
        named = "; a version's reference is model@version" if resource is VERSIONS else ""
        raise InvalidInput(f"{given!r} is no id of a {resource.label}; ids are digits, and name= takes a name{named}")
    return str(given)


def not_found(reference: Reference) -> NotFound:
    """Return the error for a reference to what is not there."""
    return NotFound(
        f"there is no {reference}",
        resource=str(reference),
        details={"resource": reference.resource.kind, "name": reference.name, "id": reference.id},
    )
