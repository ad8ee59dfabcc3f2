# Written by scripts/unasync.py from modelreg/_async/group.py; edit that file and run `make fmt`.
"""What the groups of a registry have in common: from a verb's arguments to the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

import attrs

from modelreg._core.change import MERGE, Change, Desired, Policy, decide
from modelreg._core.desired import desired_record
from modelreg._core.planning import plan_of
from modelreg._core.references import Given, Reference, is_id, not_found, subject
from modelreg._core.resources import Resource
from modelreg._filters.options import ListOptions
from modelreg._sync.engine import Engine
from modelreg._sync.lookup import find_by_external_id
from modelreg._sync.pager import Pager, Query
from modelreg._types import Plan, Record
from modelreg._types.records import STATE_ARCHIVED, STATE_LIVE
from modelreg._types.signatures import check_keywords
from modelreg.errors import InvalidInput, NotFound

R = TypeVar("R", bound=Record)


class Group(Generic[R]):
    """The verbs that every group shares."""

    _resource: ClassVar[Resource]
    # The keywords of `upsert` and of `update`.
    _fields: ClassVar[Any]

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __repr__(self) -> str:
        """Name the group."""
        return f"<{type(self).__name__} of {self._engine.connection.describe()['address'].value}>"

    def _get(self, id: str | None, name: str | None, parent: Reference | None) -> Any:
        """Return the record with an id or a reference, or of a name.

        Raises:
            NotFound: There is none.
        """
        if (id is None) == (name is None):
            raise InvalidInput(f"give either the id of a {self._resource.label} or name=")
        if id is not None and is_id(id):
            return self._engine.get(self._resource, str(id))
        if id is not None and "@" not in str(id):
            raise NotFound(
                f"there is no {self._resource.label} with id {id!r}",
                resource=str(id),
                reason="not_an_id",
                details={"resource": self._resource.kind, "id": id},
                hint="Ids are digits; name= takes a name.",
            )
        reference = subject(self._resource, id, name=name, parent=parent)
        record = self._engine.find_reference(reference)
        if record is None:
            raise not_found(reference)
        return record

    def _find(self, reference: Reference | None, external_id: str | None) -> Any:
        """Return the record that is referred to, or the one with an external id; None where there is none."""
        if reference is None and external_id is None:
            raise InvalidInput("give a name or external_id= to find by")
        if reference is None:
            return find_by_external_id(self._engine, self._resource, external_id or "")
        try:
            record = self._engine.find_reference(reference, cached=True)
        except NotFound:
            return None
        return record if external_id is None or record is None or record.external_id == external_id else None

    def _list(self, parent: Reference | None, options: ListOptions, **more: Any) -> Pager[Any]:
        check_keywords("list", options, ListOptions)
        return Pager(self._engine, self._resource, parent, Query(**options, **more))

    def _desired(
        self, verb: str, name: str | None, given: Mapping[str, object], record: type[Record] | None = None
    ) -> Desired:
        check_keywords(verb, given, self._fields)
        return desired_record(self._resource, name, given, record=record)

    def _upsert(
        self,
        desired: Desired,
        parent: Reference | None = None,
        references: Mapping[str, Reference | None] | None = None,
        policy: Policy = MERGE,
    ) -> Any:
        """Create or update a record under its parent, and return it."""
        record, _ = self._engine.upsert(self._engine.placed(desired, parent, references or {}), policy)
        return record

    def _plan_upsert(
        self,
        desired: Desired,
        parent: Reference | None = None,
        references: Mapping[str, Reference | None] | None = None,
        policy: Policy = MERGE,
    ) -> Plan:
        """Return what an upsert would write."""
        placed = self._engine.placed(desired, parent, references or {})
        return plan_of(decide((self._engine.find(placed)).record, placed, policy))

    def _update(
        self,
        reference: Reference,
        given: Mapping[str, object],
        references: Mapping[str, Reference | None] | None = None,
    ) -> Any:
        """Change the record that is referred to, and return it.

        Raises:
            NotFound: It is not there.
        """
        desired = self._update_of(given, references)
        record, _ = self._engine.update(self._resource, self._engine.resolve(reference), desired)
        return record

    def _plan_update(
        self,
        reference: Reference,
        given: Mapping[str, object],
        references: Mapping[str, Reference | None] | None = None,
    ) -> Plan:
        """Return what an update would write."""
        desired = self._update_of(given, references)
        existing = self._engine.get(self._resource, self._engine.resolve(reference))
        change: Change = decide(existing, desired(existing))
        return plan_of(change)

    def _update_of(self, given: Mapping[str, object], references: Mapping[str, Reference | None] | None) -> Any:
        """Return what makes the desired record of the one that is there."""
        wires = {wire: reference for wire, reference in (references or {}).items() if reference is not None}
        ids = {wire: self._engine.resolve(reference) for wire, reference in wires.items()}
        checked = self._desired("update", None, given)
        placed = attrs.evolve(checked, fields={**checked.fields, **ids})
        return lambda _existing: placed

    def _archive(self, reference: Reference) -> Any:
        return self._update(reference, {"state": STATE_ARCHIVED})

    def _restore(self, reference: Reference) -> Any:
        return self._update(reference, {"state": STATE_LIVE})

    def _subject(self, given: Given, name: str | None, parent: Reference | None = None) -> Reference:
        return subject(self._resource, given, name=name, parent=parent)
