"""The pages that were shown last, for visitors who load one again; each belongs to what it was made of."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from modelreg.web.messages import Response

MOST = 32
#: Bytes of a page that is kept.
LARGEST = 512 * 1024


class KeptPages:
    """The pages that were used last, by what they were made of."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, Response] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Response]) -> Response:
        """Return the page of a key, made now unless it is kept.

        Args:
            key: Everything that the page depends on.
            make: Makes it.
        """
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
                return page
        page = make()
        if len(page.body) <= LARGEST:
            with self._lock:
                self._pages[key] = page
                while len(self._pages) > MOST:
                    self._pages.popitem(last=False)
        return page
