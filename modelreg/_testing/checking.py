"""The contract's checks around an embedded registry, in process and served."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from modelreg._testing.contract import breaches
from modelreg.local import LocalTransport, MissingExtra
from modelreg.local._registry.app import App
from modelreg.local._registry.json_responses import Response


class CheckedApp(App):
    """The embedded registry, which remembers what broke the contract."""

    def __init__(self, address: str | Path) -> None:
        super().__init__(address)
        self.broken: list[str] = []

    def handle(self, method: str, path: str, query: str = "", body: bytes = b"", **options: Any) -> Response:
        """Handle a request, and check it and the response."""
        response = super().handle(method, path, query, body, **options)
        self.broken += breaches(method, path, query, body, response)
        return response

    def fail_if_broken(self) -> None:
        """Fail the test that broke the contract.

        Raises:
            AssertionError: with everything that was wrong.
        """
        if self.broken:
            raise AssertionError("the contract was broken:\n" + "\n".join(dict.fromkeys(self.broken)))


class CheckedTransport(LocalTransport):
    """An httpx transport of an embedded registry that checks."""

    def __init__(self, store: Path) -> None:
        super().__init__(store)
        self._checked = CheckedApp(store)

    def make_app(self) -> App:
        """Return the registry that checks."""
        return self._checked

    def fail_if_broken(self) -> None:
        """Fail the test that broke the contract."""
        self._checked.fail_if_broken()


@contextmanager
def serve_checked(store: Path) -> Iterator[str]:
    """Serve an empty registry on loopback, from a thread of this process, for the length of a block.

    Yields:
        Its URL.

    Raises:
        MissingExtra: when the extra ``server`` is not installed.
        AssertionError: at the end, when the contract was broken.
    """
    try:
        from modelreg.local._registry.server.running import serve_in_thread
    except ImportError as error:
        raise MissingExtra("server", needed_for="serving a registry to tests") from error
    app = CheckedApp(store)
    app.open()
    with serve_in_thread(app) as url:
        yield url
    app.fail_if_broken()
