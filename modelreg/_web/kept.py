"""What was made or read of a registry last, kept while the registry stays as it is.

An embedded registry tells its state; of others nothing is kept.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from modelreg._sync.registry import ModelRegistry
from modelreg._types import Record
from modelreg._web.messages import Request, Response

MOST_PAGES = 64
#: Bytes of a page that is kept.
LARGEST_PAGE = 512 * 1024
MOST_LISTS = 8
#: Values of a list that is kept: its records and their properties together.
LARGEST_LIST = 50_000
#: What is shown of this machine and not of the registry is made anew.
_OF_THIS_MACHINE = frozenset({"/doctor"})

T = TypeVar("T")
R = TypeVar("R", bound=Record)


class _Kept(Generic[T]):
    """Values by key, each with the state that it was made in; those that were used last stay.

    Args:
        most: How many are kept.
        small: Whether a value may be kept.
    """

    def __init__(self, most: int, small: Callable[[T], bool]) -> None:
        self._most = most
        self._small = small
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, tuple[Hashable, T]] = OrderedDict()

    def get(self, key: Hashable, state: Hashable, make: Callable[[], T]) -> T:
        """Return the value of a key in a state, made now unless it is kept.

        Args:
            key: What it is.
            state: The state, read before the value is made: a write in between makes the value newer than its state.
            make: Makes it.
        """
        with self._lock:
            kept = self._values.get(key)
            if kept is not None and kept[0] == state:
                self._values.move_to_end(key)
                return kept[1]
        value = make()
        if self._small(value):
            with self._lock:
                self._values[key] = state, value
                self._values.move_to_end(key)
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
        return value


class KeptPages:
    """The pages that were shown last, for visitors who load one again.

    Args:
        registry: The registry.
    """

    def __init__(self, registry: ModelRegistry) -> None:
        self._registry = registry
        self._pages = _Kept[Response](MOST_PAGES, lambda page: page.status == 200 and len(page.body) <= LARGEST_PAGE)

    def get(self, request: Request, make: Callable[[], Response]) -> Response:
        """Return the page of a request, made now unless it is kept.

        Args:
            request: The request, to read a page.
            make: Makes it.
        """
        state = None if request.path in _OF_THIS_MACHINE else state_of(self._registry)
        if state is None:
            return make()
        # Times are shown as how long ago, so that a page is kept for a minute at most.
        minute = int(time.time() // 60)
        query = tuple((name, tuple(values)) for name, values in request.query.items())
        return self._pages.get((request.path, request.root, query), (minute, state), make)


class KeptLists:
    """The lists of records that were read last, for pages that show another part of one or another order.

    Args:
        registry: The registry.
    """

    def __init__(self, registry: ModelRegistry) -> None:
        self._registry = registry
        self._lists = _Kept[Sequence[Record]](MOST_LISTS, _is_small)

    def get(self, key: Hashable, read: Callable[[], Sequence[R]]) -> Sequence[R]:
        """Return a list, read now unless it is kept.

        Args:
            key: What is read.
            read: Reads it.
        """
        state = state_of(self._registry)
        return read() if state is None else self._lists.get(key, state, read)  # type: ignore[return-value]


def state_of(registry: ModelRegistry) -> str | None:
    """Return a text that is another one after every write to a registry; None where that cannot be told.

    Args:
        registry: The registry.
    """
    try:
        read: Callable[[], str | None] | None
        read = getattr(registry._engine.connection.transport, "state", None)
        return None if read is None else read()
    except Exception:  # noqa: BLE001 -- what is wrong with the registry is shown by the page
        return None


def _is_small(records: Sequence[Record]) -> bool:
    return sum(1 + len(record.properties) for record in records) <= LARGEST_LIST
