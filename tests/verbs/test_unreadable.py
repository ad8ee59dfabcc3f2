"""A success that is no record or page of the contract is an error of ours that names the request."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from modelreg import ModelRegistry
from modelreg.errors import InvalidResponse


class Odd(BaseHTTPRequestHandler):
    """Responds to look-ups with a record without an id, and lists with a page without a list."""

    def do_GET(self) -> None:
        body = b'{"items": 5}' if "pageSize" in self.path else b'{"name": "m"}'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Log nothing."""


@pytest.fixture
def odd() -> Iterator[ModelRegistry]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        with ModelRegistry(f"http://127.0.0.1:{server.server_port}", retries=0) as registry:
            yield registry
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("read", [lambda odd: list(odd.models.list()), lambda odd: odd.models.get(name="m")])
def test_what_cannot_be_read_is_an_invalid_response(odd, read):
    with pytest.raises(InvalidResponse) as caught:
        read(odd)
    assert (caught.value.reason, caught.value.method) == ("not_a_registry", "GET")
    assert "registered_model" in caught.value.url
