"""Many things at once, never more than asked for, sync or async."""

import asyncio
import threading
import time

import pytest

from modelreg import _concurrency
from modelreg._concurrency import async_map_bounded, map_bounded


class Load:
    """Counts how many run at once, and lets none end before as many as may run do."""

    def __init__(self, limit):
        self.limit = limit
        self.running = self.most = 0
        self.lock = threading.Lock()
        self.full = threading.Event()

    def enter(self):
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
            if self.running == self.limit:
                self.full.set()

    def leave(self):
        with self.lock:
            self.running -= 1


def run(work, items, **options):
    return map_bounded(work, items, **options)


def arun(work, items, **options):
    async def awork(item):
        await asyncio.sleep(0)
        return work(item)

    return asyncio.run(async_map_bounded(awork, items, **options))


@pytest.fixture(params=[run, arun])
def mapped(request):
    return request.param


def test_results_come_in_the_items_order(mapped):
    assert mapped(lambda item: item * item, iter(range(50)), limit=4) == [item * item for item in range(50)]


def test_nothing_to_do(mapped):
    assert mapped(lambda item: item, [], limit=4) == []


@pytest.mark.parametrize("limit", [0, -1, 1])
def test_at_least_one_at_a_time(mapped, limit):
    assert mapped(lambda item: item, [1, 2], limit=limit) == [1, 2]


def test_progress_is_told_once_for_each_item(mapped):
    told = {}
    mapped(lambda item: -item, range(40), limit=8, done=told.__setitem__)
    assert told == {index: -index for index in range(40)}


def test_progress_is_never_told_twice_at_once(mapped):
    busy, twice = threading.Lock(), threading.Event()

    def done(index, result):
        if busy.acquire(blocking=False):
            if index == 0:
                # Another thread that has a result would come in meanwhile.
                twice.wait(0.2)
            busy.release()
        else:
            twice.set()

    mapped(lambda item: item, range(4), limit=4, done=done)
    assert not twice.is_set()


def test_the_first_error_stops_the_rest_and_is_raised(mapped):
    begun = []

    def work(item):
        begun.append(item)
        if item == 3:
            raise KeyError("three")

    with pytest.raises(KeyError, match="three"):
        mapped(work, range(1000), limit=2)
    assert len(begun) < 1000


def test_an_error_of_the_callback_is_raised_too(mapped):
    def done(index, result):
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        mapped(lambda item: item, range(10), limit=2, done=done)


def test_threads_run_as_many_as_allowed_and_no_more():
    load = Load(3)

    def work(_):
        load.enter()
        assert load.full.wait(30)
        load.leave()

    map_bounded(work, range(30), limit=3)
    assert load.most == 3


def test_tasks_run_as_many_as_allowed_and_no_more():
    load = Load(3)
    load.full = asyncio.Event()

    async def work(_):
        load.enter()
        await load.full.wait()
        load.leave()

    asyncio.run(async_map_bounded(work, range(30), limit=3))
    assert load.most == 3


def test_cancelling_the_whole_cancels_the_parts():
    ended = []

    async def work(item):
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(item)

    async def cancelled():
        whole = asyncio.ensure_future(async_map_bounded(work, range(5), limit=2))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        whole.cancel()
        with pytest.raises(asyncio.CancelledError):
            await whole

    asyncio.run(cancelled())
    assert sorted(ended) == [0, 1]


async def test_the_pauses_are_those_of_sync_and_async():
    await _concurrency.async_sleep(0)
    assert _concurrency.sleep is time.sleep
