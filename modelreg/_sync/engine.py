# Written by scripts/unasync.py from modelreg/_async/engine.py; edit that file and run `make fmt`.
"""The engine: reads records, applies the changes that `modelreg._core` decides, and nothing else does.

It alone knows what to do when another client created a record first, when a response was lost, and when a record
changed between reading and writing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from modelreg._concurrency import sleep
from modelreg._core.change import MERGE, PROPERTIES, Change, Desired, Policy, decide
from modelreg._core.endpoints import Request
from modelreg._core.fields import read_record
from modelreg._core.names import CHILD_NAME_LENGTH, check_child_name
from modelreg._core.references import Reference, not_found
from modelreg._core.resources import Resource
from modelreg._sync.connection import Connection
from modelreg._sync.lookup import Found, find_exact
from modelreg._sync.name_conflicts import name_conflict
from modelreg._sync.recent import Recent, RecentRecord
from modelreg._sync.settling import settled, with_recent
from modelreg._types import Record
from modelreg._types.choices import Happened
from modelreg._wire import version
from modelreg._wire.responses import ObjectResponse
from modelreg.errors import Conflict, InvalidResponse, ModelRegistryError, NotFound

R = TypeVar("R", bound=Record)

# How often a POST whose fate is unknown is sent, and how often a change that loses races starts again.
ATTEMPTS = 3
RACES = 10
PRECONDITIONS = "modelreg-preconditions"


# Seconds of the first and of the longest pause after a precondition that failed; what is waited is random within it.
FIRST_PAUSE = 0.01
LONGEST_PAUSE = 0.5

_Decide = Callable[[Any], Change]


class CreatedElsewhereError(Exception):
    """Another client created the record first.

    Attributes:
        existing: The record as it was found.
    """

    def __init__(self, existing: Record) -> None:
        super().__init__(existing.name)
        self.existing = existing


class Engine:
    """Reads and changes the records of one registry over one connection.

    Attributes:
        connection: What carries the requests.
        preconditions: Whether the registry honours `If-Match`, as far as its responses told.
        recent: What this object changed lately.
        happened: What became of the record that was upserted last; the command line, which makes one call, prints it.
    """

    def __init__(self, connection: Connection, *, settle: bool = True) -> None:
        self.connection = connection
        self.settle = settle
        self.preconditions = False
        self.recent = Recent()
        self.happened: Happened | None = None

    def get(self, resource: Resource, id: str) -> Any:
        """Return the record with an id.

        Raises:
            NotFound: There is none.
        """
        get = resource.api.get
        assert get is not None
        return self.read(resource.record, self.connection.request(**get(id)))

    def send(self, record: type[R], request: Request) -> R:
        """Send a request, and return the record that the response is."""
        return self.read(record, self.connection.request(**request))

    def read(self, record: type[R], response: ObjectResponse) -> R:
        """Return the record that a response is.

        Raises:
            InvalidResponse: It is none.
        """
        headers = response.headers
        if PRECONDITIONS in headers:
            self.preconditions = True
        try:
            return read_record(record, response.parsed, headers.get("etag") if self.preconditions else None)
        except (ValueError, TypeError, AttributeError, RecursionError, OverflowError) as error:
            raise self.unreadable(response, record.__name__, error) from error

    def unreadable(self, response: ObjectResponse, what: str, error: Exception) -> InvalidResponse:
        """Return the error for a response that cannot be read."""
        method, url = response.outgoing.method, response.outgoing.url
        return InvalidResponse(
            f"the registry's response is no {what} of the contract: {type(error).__name__}: {error}",
            method=method,
            url=url,
            status=response.status_code,
            may_have_acted=method != "GET",
            reason="not_a_registry",
            hint="Check that the address is a Model Registry's; `registry.describe()` shows which is used.",
        )

    def find(self, desired: Desired) -> Found:
        """Look for the record that is meant by its name; an artifact also by its kind."""
        kind = desired.fixed.get("artifactType")
        return find_exact(self, desired.resource, desired.name, desired.parent_id, kind=kind)

    def upsert(self, desired: Desired, policy: Policy = MERGE) -> tuple[Any, Happened]:
        """Create the record, or update it where it differs; safe against other clients that do the same.

        Args:
            desired: The record as it should be, its parents' ids in place.
            policy: What to do where an existing record stands in the way.

        Returns:
            The record, and what happened to it.
        """
        since = self.recent.count
        return self.upsert_from((self.find(desired)).record, desired, policy, since=since)

    def upsert_from(
        self, existing: Any, desired: Desired, policy: Policy = MERGE, *, since: int
    ) -> tuple[Any, Happened]:
        """Create or update the record, given the one of its name as it was just read, or None.

        Args:
            existing: The record as it was read.
            desired: The record as it should be.
            policy: What to do where the existing record stands in the way.
            since: `recent.count` as it was when the record was read.
        """
        for _ in range(RACES):
            try:
                record, self.happened = self.apply(decide(existing, desired, policy), since=since)
                return record, self.happened
            except CreatedElsewhereError as other:
                existing, since = other.existing, self.recent.count
        raise changed_all_the_time(desired.resource.kind, desired.name)

    def apply(self, change: Change, *, since: int) -> tuple[Any, Happened]:
        """Send what a change needs.

        Args:
            change: What was decided.
            since: `recent.count` as it was when the existing record was read.

        Raises:
            CreatedElsewhereError: Another client created the record first.
            Conflict: As decided, or as the registry says.
        """
        if change.conflict is not None:
            raise change.conflict
        if change.existing is None:
            return self._create(change), "created"
        if change.body is None:
            return change.existing, "unchanged"
        with self.recent.queue(change.desired.resource.kind, change.existing.id) as recent:
            anew = _same_again(change)
            if recent.serial > since:
                # This very object changed the record after it was read.
                change = self._decided_anew(change, anew)
            return self._patch(change, recent, anew)

    def update(
        self, resource: Resource, id: str, desired: Callable[[Any], Desired], policy: Policy = MERGE
    ) -> tuple[Any, Happened]:
        """Update the record with an id.

        Args:
            resource: What it is.
            id: Its id.
            desired: Returns the record as it should be, given the one that is there.
            policy: What to do where the existing record stands in the way.

        Raises:
            NotFound: There is none with this id.
        """
        with self.recent.queue(resource.kind, id) as recent:
            existing = self.get(resource, id)
            change = decide(existing, desired(existing), policy)
            if change.conflict is not None:
                raise change.conflict
            if change.body is None:
                return existing, "unchanged"
            return self._patch(change, recent, lambda there: decide(there, desired(there), policy))

    def _decided_anew(self, change: Change, anew: _Decide) -> Change:
        """Return the change for the record as it is by now."""
        decided = anew(self.get(change.desired.resource, change.existing.id))
        if decided.conflict is not None:
            raise decided.conflict
        return decided

    def _patch(self, change: Change, recent: RecentRecord, anew: _Decide) -> tuple[Any, Happened]:
        """Send a PATCH; where the registry honours preconditions, only for the state that it was decided for.

        Args:
            change: What was decided.
            recent: What this object wrote to the record lately.
            anew: Decides again, for a record that changed meanwhile.
        """
        if self.preconditions and change.existing._etag is None:
            change = self._decided_anew(change, anew)
        began = time.monotonic()
        pause = FIRST_PAUSE
        while True:
            if change.body is None:
                return change.existing, "unchanged"
            settle = self.settle and not self.preconditions and PROPERTIES in change.body
            if settle:
                change = with_recent(change, recent)
            body = change.body
            assert body is not None
            resource = change.desired.resource
            if not version.PARTIAL_FIELDS.isdisjoint(body):
                self.connection.check_fields(resource.schema(type(change.existing), update=True), body)
            request = change.request()
            if change.existing._etag is not None:
                request["headers"] = {**request.get("headers", {}), "If-Match": change.existing._etag}
            sent = time.monotonic()
            try:
                response = self.connection.request(**request)
            except Conflict as conflict:
                if conflict.status != 412:
                    raise name_conflict(self, change.desired, None, conflict) from conflict
                if time.monotonic() - began + pause > self.connection.settings.timeouts.total:
                    raise changed_all_the_time(change.desired.resource.kind, change.existing.name) from conflict
                # Many that lose at once must not try again at once.
                sleep(pause * random.random())
                pause = min(2 * pause, LONGEST_PAUSE)
                change = self._decided_anew(change, anew)
                continue
            record = self.read(change.desired.resource.record, response)
            recent.written(self.recent.next(), change)
            if settle and not self.preconditions:
                recent.took(time.monotonic() - sent)
                record = settled(self, recent, change, record, began)
            return record, "updated"

    def _create(self, change: Change) -> Any:
        """Send a POST; after a lost response, look before sending it again."""
        desired = change.desired
        assert change.body is not None
        if desired.resource.parent is not None and len(desired.name) > CHILD_NAME_LENGTH:
            check_child_name(desired.name, desired.parent_id)
        if not version.PARTIAL_FIELDS.isdisjoint(change.body):
            self.connection.check_fields(desired.resource.schema(desired.record, update=False), change.body)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self.read(desired.record, self.connection.request(**change.request()))
            except Conflict as conflict:
                found = self.find(desired)
                if found.record is None:
                    raise name_conflict(self, desired, found.neighbour, conflict) from conflict
                # After a lost response the record may be this call's own.
                return self._ours(found.record, change, maybe=attempt > 1)
            except ModelRegistryError as failure:
                if not failure.may_have_acted:
                    raise
                found = self.find(desired)
                if found.record is not None:
                    return self._ours(found.record, change, maybe=True)
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    def _ours(self, record: Any, change: Change, *, maybe: bool) -> Any:
        """Return a record that this call created; raise where another client did.

        Raises:
            CreatedElsewhereError: It differs from what this call sent, or was not sent by it.
        """
        if maybe and decide(record, change.desired, MERGE).body is None:
            return record
        raise CreatedElsewhereError(record)

    def resolve(self, reference: Reference, *, cached: bool = False) -> str:
        """Return the id that a reference means.

        Args:
            reference: What is referred to.
            cached: Whether an id that was found a few seconds ago will do; never for a write below it.

        Raises:
            NotFound: There is none.
        """
        if reference.id is not None:
            return reference.id
        key = (reference.resource.kind, reference.name, reference.parent)
        if cached:
            known = self.recent.parent(key)
            if known is not None:
                return known
        record = self.find_reference(reference, cached=cached)
        if record is None:
            raise not_found(reference)
        self.recent.remember_parent(key, record.id)
        return str(record.id)

    def find_reference(self, reference: Reference, *, cached: bool = False) -> Any:
        """Return the record that a reference means; None when there is none.

        Raises:
            NotFound: What it is named under is not there.
        """
        if reference.id is not None:
            return self.get(reference.resource, reference.id)
        above = None if reference.parent is None else self.resolve(reference.parent, cached=cached)
        assert reference.name is not None
        found = (find_exact(self, reference.resource, reference.name, above)).record
        if found is None and reference.alias and reference.parent is not None and above is not None:
            model = self.get(reference.parent.resource, above)
            aliased = model.properties.get(f"alias.{reference.name}")
            if isinstance(aliased, str) and aliased:
                found = (find_exact(self, reference.resource, aliased, above)).record
        return found

    def get_reference(self, reference: Reference) -> Any:
        """Return the record that a reference means, as it is now.

        Raises:
            NotFound: There is none.
        """
        record = self.find_reference(reference)
        if record is None:
            raise not_found(reference)
        return record

    def placed(
        self,
        desired: Desired,
        parent: Reference | None,
        references: Mapping[str, Reference | None],
    ) -> Desired:
        """Return a desired record with the ids of its parents.

        Args:
            desired: The record, without them.
            parent: What it is named under.
            references: What it belongs to or points at beside, by wire field.

        Raises:
            NotFound: One of them is not there.
        """
        resource = desired.resource
        fixed, fields = dict(desired.fixed), dict(desired.fields)
        parent_id = None
        if parent is not None:
            parent_id = self._proven(parent)
            if resource.parent_field is not None:
                fixed[resource.parent_field] = parent_id
        for wire, reference in references.items():
            if reference is not None:
                target = fixed if wire in resource.fixed_references else fields
                target[wire] = self._proven(reference)
        return attrs.evolve(desired, parent_id=parent_id, fixed=fixed, fields=fields)

    def _proven(self, reference: Reference) -> str:
        """Return the id of a parent that is there: servers take a child of one that is not."""
        if reference.id is not None and reference.record is None and reference.resource.api.get is not None:
            try:
                self.get(reference.resource, reference.id)
            except NotFound as error:
                raise not_found(reference) from error
        return self.resolve(reference)


def _same_again(change: Change) -> _Decide:
    """Return what decides a change again for a record that changed meanwhile."""
    return lambda there: decide(there, change.desired, change.policy)


def changed_all_the_time(kind: str, name: str) -> Conflict:
    """Return the error for a record that others change faster than this client can."""
    return Conflict(
        f"{kind} {name!r} is being changed by others all the time",
        reason="changed_concurrently",
        details={"resource": kind, "name": name},
        hint="Try again.",
    )
