"""Pairs of primitives, one for async and one for sync, that a rename of names cannot make from each other.

`async_x` and `AsyncX` are what the async client uses; the sync client, written from it, uses `x` and `X`.
"""

from __future__ import annotations

import contextlib
import contextvars
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
    """Return what a function returns, if it does in time; it runs in a thread, with the caller's context variables.

    Raises:
        TimeoutError: It takes longer; the thread is left behind and keeps no process alive.
    """
    outcome = _Outcome()
    context = contextvars.copy_context()
    thread = threading.Thread(target=lambda: context.run(outcome.run, work), daemon=True, name="modelreg-within")
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError
    return outcome.result()  # type: ignore[return-value]


async def async_thread_within(seconds: float, work: Callable[[], Result]) -> Result:
    """Do the same as `within` without blocking the event loop.

    asyncio's own executor is not used: the end of the loop would wait for a thread that never ends.
    """
    import asyncio

    loop = asyncio.get_running_loop()
    done = loop.create_future()
    outcome = _Outcome()
    context = contextvars.copy_context()

    def finish() -> None:
        if not done.done():
            done.set_result(None)

    def run() -> None:
        context.run(outcome.run, work)
        with contextlib.suppress(RuntimeError):  # the loop ended first
            loop.call_soon_threadsafe(finish)

    threading.Thread(target=run, daemon=True, name="modelreg-within").start()
    await asyncio.wait_for(done, seconds)
    return outcome.result()  # type: ignore[return-value]


class _Outcome:
    """What a function returned or raised in another thread."""

    def __init__(self) -> None:
        self._value: object = None
        self._error: BaseException | None = None

    def run(self, work: Callable[[], object]) -> None:
        try:
            self._value = work()
        except BaseException as error:  # noqa: BLE001  # raised again where the result is waited for
            self._error = error

    def result(self) -> object:
        if self._error is not None:
            raise self._error
        return self._value


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
        work: What to do; the first error it raises stops everything, so it should return its failures as results.
        items: Taken one by one, as room becomes free.
        limit: How many run at once.
        done: Called after each item with its index and result, never twice at once.
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
    """Do the same as `async_map_bounded`, in threads; items are taken by one thread at a time."""
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
