"""What a page is made with: the registry, the request, addresses, and the template."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from modelreg._sync.registry import ModelRegistry
from modelreg._views.names import Names
from modelreg._web.kept import KeptLists
from modelreg._web.messages import Request, Response, redirect
from modelreg._web.rendering import render

A = TypeVar("A")
B = TypeVar("B")

#: What became of a write, by the word that stands in the address afterwards.
DONE: Mapping[str, str] = {
    "saved": "Saved.",
    "archived": "Archived.",
    "restored": "Restored.",
    "promoted": "The alias points at this version now.",
    "unchanged": "The alias pointed at this version already.",
    "alias-set": "The alias was moved.",
    "alias-deleted": "The alias was deleted.",
}


# A page has its own address in most of its links.
_quoted = lru_cache(maxsize=256)(quote)


class View:
    """One request being responded to.

    Args:
        registry: The registry.
        request: The request.
        lists: Lists of the registry that were read before.
        form_token: What every form of this visitor holds.
        read_only: Whether nothing that writes is shown.
        has_login: Whether the visitor can log out.
    """

    def __init__(
        self,
        registry: ModelRegistry,
        request: Request,
        lists: KeptLists,
        *,
        form_token: str,
        read_only: bool,
        has_login: bool,
    ) -> None:
        self.registry = registry
        self.request = request
        self.lists = lists
        self.names = Names(registry)
        self.read_only = read_only
        self._form_token = form_token
        self._has_login = has_login

    @staticmethod
    def address(root: str, path: str, query: Mapping[str, object] | None = None, **more: object) -> str:
        """Return an address on the page; values that are empty, false or None are left out.

        Args:
            root: Path of the page's root.
            path: Path below it.
            query: Values of the query.
            **more: Further values of the query.
        """
        pairs: list[tuple[str, str]] = []
        for name, value in {**(query or {}), **more}.items():
            values = value if isinstance(value, list | tuple) else [value]
            pairs += [(name, "1" if each is True else str(each)) for each in values if each not in (None, "", False)]
        query_text = f"?{urlencode(pairs, errors='replace')}" if pairs else ""
        return f"{root}{_quoted(path)}{query_text}"

    def url(self, path: str, query: Mapping[str, object] | None = None, **more: object) -> str:
        """Return an address on the page; see `address`."""
        return self.address(self.request.root, path, query, **more)

    def here(self, **changes: object) -> str:
        """Return the address of this page with other values; the place in the list starts anew.

        Args:
            **changes: Values of the query that differ.
        """
        kept = {
            name: list(values)
            for name, values in self.request.query.items()
            if name not in ("page", "before", "done") and name not in changes
        }
        return self.url(self.request.path, kept, **changes)

    def together(self, first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
        """Return what two functions read: at once from a registry elsewhere, whose network is waited for.

        Args:
            first: Reads something.
            second: Reads something else.
        """
        if self.registry._engine.connection.transport is not None:
            return first(), second()
        with ThreadPoolExecutor(1, thread_name_prefix="modelreg-page-read") as other:
            reading = other.submit(second)
            return first(), reading.result()

    def page(self, template: str, title: str, *, status: int = 200, **values: Any) -> Response:
        """Return a page.

        Args:
            template: Name of the template.
            title: Title of the page.
            status: HTTP status.
            **values: What stands in the template.
        """
        frame = {
            "title": title,
            "url": self.url,
            "here": self.here,
            "request": self.request,
            "read_only": self.read_only,
            "has_login": self._has_login,
            "form_token": self._form_token,
            "done": DONE.get(self.request.value("done"), ""),
            "section": "/" + self.request.path.split("/")[1],
        }
        return Response(status, render(template, frame | values))

    def problem(self, status: int, title: str, message: str, *, details: Sequence[str] = ()) -> Response:
        """Return the page that says why something cannot be shown or done.

        Args:
            status: HTTP status.
            title: What happened, in a few words.
            message: What happened, and what to do.
            details: More sentences.
        """
        return self.page("problem.html", title, status=status, message=message, details=details, status_code=status)

    def back(self, path: str, done: str) -> Response:
        """Return the redirect to a page after a write.

        Args:
            path: Path of the page.
            done: What became of it: a key of `DONE`.
        """
        return redirect(self.url(path, done=done))
