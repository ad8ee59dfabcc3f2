# Written by scripts/unasync.py from modelreg/_async/settling.py; edit that file and run `make fmt`.
"""Changes of properties on servers without preconditions: look at the record again, and write again what was lost.

Two clients that read, merge and patch one record overwrite each other on such servers, and both are told that it
worked. After a change the record is read again: what is missing, or holds what it held before, was lost and is written
again; any other value is a later writer's and stays.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from modelreg._concurrency import sleep
from modelreg._core import values
from modelreg._core.change import MERGE, NO_EDIT, PROPERTIES, Change, PropertyEdit, decide
from modelreg._sync.recent import RecentRecord, WrittenKey

if TYPE_CHECKING:
    from modelreg._sync.engine import Engine

UPDATED = "lastUpdateTimeSinceEpoch"
# How often a record is looked at again at most, and the least pause before it, in seconds.
LOOKS = 4
LEAST_PAUSE = 0.002
# The first pause and the longest, in round trips. After the first, another client that had read the record before it
# was changed has written. Longer ones than the longest kept no more properties, and made the slowest writes slower.
FIRST_PAUSE = 3.0
LONGEST_PAUSE = 6.0


def with_recent(change: Change, recent: RecentRecord) -> Change:
    """Return a change that also writes again what this object wrote lately and others have overwritten."""
    assert change.body is not None
    edit = change.desired.edit
    written = {
        key: each for key, each in recent.recent_keys().items() if key not in edit.merge and key not in edit.remove
    }
    lost = _lost(change.existing.raw.get(PROPERTIES) or {}, written)
    if edit.replace or lost is NO_EDIT:
        return change
    recent.written_again(lost)
    kept = {key: value for key, value in change.body[PROPERTIES].items() if key not in lost.remove}
    return attrs.evolve(change, body={**change.body, PROPERTIES: {**kept, **lost.merge}})


def settled(engine: Engine, recent: RecentRecord, change: Change, record: Any, began: float) -> Any:
    """Return the record once what was written to it has stayed.

    Where nobody else changed the record meanwhile, one look is enough; else two good ones in a row.

    Args:
        engine: What reads and writes.
        recent: What this object wrote to the record lately, this change included, and how long a change takes.
        change: The change that was just sent.
        record: The record that came back.
        began: When the call began to write, in monotonic seconds; its deadline counts from there.
    """
    resource = change.desired.resource
    deadline = began + engine.connection.settings.timeouts.total
    longest = max(LEAST_PAUSE, LONGEST_PAUSE * recent.round_trip)
    pause, good = max(LEAST_PAUSE, FIRST_PAUSE * recent.round_trip), 0
    for _ in range(LOOKS):
        wait = pause * (0.5 + random.random())
        if time.monotonic() + wait + recent.round_trip > deadline:
            break
        sleep(wait)
        pause = min(2 * pause, longest)
        seen = engine.get(resource, record.id)
        lost = _lost(seen.raw.get(PROPERTIES) or {}, recent.recent_keys())
        if not lost.merge and not lost.remove:
            good += 1
            if good == 2 or seen.raw.get(UPDATED) == record.raw.get(UPDATED):
                return seen
            record = seen
            continue
        good = 0
        again = decide(seen, attrs.evolve(change.desired, fields={}, fixed={}, edit=lost), MERGE)
        if again.body is not None:
            record = engine.send(resource.record, again.request())
            recent.serial = engine.recent.next()
            recent.written_again(lost)
    return record


def _lost(current: Mapping[str, Mapping[str, Any]], written: Mapping[str, WrittenKey]) -> PropertyEdit:
    """Return the change that writes again what of these properties was overwritten."""
    merge: dict[str, Any] = {}
    remove = []
    for key, mine in written.items():
        there = current.get(key)
        if values.same(there, mine.value) or not (there is None or values.same(there, mine.before)):
            continue
        if mine.value is None:
            remove.append(key)
        else:
            merge[key] = dict(mine.value)
    return PropertyEdit(merge=merge, remove=remove) if merge or remove else NO_EDIT
