"""Decides nothing: pairs of primitives, one for each colour, that a rename of names cannot make.

`async_x` and `AsyncX` are what the async client uses; the sync client, written from it, uses `x` and `X`.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Any, TypeAlias, TypeVar, overload

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
Item = TypeVar("Item")
Result = TypeVar("Result")

AsyncSleep: TypeAlias = Callable[[float], Awaitable[None]]
Sleep: TypeAlias = Callable[[float], None]

AsyncLock: TypeAlias = asyncio.Lock
Lock = threading.Lock

async_sleep: AsyncSleep = asyncio.sleep
sleep: Sleep = time.sleep


@overload
async def async_gather(first: Awaitable[A], second: Awaitable[B], /) -> tuple[A, B]: ...
@overload
async def async_gather(first: Awaitable[A], second: Awaitable[B], third: Awaitable[C], /) -> tuple[A, B, C]: ...
@overload
async def async_gather(
    first: Awaitable[A], second: Awaitable[B], third: Awaitable[C], fourth: Awaitable[D], /
) -> tuple[A, B, C, D]: ...
@overload
async def async_gather(*calls: Awaitable[A]) -> tuple[A, ...]: ...
async def async_gather(*calls: Awaitable[Any]) -> tuple[Any, ...]:
    """Await all calls at once; when one fails, cancel the others, wait for their end, and raise its error."""
    tasks = [asyncio.ensure_future(call) for call in calls]
    try:
        return tuple(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


@overload
def gather(first: A, second: B, /) -> tuple[A, B]: ...
@overload
def gather(first: A, second: B, third: C, /) -> tuple[A, B, C]: ...
@overload
def gather(first: A, second: B, third: C, fourth: D, /) -> tuple[A, B, C, D]: ...
@overload
def gather(*calls: A) -> tuple[A, ...]: ...
def gather(*calls: Any) -> tuple[Any, ...]:
    """Return the results: without `await` the calls were made one after the other as arguments."""
    return calls


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
    queue = enumerate(items)
    results: dict[int, Result] = {}

    async def worker() -> None:
        for index, item in queue:
            results[index] = await work(item)
            if done is not None:
                done(index, results[index])

    await async_gather(*(worker() for _ in range(max(1, limit))))
    return [results[index] for index in sorted(results)]


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
    try:
        for future in as_completed(futures):
            future.result()
    except BaseException:
        stopped.set()
        raise
