# Written by scripts/unasync.py from modelreg/_async/rest.py; edit that file and run `make fmt`.
"""The generated client on the facade's connection."""

from __future__ import annotations

import json

import httpx

from modelreg._sync.connection import Connection
from modelreg_rest import Client

_BASE = "http://registry"


class ConnectionTransport(httpx.BaseTransport):
    """Carries the requests of an httpx client over the facade's connection.

    The path after the API version's prefix is what the request's URL has; the connection puts the prefix on.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request.

        Raises:
            ModelRegistryError: For every outcome but a success.
        """
        content = request.read()
        response = self._connection.request(
            request.method,
            request.url.raw_path.partition(b"?")[0].decode(),
            params=dict(request.url.params),
            json=json.loads(content) if content else None,
            headers={key: value for key, value in request.headers.items() if key == "content-type"},
        )
        return httpx.Response(
            response.status_code, headers={"content-type": "application/json"}, content=response.content
        )


def client(connection: Connection) -> Client:
    """Return the generated client whose requests go over a connection."""
    made = Client(base_url=_BASE)
    return made.set_httpx_client(
        httpx.Client(transport=ConnectionTransport(connection), base_url=_BASE, trust_env=False)
    )
