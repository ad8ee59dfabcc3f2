"""The generated client on the facade's connection."""

from __future__ import annotations

import json

import httpx

from modelreg._async.connection import AsyncConnection
from modelreg_rest import Client

_BASE = "http://registry"


class AsyncConnectionTransport(httpx.AsyncBaseTransport):
    """Carries the requests of an httpx client over the facade's connection.

    The path after the API version's prefix is what the request's URL has; the connection puts the prefix on.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request.

        Raises:
            ModelRegistryError: For every outcome but a success.
        """
        content = await request.aread()
        response = await self._connection.request(
            request.method,
            request.url.raw_path.partition(b"?")[0].decode(),
            params=dict(request.url.params),
            json=json.loads(content) if content else None,
            headers={key: value for key, value in request.headers.items() if key == "content-type"},
        )
        return httpx.Response(
            response.status_code, headers={"content-type": "application/json"}, content=response.content
        )


def client(connection: AsyncConnection) -> Client:
    """Return the generated client whose requests go over a connection."""
    made = Client(base_url=_BASE)
    return made.set_async_httpx_client(
        httpx.AsyncClient(transport=AsyncConnectionTransport(connection), base_url=_BASE, trust_env=False)
    )
