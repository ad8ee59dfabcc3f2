# Written by scripts/unasync.py from modelreg/_async/group.py; edit that file and run `make fmt`.
"""What the groups of a registry have in common: from a verb's arguments to the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar, Unpack

import attrs

from modelreg._core.change import Change, Desired, decide
from modelreg._core.desired import desired_record
from modelreg._core.planning import plan_of
from modelreg._core.references import Given, Reference, is_id, subject
from modelreg._core.resources import Resource
from modelreg._filters.options import ListOptions
from modelreg._sync.engine import Engine
from modelreg._sync.lookup import find_by_external_id
from modelreg._sync.pager import Pager, Query
from modelreg._types import Plan, Record
from modelreg._types.records import STATE_ARCHIVED, STATE_LIVE
from modelreg._types.signatures import check_keywords, expand_keywords
from modelreg.errors import InvalidInput, NotFound

R = TypeVar("R", bound=Record)


class Group(Generic[R]):
    """The verbs that every group shares."""

    _resource: ClassVar[Resource]

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __repr__(self) -> str:
        """Name the group."""
        return f"<{type(self).__name__} of {self._engine.connection.describe()['address'].value}>"

    def _get(self, id: str | None, name: str | None, parent: Reference | None) -> R:
        """Return the record with an id or a reference, or of a name.

        Raises:
            NotFound: There is none.
        """
        if (id is None) == (name is None):
            raise InvalidInput(f"give either the id of a {self._resource.label} or name=")
        record: R
        if id is not None and is_id(id):
            record = self._engine.get(self._resource, str(id))
            return record
        if id is not None and "@" not in str(id):
            raise NotFound(
                f"there is no {self._resource.label} with id {id!r}",
                resource=str(id),
                reason="not_an_id",
                details={"resource": self._resource.kind, "id": id},
                hint="Ids are digits; name= takes a name.",
            )
        record = self._engine.get_reference(subject(self._resource, id, name=name, parent=parent))
        return record

    def _find(self, reference: Reference | None, external_id: str | None) -> R | None:
        """Return the record that is referred to, or the one with an external id; None where there is none."""
        if reference is None and external_id is None:
            raise InvalidInput("give a name or external_id= to find by")
        record: R | None
        if reference is None:
            record = find_by_external_id(self._engine, self._resource, external_id or "")
            return record
        try:
            record = self._engine.find_reference(reference, cached=True)
        except NotFound:
            return None
        return record if external_id is None or record is None or record.external_id == external_id else None

    def _list(self, parent: Reference | None, options: ListOptions, **more: Any) -> Pager[R]:
        check_keywords("list", options, ListOptions)
        return Pager(self._engine, self._resource, parent, Query(**options, **more))

    def _desired(
        self, verb: str, name: str | None, given: Mapping[str, object], record: type[Record] | None = None
    ) -> Desired:
        check_keywords(verb, given, self._resource.keywords)
        return desired_record(self._resource, name, given, record=record)

    def _upsert(
        self,
        desired: Desired,
        parent: Reference | None = None,
        references: Mapping[str, Reference | None] | None = None,
    ) -> R:
        """Create or update a record under its parent, and return it."""
        record: R
        record, _ = self._engine.upsert(self._engine.placed(desired, parent, references or {}))
        return record

    def _plan_upsert(
        self,
        desired: Desired,
        parent: Reference | None = None,
        references: Mapping[str, Reference | None] | None = None,
    ) -> Plan:
        """Return what an upsert would write."""
        placed = self._engine.placed(desired, parent, references or {})
        return plan_of(decide((self._engine.find(placed)).record, placed))

    def _update(
        self,
        reference: Reference,
        given: Mapping[str, object],
        references: Mapping[str, Reference | None] | None = None,
    ) -> R:
        """Change the record that is referred to, and return it.

        Raises:
            NotFound: It is not there.
        """
        record: R
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

    def _archive(self, reference: Reference) -> R:
        return self._update(reference, {"state": STATE_ARCHIVED})

    def _restore(self, reference: Reference) -> R:
        return self._update(reference, {"state": STATE_LIVE})

    def _subject(self, given: Given, name: str | None, parent: Reference | None = None) -> Reference:
        return subject(self._resource, given, name=name, parent=parent)


class TopGroup(Group[R]):
    """The verbs of a group whose names are unique in the whole registry."""

    def get(self, id: str | None = None, *, name: str | None = None) -> R:
        """Return the record with this id, or of exactly this name.

        Args:
            id: The record's id.
            name: The record's name, instead.

        Raises:
            NotFound: There is none.
        """
        return self._get(id, name, None)

    def find(self, name: str | None = None, *, external_id: str | None = None) -> R | None:
        """Return the record of exactly this name, or with this external id, or None.

        Args:
            name: The record's name.
            external_id: The caller's own id; with a name both have to fit.

        Raises:
            InvalidInput: Neither is given.
        """
        return self._find(None if name is None else self._subject(None, name), external_id)

    @expand_keywords
    def list(self, **options: Unpack[ListOptions]) -> Pager[R]:
        """Return a lazy list of the records.

        Args:
            **options: What selects and orders the list.

        Raises:
            InvalidInput: An option that is invalid; errors of the registry are raised while iterating.
        """
        return self._list(None, options)
