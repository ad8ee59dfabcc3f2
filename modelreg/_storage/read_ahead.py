"""Reading parts of a file: several at once that come out in order, or the rest of one that is read as a whole."""

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


def without(blocks: Iterator[bytes], count: int) -> Iterator[bytes]:
    """Yield blocks without the bytes at their beginning, as from a server that knows no ranges.

    Args:
        blocks: The whole file's bytes.
        count: How many bytes to leave out.
    """
    for block in blocks:
        if count >= len(block):
            count -= len(block)
            continue
        yield block[count:]
        count = 0
