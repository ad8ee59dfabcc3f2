"""A bounded set of threads for the files of one transfer, which stops as a whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import TypeVar

from modelreg.errors import TransferStopped

Item = TypeVar("Item")
Result = TypeVar("Result")

_POLL_SECONDS = 0.2
_LEAVE_SECONDS = 2.0


class Stop:
    """A request to end a transfer: set from any thread, checked by the workers between two blocks."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Ask the transfer to end."""
        self._event.set()

    def is_set(self) -> bool:
        """Return whether the transfer is to end."""
        return self._event.is_set()

    def wait(self, seconds: float) -> None:
        """Wait, and raise when the transfer is to end.

        Args:
            seconds: How long to wait.
        """
        self._event.wait(seconds)
        self.check()

    def check(self) -> None:
        """Raise when the transfer is to end.

        Raises:
            TransferStopped: It is.
        """
        if self._event.is_set():
            raise TransferStopped("the transfer was stopped", hint="Repeat the call: it continues where it stopped.")


def run_all(work: Callable[[Item], Result], items: Sequence[Item], *, limit: int, stop: Stop) -> list[Result]:
    """Run `work` on every item in threads; return the results in the items' order.

    The first error stops the others and is raised. The threads are daemons: an interrupted program does not wait for
    a connection that says nothing.

    Args:
        work: What to do with an item; it calls `stop.check()` now and then.
        items: What to work on.
        limit: How many run at once.
        stop: Set when one fails or the caller is interrupted.
    """
    if limit <= 1 or len(items) <= 1:
        return [work(item) for item in _until_stopped(items, stop)]
    pending: Iterator[tuple[int, Item]] = iter(enumerate(items))
    taking = threading.Lock()
    finished: SimpleQueue[tuple[int, Result | None, BaseException | None]] = SimpleQueue()

    def worker() -> None:
        while not stop.is_set():
            with taking:
                index, item = next(pending, (-1, None))
            if index < 0:
                return
            try:
                finished.put((index, work(item), None))  # type: ignore[arg-type]  # None marks the end alone
            except BaseException as error:  # noqa: BLE001  # carried to the caller's thread
                finished.put((index, None, error))
                return

    threads = [threading.Thread(target=worker, daemon=True, name="modelreg-transfer") for _ in items[:limit]]
    for thread in threads:
        thread.start()
    return _collect(finished, len(items), threads, stop)


def _until_stopped(items: Sequence[Item], stop: Stop) -> Iterator[Item]:
    for item in items:
        stop.check()
        yield item


def _collect(
    finished: SimpleQueue[tuple[int, Result | None, BaseException | None]],
    count: int,
    threads: list[threading.Thread],
    stop: Stop,
) -> list[Result]:
    results: dict[int, Result] = {}
    try:
        while len(results) < count:
            try:
                # With a time limit, so that an interrupt from the keyboard is seen on every platform.
                index, result, error = finished.get(timeout=_POLL_SECONDS)
            except Empty:
                stop.check()
                continue
            if error is not None:
                raise error
            results[index] = result  # type: ignore[assignment]  # None only beside an error
    except BaseException:
        stop.set()
        # Most end with their next block; one that waits for a silent connection is left behind.
        deadline = time.monotonic() + _LEAVE_SECONDS
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        raise
    return [results[index] for index in range(count)]
