"""Reading a large file in parts: several are under way at once, and they come out in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor


def read_parts(read: Callable[[int, int], bytes], offset: int, size: int, *, part: int, ahead: int) -> Iterator[bytes]:
    """Yield the parts of a file in order, reading ahead of the one that is yielded.

    Args:
        read: Returns the bytes from a position up to another.
        offset: Where to begin.
        size: Where to end: the file's size.
        part: Bytes of a part.
        ahead: How many parts are under way at once; they are held in memory.
    """
    starts = iter(range(offset, size, part))
    pending: deque[Future[bytes]] = deque()
    pool = ThreadPoolExecutor(ahead, thread_name_prefix="modelreg-part")
    try:
        for start in starts:
            pending.append(pool.submit(read, start, min(start + part, size)))
            if len(pending) >= ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
