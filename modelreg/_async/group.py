"""What the groups of a registry have in common: from a verb's arguments to the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar, Unpack

import attrs

from modelreg._async.engine import AsyncEngine
from modelreg._async.lookup import find_by_external_id
from modelreg._async.pager import AsyncPager, Query
from modelreg._core.change import Change, Desired, decide
from modelreg._core.desired import desired_record
from modelreg._core.planning import plan_of
from modelreg._core.references import Given, Reference, is_id, subject
from modelreg._core.resources import Resource
from modelreg._filters.options import ListOptions
from modelreg._types import Plan, Record
from modelreg._types.records import STATE_ARCHIVED, STATE_LIVE
from modelreg._types.signatures import check_keywords, expand_keywords
from modelreg.errors import InvalidInput, NotFound

R = TypeVar("R", bound=Record)


class AsyncGroup(Generic[R]):
    """The verbs that every group shares."""

    _resource: ClassVar[Resource]

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    def __repr__(self) -> str:
        """Name the group."""
        return f"<{type(self).__name__} of {self._engine.connection.describe()['address'].value}>"

    async def _get(self, id: str | None, name: str | None, parent: Reference | None) -> R:
        """Return the record with an id or a reference, or of a name.

        Raises:
            NotFound: There is none.
        """
        if (id is None) == (name is None):
            raise InvalidInput(f"give either the id of a {self._resource.label} or name=")
        record: R
        if id is not None and is_id(id):
            record = await self._engine.get(self._resource, str(id))
            return record
        if id is not None and "@" not in str(id):
            raise NotFound(
                f"there is no {self._resource.label} with id {id!r}",
                resource=str(id),
                reason="not_an_id",
                details={"resource": self._resource.kind, "id": id},
                hint="Ids are digits; name= takes a name.",
            )
        record = await self._engine.get_reference(subject(self._resource, id, name=name, parent=parent))
        return record

    async def _find(self, reference: Reference | None, external_id: str | None) -> R | None:
        """Return the record that is referred to, or the one with an external id; None where there is none."""
        if reference is None and external_id is None:
            raise InvalidInput("give a name or external_id= to find by")
        record: R | None
        if reference is None:
            record = await find_by_external_id(self._engine, self._resource, external_id or "")
            return record
        try:
            record = await self._engine.find_reference(reference, cached=True)
        except NotFound:
            return None
        return record if external_id is None or record is None or record.external_id == external_id else None

    def _list(self, parent: Reference | None, options: ListOptions, **more: Any) -> AsyncPager[R]:
        check_keywords("list", options, ListOptions)
        return AsyncPager(self._engine, self._resource, parent, Query(**options, **more))

    def _desired(
        self, verb: str, name: str | None, given: Mapping[str, object], record: type[Record] | None = None
    ) -> Desired:
        check_keywords(verb, given, self._resource.keywords)
        return desired_record(self._resource, name, given, record=record)

    async def _upsert(
        self,
        desired: Desired,
        parent: Reference | None = None,
        references: Mapping[str, Reference | None] | None = None,
    ) -> R:
        """Create or update a record under its parent, and return it."""
        record: R
        record, _ = await self._engine.upsert(await self._engine.placed(desired, parent, references or {}))
        return record

    async def _plan_upsert(
        self,
        desired: Desired,
        parent: Reference | None = None,
        references: Mapping[str, Reference | None] | None = None,
    ) -> Plan:
        """Return what an upsert would write."""
        placed = await self._engine.placed(desired, parent, references or {})
        return plan_of(decide((await self._engine.find(placed)).record, placed))

    async def _update(
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
        desired = await self._update_of(given, references)
        record, _ = await self._engine.update(self._resource, await self._engine.resolve(reference), desired)
        return record

    async def _plan_update(
        self,
        reference: Reference,
        given: Mapping[str, object],
        references: Mapping[str, Reference | None] | None = None,
    ) -> Plan:
        """Return what an update would write."""
        desired = await self._update_of(given, references)
        existing = await self._engine.get(self._resource, await self._engine.resolve(reference))
        change: Change = decide(existing, desired(existing))
        return plan_of(change)

    async def _update_of(self, given: Mapping[str, object], references: Mapping[str, Reference | None] | None) -> Any:
        """Return what makes the desired record of the one that is there."""
        wires = {wire: reference for wire, reference in (references or {}).items() if reference is not None}
        ids = {wire: await self._engine.resolve(reference) for wire, reference in wires.items()}
        checked = self._desired("update", None, given)
        placed = attrs.evolve(checked, fields={**checked.fields, **ids})
        return lambda _existing: placed

    async def _archive(self, reference: Reference) -> R:
        return await self._update(reference, {"state": STATE_ARCHIVED})

    async def _restore(self, reference: Reference) -> R:
        return await self._update(reference, {"state": STATE_LIVE})

    def _subject(self, given: Given, name: str | None, parent: Reference | None = None) -> Reference:
        return subject(self._resource, given, name=name, parent=parent)


class AsyncTopGroup(AsyncGroup[R]):
    """The verbs of a group whose names are unique in the whole registry."""

    async def get(self, id: str | None = None, *, name: str | None = None) -> R:
        """Return the record with this id, or of exactly this name.

        Args:
            id: The record's id.
            name: The record's name, instead.

        Raises:
            NotFound: There is none.
        """
        return await self._get(id, name, None)

    async def find(self, name: str | None = None, *, external_id: str | None = None) -> R | None:
        """Return the record of exactly this name, or with this external id, or None.

        Args:
            name: The record's name.
            external_id: The caller's own id; with a name both have to fit.

        Raises:
            InvalidInput: Neither is given.
        """
        return await self._find(None if name is None else self._subject(None, name), external_id)

    @expand_keywords
    def list(self, **options: Unpack[ListOptions]) -> AsyncPager[R]:
        """Return a lazy list of the records.

        Args:
            **options: What selects and orders the list.

        Raises:
            InvalidInput: An option that is invalid; errors of the registry are raised while iterating.
        """
        return self._list(None, options)
