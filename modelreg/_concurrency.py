"""Pairs of primitives, one for async and one for sync, that a rename of names cannot make from each other.

`async_x` and `AsyncX` are what the async client uses; the sync client, written from it, uses `x` and `X`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")

AsyncSleep: TypeAlias = Callable[[float], Awaitable[None]]
Sleep: TypeAlias = Callable[[float], None]

sleep: Sleep = time.sleep

# What may be iterated over: with the async client also what is awaited for each item.
AsyncItems: TypeAlias = Iterable[Item] | AsyncIterable[Item]
Items: TypeAlias = Iterable[Item]


async def async_each(items: AsyncItems[Item]) -> AsyncIterator[Item]:
    """Iterate over items, which may come one by one as they are awaited."""
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item


def each(items: Items[Item]) -> Iterator[Item]:
    """Iterate over items."""
    return iter(items)


async def async_in_thread(work: Callable[[], Result]) -> Result:
    """Return what a function returns that would block the event loop; it runs in a thread."""
    import asyncio

    return await asyncio.to_thread(work)


def in_thread(work: Callable[[], Result]) -> Result:
    """Return what a function returns, in the caller's own thread."""
    return work()


async def async_within(seconds: float, work: Callable[[], Awaitable[Result]]) -> Result:
    """Return what a function returns, if it does in time.

    Raises:
        TimeoutError: It takes longer.
    """
    import asyncio

    return await asyncio.wait_for(work(), seconds)


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Return what a function returns, if it does in time; it is left behind in a thread where it does not.

    Raises:
        TimeoutError: It takes longer.
    """
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001  # raised below, in the caller's thread
            errors.append(error)

    thread = threading.Thread(target=run, name="modelreg-within", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError(f"it takes longer than {seconds:g} s")
    return results[0]


async def async_sleep(seconds: float) -> None:
    """Wait; asyncio is imported by those who use it, because a script on the sync client starts sooner without."""
    import asyncio

    await asyncio.sleep(seconds)


async def async_map_bounded(
    work: Callable[[Item], Awaitable[Result]],
    items: Iterable[Item],
    *,
    limit: int,
    done: Callable[[int, Result], None] | None = None,
) -> list[Result]:
    """Run `work` on every item, at most `limit` at a time; return the results in the items' order.

    Args:
        work: what to do; the first error it raises stops everything, so it should answer its failures as results.
        items: taken one by one, as room becomes free.
        limit: how many run at once.
        done: called after each item with its index and result, never twice at once.
    """
    import asyncio

    queue = enumerate(items)
    results: dict[int, Result] = {}

    async def worker() -> None:
        for index, item in queue:
            results[index] = await work(item)
            if done is not None:
                done(index, results[index])

    await _end_together([asyncio.ensure_future(worker()) for _ in range(max(1, limit))])
    return [results[index] for index in sorted(results)]


async def _end_together(tasks: list[asyncio.Future[None]]) -> None:
    """Wait for all tasks; when one fails, cancel the others, wait for their end, and raise its error."""
    import asyncio

    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


def map_bounded(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    limit: int,
    done: Callable[[int, Result], None] | None = None,
) -> list[Result]:
    """Run `work` on every item in threads, at most `limit` at a time; return the results in the items' order.

    Args:
        work: what to do; the first error it raises stops everything, so it should answer its failures as results.
        items: taken one by one, by one thread at a time, as room becomes free.
        limit: how many run at once.
        done: called after each item with its index and result, never twice at once.
    """
    from concurrent.futures import ThreadPoolExecutor

    queue = enumerate(items)
    taking, reporting, stopped = threading.Lock(), threading.Lock(), threading.Event()
    results: dict[int, Result] = {}

    def worker() -> None:
        while not stopped.is_set():
            with taking:
                index, item = next(queue, (-1, None))
            if index < 0:
                return
            result = work(item)  # type: ignore[arg-type]  # None stands for the end alone
            with reporting:
                results[index] = result
                if done is not None:
                    done(index, result)

    with ThreadPoolExecutor(max(1, limit), thread_name_prefix="modelreg") as pool:
        _await_all([pool.submit(worker) for _ in range(max(1, limit))], stopped)
    return [results[index] for index in sorted(results)]


def _await_all(futures: list[Future[None]], stopped: threading.Event) -> None:
    from concurrent.futures import as_completed

    try:
        for future in as_completed(futures):
            future.result()
    except BaseException:
        stopped.set()
        raise


class AsyncLock:
    """A lock for tasks that gives up after a time."""

    def __init__(self) -> None:
        import asyncio

        self._lock = asyncio.Lock()

    async def acquire_within(self, seconds: float) -> bool:
        """Take the lock; return whether that worked in time."""
        if not self._lock.locked():
            return await self._lock.acquire()
        try:
            import asyncio

            return await asyncio.wait_for(self._lock.acquire(), seconds)
        except TimeoutError:
            return False

    def release(self) -> None:
        """Give the lock back."""
        self._lock.release()


class Lock:
    """A lock for threads that gives up after a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def acquire_within(self, seconds: float) -> bool:
        """Take the lock; return whether that worked in time."""
        return self._lock.acquire(timeout=min(seconds, threading.TIMEOUT_MAX))

    def release(self) -> None:
        """Give the lock back."""
        self._lock.release()
