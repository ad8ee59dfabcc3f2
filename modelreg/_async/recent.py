"""What one registry object did lately: which records it changed, and which parents it found.

Changes of one record through one object queue here, so that none is decided on what another is about to replace. All
of it is bounded in number and forgotten after a short time.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Hashable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import attrs

from modelreg._concurrency import AsyncLock
from modelreg._core.change import PROPERTIES, Change, PropertyEdit
from modelreg._core.values import restated
from modelreg.errors import DeadlineExceeded

# How many records and parents are remembered, and for how many seconds.
MOST = 1000
RECORD_SECONDS = 60.0
PARENT_SECONDS = 10.0
# How long a change waits for those before it.
QUEUE_SECONDS = 60.0


@attrs.frozen(kw_only=True)
class WrittenKey:
    """A property that this object set or removed.

    Attributes:
        value: Its typed value as it was sent; None where it was removed.
        before: What it held before; None where it was not there.
        at: When it was written, in monotonic seconds.
    """

    value: Mapping[str, Any] | None
    before: Mapping[str, Any] | None
    at: float


@attrs.define(eq=False)
class RecentRecord:
    """A record that this object is changing or changed lately.

    Attributes:
        serial: The number of the last change; 0 where there was none.
        keys: The properties that it set or removed, by key.
        round_trip: How long a change of the record takes, in seconds; a single slow one hardly counts.
    """

    lock: AsyncLock = attrs.field(factory=AsyncLock)
    serial: int = 0
    at: float = 0.0
    users: int = 0
    keys: dict[str, WrittenKey] = attrs.field(factory=dict)
    round_trip: float = 0.0

    def took(self, seconds: float) -> None:
        """Take how long one change took into `round_trip`."""
        before = self.round_trip or seconds
        self.round_trip = before + (min(seconds, 2 * before) - before) / 4

    def written(self, serial: int, change: Change) -> None:
        """Note that a change was written."""
        self.serial, self.at = serial, time.monotonic()
        if change.body is None or PROPERTIES not in change.body:
            return
        sent = change.body[PROPERTIES]
        before = change.existing.raw.get(PROPERTIES) or {}
        edit = change.desired.edit
        gone = [key for key in before if key not in sent]
        for key in (*edit.merge, *gone):
            self.keys[key] = WrittenKey(value=sent.get(key), before=restated(before).get(key), at=self.at)

    def written_again(self, edit: PropertyEdit) -> None:
        """Note that properties that others had overwritten were written again: they are remembered from now on."""
        now = time.monotonic()
        for key in (*edit.merge, *edit.remove):
            self.keys[key] = attrs.evolve(self.keys[key], at=now)

    def recent_keys(self) -> dict[str, WrittenKey]:
        """Return the properties that were written within the last minute, for the first time or again."""
        now = time.monotonic()
        self.keys = {key: each for key, each in self.keys.items() if now - each.at <= RECORD_SECONDS}
        return dict(self.keys)


class AsyncRecent:
    """The records that one registry object changed lately, and the parents that it found.

    Attributes:
        count: How many changes were written.
    """

    def __init__(self) -> None:
        self.count = 0
        self._records: OrderedDict[tuple[str, str], RecentRecord] = OrderedDict()
        self._parents: OrderedDict[Hashable, tuple[float, str]] = OrderedDict()
        self._guard = threading.Lock()

    def next(self) -> int:
        """Return the number of a change that was just written."""
        with self._guard:
            self.count += 1
            return self.count

    @asynccontextmanager
    async def queue(self, kind: str, id: str) -> AsyncIterator[RecentRecord]:
        """Wait until nobody else changes a record through this object.

        Raises:
            DeadlineExceeded: Those before it take too long.
        """
        recent = self._taken(kind, id)
        try:
            if not await recent.lock.acquire_within(QUEUE_SECONDS):
                raise DeadlineExceeded(f"other changes of {kind} {id} through this object take too long")
            try:
                yield recent
            finally:
                recent.lock.release()
        finally:
            with self._guard:
                recent.users -= 1

    def _taken(self, kind: str, id: str) -> RecentRecord:
        now = time.monotonic()
        with self._guard:
            recent = self._records.get((kind, id))
            if recent is None:
                recent = self._records[kind, id] = RecentRecord()
            self._records.move_to_end((kind, id))
            recent.users += 1
            excess = max(0, len(self._records) - MOST)
            for key, old in list(self._records.items())[:excess]:
                if old.users == 0:
                    del self._records[key]
            oldest = next(iter(self._records))
            if self._records[oldest].users == 0 and now - self._records[oldest].at > RECORD_SECONDS:
                del self._records[oldest]
            return recent

    def parent(self, key: Hashable) -> str | None:
        """Return the id of a parent that was found a few seconds ago."""
        at, known = self._parents.get(key, (0.0, None))
        return known if known is not None and time.monotonic() - at <= PARENT_SECONDS else None

    def remember_parent(self, key: Hashable, id: str) -> None:
        """Remember the id of a parent that was just found."""
        with self._guard:
            self._parents[key] = (time.monotonic(), id)
            self._parents.move_to_end(key)
            while len(self._parents) > MOST:
                self._parents.popitem(last=False)
