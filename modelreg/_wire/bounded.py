"""Calls that may not come back, run in a thread of their own that is left behind when time is up."""

from __future__ import annotations

import contextlib
import contextvars
import threading
from collections.abc import Callable
from typing import TypeVar

from attrs import define

T = TypeVar("T")


@define
class _Outcome:
    value: object = None
    error: BaseException | None = None

    def run(self, function: Callable[[], object]) -> None:
        try:
            self.value = function()
        except BaseException as error:  # noqa: BLE001  # raised again where the result is waited for
            self.error = error

    def result(self) -> object:
        if self.error is not None:
            raise self.error
        return self.value


def call_within(seconds: float, function: Callable[[], T]) -> T:
    """Call a function in a thread, with the caller's context variables, and return its result.

    Raises:
        TimeoutError: It did not return in time; the thread is left behind and keeps no process alive.
    """
    outcome = _Outcome()
    context = contextvars.copy_context()
    thread = threading.Thread(target=lambda: context.run(outcome.run, function), daemon=True, name="modelreg-bounded")
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError
    return outcome.result()  # type: ignore[return-value]


async def async_call_within(seconds: float, function: Callable[[], T]) -> T:
    """Do the same as `call_within` without blocking the event loop.

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

    def work() -> None:
        context.run(outcome.run, function)
        with contextlib.suppress(RuntimeError):  # the loop ended first
            loop.call_soon_threadsafe(finish)

    threading.Thread(target=work, daemon=True, name="modelreg-bounded").start()
    await asyncio.wait_for(done, seconds)
    return outcome.result()  # type: ignore[return-value]
