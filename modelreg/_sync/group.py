# Written by scripts/unasync.py from modelreg/_async/group.py; edit that file and run `make fmt`.
"""Decides what the groups of resources have in common: how a verb's arguments become look-ups and writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

import attrs

from modelreg._sync.call import Call
from modelreg._sync.lookup import find_by_external_id, find_exact, resolved
from modelreg._sync.write import Wanted, sent_patch, upserted
from modelreg.convert.names import checked_name
from modelreg.convert.patch import patch, property_edit
from modelreg.convert.records import to_body
from modelreg.convert.resources import Parent, Resource, is_id, record_id
from modelreg.errors import InvalidInput, NotFound
from modelreg.types import Record

R = TypeVar("R", bound=Record)


@attrs.frozen(kw_only=True)
class Said:
    """What a caller said of one record beside its name and parents.

    Attributes:
        fields: Values by the record's field names; None is "not said".
    """

    fields: Mapping[str, object]
    properties: Mapping[str, object] | None = None
    replace_properties: bool = False
    remove_properties: Collection[str] = ()


class Group(Generic[R]):
    """The verbs that every group of resources shares."""

    _resource: ClassVar[Resource]

    def __init__(self, call: Call) -> None:
        self._call = call

    def get(self, id: str) -> R:
        """Answer the record with this id.

        Raises:
            NotFound: There is none.
        """
        if not is_id(id):
            raise NotFound(
                f"there is no {self._resource.words} with id {id!r}",
                resource=str(id),
                hint="Ids are digits; find() takes a name.",
            )
        record: R = self._call.record(self._resource.get, str(id))
        return record

    def _find(self, name: str | None, parent: Parent | None, external_id: str | None) -> R | None:
        if name is None and external_id is None:
            raise InvalidInput("say a name or external_id= to find by")
        if name is None:
            found: R | None = find_by_external_id(self._call, self._resource, external_id or "")
            return found
        checked_name(name)
        try:
            parent_id = None if parent is None else resolved(self._call, parent)
        except NotFound:
            return None
        record: R | None = (find_exact(self._call, self._resource, name, parent_id)).record
        return record if external_id is None or record is None or record.external_id == external_id else None

    def _upsert(
        self,
        name: str,
        said: Said,
        *,
        parent: Parent | None = None,
        parents: Mapping[str, Parent] | None = None,
        references: Mapping[str, Parent] | None = None,
    ) -> R:
        """Make a record true.

        Args:
            parent: What it is named under.
            parents: What it belongs to beside, by wire field; said by a POST and true for ever.
            references: What it points at, by wire field.
        """
        checked_name(name)
        fields = to_body(self._resource.record, said.fields)
        edit = property_edit(said.properties, replace=said.replace_properties, remove=said.remove_properties)
        parent_id = None if parent is None else resolved(self._call, parent)
        fixed = {} if parent_id is None or self._resource.parent is None else {self._resource.parent: parent_id}
        fields |= self._resolved_all(parents) | self._resolved_all(references)
        named = [*(parents or {}).values(), *(references or {}).values(), *([] if parent is None else [parent])]
        wanted = Wanted(
            resource=self._resource,
            name=name,
            parent_id=parent_id,
            fields=fields,
            fixed=fixed,
            edit=edit,
            body=self._resource.body,
            change=self._resource.change,
            unproven=unproven(named),
        )
        record: R
        record, _ = upserted(self._call, wanted)
        return record

    def _resolved_all(self, references: Mapping[str, Parent] | None) -> dict[str, str]:
        return {wire: resolved(self._call, other) for wire, other in (references or {}).items()}

    def _update(self, record: R | str, said: Said, *, references: Mapping[str, Parent] | None = None) -> R:
        known_id = record_id(record, self._resource)
        fields = to_body(self._resource.record, said.fields)
        edit = property_edit(said.properties, replace=said.replace_properties, remove=said.remove_properties)
        fields |= self._resolved_all(references)
        # Read again: what the caller holds may be old, and a patch restates what is there.
        current: R = self._call.record(self._resource.get, known_id)
        body = patch(current, fields, edit)
        if body is None:
            return current
        changed: R = sent_patch(self._call, self._resource.update or "", current, self._resource.change, body)
        return changed

    def _set(self, record: R | str, field: str, value: str) -> R:
        return self._update(record, Said(fields={field: value}))


def unproven(parents: Sequence[Parent]) -> tuple[Parent, ...]:
    """Pick the parents of which nothing but an id was said."""
    return tuple(parent for parent in parents if parent.id is not None and parent.name is None)
