"""What a registry object did lately: changes of one record queue, and everything is forgotten soon."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from modelreg._async import recent as module
from modelreg._async.recent import AsyncRecent, RecentRecord, WrittenKey
from modelreg._async.settling import with_recent
from modelreg._core.change import Change, decide, property_edit
from modelreg._core.desired import desired_record
from modelreg._core.fields import read_record
from modelreg._core.resources import MODELS
from modelreg._core.values import to_wire
from modelreg._types import RegisteredModel
from modelreg.errors import DeadlineExceeded


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return a list whose only item is what the clock shows."""
    now = [1000.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def model(**properties: Any) -> RegisteredModel:
    wire = {"id": "1", "name": "fraud", "state": "LIVE", "customProperties": to_wire(properties)}
    return read_record(RegisteredModel, wire)


def change(there: RegisteredModel, *, owner: str | None = None, **edit: Any) -> Change:
    given = edit.pop("given", None)
    return decide(there, desired_record(MODELS, None, {"owner": owner}, edit=property_edit(given, **edit)))


def wire(value: Any) -> Any:
    return to_wire({"key": value})["key"]


def test_the_time_of_a_change_is_an_average_in_which_a_slow_one_hardly_counts() -> None:
    record = RecentRecord()
    times = []
    for seconds in (1.0, 3.0, 100.0, 0.5):
        record.took(seconds)
        times.append(record.round_trip)
    assert times == [1.0, 1.25, 1.5625, 1.5625 - 1.0625 / 4]


def test_the_properties_of_a_change_are_remembered_with_what_they_held_before(clock: list[float]) -> None:
    record = RecentRecord()
    sent = change(model(a=1, b=2, c=3, d={"x": 1}), given={"a": 5, "d": {"x": 2}, "new": 7}, remove=["b", "odd"])
    record.written(4, sent)
    assert (record.serial, record.at) == (4, 1000.0)
    assert record.recent_keys() == {
        "a": WrittenKey(value=wire(5), before=wire(1), at=1000.0),
        "d": WrittenKey(value=wire({"x": 2}), before=wire({"x": 1}), at=1000.0),
        "new": WrittenKey(value=wire(7), before=None, at=1000.0),
        "b": WrittenKey(value=None, before=wire(2), at=1000.0),
    }


def test_of_a_change_without_properties_the_number_is_remembered_alone(clock: list[float]) -> None:
    record = RecentRecord()
    record.written(2, change(model(a=1), owner="ana"))
    assert (record.serial, record.at, record.recent_keys()) == (2, 1000.0, {})
    record.written(3, change(model(a=1)))
    assert (record.serial, record.recent_keys()) == (3, {})


def test_the_first_properties_of_a_record_held_nothing_before(clock: list[float]) -> None:
    record = RecentRecord()
    there = read_record(RegisteredModel, {"id": "1", "name": "fraud"})
    record.written(1, change(there, given={"a": 1}))
    assert record.recent_keys() == {"a": WrittenKey(value=wire(1), before=None, at=1000.0)}


def test_a_property_is_remembered_for_a_minute_from_when_it_was_last_written(clock: list[float]) -> None:
    record = RecentRecord()
    there = model(gone=1)
    record.written(1, change(there, given={"a": 1, "b": 2}, remove=["gone"]))
    clock[0] += 30
    record.written_again(property_edit({"a": 1}, remove=["gone"]))
    clock[0] += 30
    assert set(record.recent_keys()) == {"a", "b", "gone"}
    clock[0] += 1
    assert set(record.recent_keys()) == set(record.keys) == {"a", "gone"}
    clock[0] += 30
    assert record.recent_keys() == {}


def test_changes_are_counted() -> None:
    recent = AsyncRecent()
    assert (recent.count, recent.next(), recent.next(), recent.count) == (0, 1, 2, 2)


def test_a_parent_is_forgotten_after_ten_seconds(clock: list[float]) -> None:
    recent = AsyncRecent()
    assert recent.parent("fraud") is None
    recent.remember_parent("fraud", "7")
    clock[0] += 10
    assert (recent.parent("fraud"), recent.parent("other")) == ("7", None)
    clock[0] += 0.001
    assert recent.parent("fraud") is None
    recent.remember_parent("fraud", "8")
    assert recent.parent("fraud") == "8"


def test_at_most_a_thousand_parents_are_remembered_those_found_last() -> None:
    recent = AsyncRecent()
    for number in range(1000):
        recent.remember_parent(number, str(number))
    assert recent.parent(0) == "0"
    recent.remember_parent(0, "found again")
    recent.remember_parent(1000, "1000")
    assert (recent.parent(0), recent.parent(1), recent.parent(2)) == ("found again", None, "2")


async def use(recent: AsyncRecent, kind: str, id: str) -> RecentRecord:
    async with recent.queue(kind, id) as record:
        assert record.users >= 1
    return record


async def test_a_record_is_one_by_its_kind_and_id() -> None:
    recent = AsyncRecent()
    first = await use(recent, "model", "1")
    assert await use(recent, "model", "1") is first
    assert first.users == 0
    assert await use(recent, "model", "2") is not first
    assert await use(recent, "version", "1") is not first


async def test_a_change_waits_for_those_before_it() -> None:
    recent = AsyncRecent()
    order = []

    async def work(name: str) -> None:
        async with recent.queue("model", "1"):
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            order.append(f"{name} ends")

    await asyncio.gather(work("a"), work("b"))
    assert order == ["a begins", "a ends", "b begins", "b ends"]


async def test_a_change_that_fails_lets_the_next_one_pass() -> None:
    recent = AsyncRecent()
    with pytest.raises(ValueError, match="fails"):
        async with recent.queue("model", "1"):
            raise ValueError("fails")
    assert (await use(recent, "model", "1")).users == 0


async def test_those_before_a_change_may_take_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUE_SECONDS", 0.001)
    recent = AsyncRecent()
    async with recent.queue("model", "7") as record:
        with pytest.raises(DeadlineExceeded, match="model 7"):
            await use(recent, "model", "7")
        assert record.users == 1


async def test_at_most_so_many_records_are_remembered_and_those_in_use(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    recent = AsyncRecent()
    async with recent.queue("model", "used") as used:
        first = await use(recent, "model", "1")
        second = await use(recent, "model", "2")
        assert await use(recent, "model", "1") is first
        third = await use(recent, "model", "3")
        assert await use(recent, "model", "3") is third
        assert recent._records.get(("model", "used")) is used
    assert await use(recent, "model", "2") is not second


async def test_a_record_is_forgotten_after_a_minute(clock: list[float]) -> None:
    recent = AsyncRecent()
    async with recent.queue("model", "1") as first:
        first.written(1, change(model(a=1), given={"a": 2}))
    clock[0] += 60
    await use(recent, "model", "2")
    assert await use(recent, "model", "1") is first
    clock[0] += 1
    await use(recent, "model", "2")
    await use(recent, "model", "3")
    assert await use(recent, "model", "1") is not first


def written(there: RegisteredModel, **edit: Any) -> RecentRecord:
    record = RecentRecord()
    record.written(1, change(there, **edit))
    return record


def test_what_another_client_overwrote_goes_along_with_the_next_change() -> None:
    record = written(model(kept=0, gone=0), given={"kept": 1, "lost": 1, "theirs": 1}, remove=["gone"])
    next_change = change(model(kept=1, theirs=9, gone=0, other=3), given={"new": 5})
    assert with_recent(next_change, record).body == {
        "state": "LIVE",
        "customProperties": to_wire({"kept": 1, "theirs": 9, "other": 3, "new": 5, "lost": 1}),
    }


def test_what_the_next_change_names_itself_is_not_written_again() -> None:
    record = written(model(removed=0), given={"a": 1, "b": 1})
    for edit in ({"given": {"a": 2}, "remove": ["b"]}, {"given": {"x": 1}, "replace": True}):
        next_change = change(model(b=1, old=1), **edit)
        assert with_recent(next_change, record) == next_change


def test_what_is_written_again_is_remembered_anew(clock: list[float]) -> None:
    record = written(model(), given={"lost": 1, "kept": 1})
    clock[0] += 50
    with_recent(change(model(kept=1), given={"new": 5}), record)
    clock[0] += 50
    assert set(record.recent_keys()) == {"lost"}


def test_a_record_without_properties_lost_them_all() -> None:
    record = written(model(), given={"lost": 1})
    there = read_record(RegisteredModel, {"id": "1", "name": "fraud"})
    body = with_recent(change(there, given={"new": 5}), record).body
    assert body == {"customProperties": to_wire({"new": 5, "lost": 1})}
