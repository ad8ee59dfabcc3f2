"""The pages that were shown last, for visitors who load one again while the registry is as it was."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

from modelreg._sync.registry import ModelRegistry
from modelreg._web.messages import Request, Response

MOST = 64
#: Bytes of a page that is kept.
LARGEST = 512 * 1024
#: What is shown of this machine and not of the registry is made anew.
_OF_THIS_MACHINE = frozenset({"/doctor"})


class KeptPages:
    """The pages of a registry that were used last, each with the state of the registry that it was made in.

    An embedded registry tells its state; pages of others are made anew.

    Args:
        registry: The registry.
    """

    def __init__(self, registry: ModelRegistry) -> None:
        self._registry = registry
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, Response] = OrderedDict()

    def get(self, request: Request, make: Callable[[], Response]) -> Response:
        """Return the page of a request, made now unless it is kept.

        Args:
            request: The request, to read a page.
            make: Makes it.
        """
        # The state is read before the page is: what is written in between makes the page newer than its state.
        state = None if request.path in _OF_THIS_MACHINE else self._state()
        if state is None:
            return make()
        # Times are shown as how long ago, so that a page is kept for a minute at most.
        minute = int(time.time() // 60)
        query = tuple((name, tuple(values)) for name, values in request.query.items())
        key = (request.path, request.root, query, minute, state)
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
                return page
        page = make()
        if page.status == 200 and len(page.body) <= LARGEST:
            with self._lock:
                self._pages[key] = page
                while len(self._pages) > MOST:
                    self._pages.popitem(last=False)
        return page

    def _state(self) -> str | None:
        try:
            read: Callable[[], str | None] | None
            read = getattr(self._registry._engine.connection.transport, "state", None)
            return None if read is None else read()
        except Exception:  # noqa: BLE001 -- what is wrong with the registry is shown by the page
            return None
