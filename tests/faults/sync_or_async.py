"""One connection, sync or async, so that a test of the wire is written once, with `await`."""

from __future__ import annotations

from typing import Any

import httpx

from modelreg._async.connection import AsyncConnection
from modelreg._config import Settings
from modelreg._sync.connection import Connection
from modelreg._wire.retry import RetryPolicy
from tests.faults.transport import Clock

SERVER = "https://registry.example.com"


class AwaitableConnection:
    """A connection whose clock is the test's, and whose pauses take no time and are not drawn.

    Attributes:
        clock: The time, and the pauses that were made.
        inner: The connection itself.
    """

    def __init__(
        self,
        mode: str,
        settings: Settings | None = None,
        *,
        transport: Any = None,
        client: Any = None,
        clock: Clock | None = None,
    ) -> None:
        self.clock = clock or Clock()
        settings = settings or Settings(base_url=SERVER)
        policy = RetryPolicy(settings.retries, base=1.0, draw=lambda: 1.0)
        self.inner: AsyncConnection | Connection
        if mode == "async":
            self.inner = AsyncConnection(
                settings,
                client=client,
                transport=transport,
                policy=policy,
                clock=self.clock,
                pause=self.clock.async_pause,
            )
        else:
            self.inner = Connection(
                settings, client=client, transport=transport, policy=policy, clock=self.clock, pause=self.clock.pause
            )

    async def request(self, method: str, url: str, **kwargs: Any) -> httpx.Response:
        """Send a request."""
        if isinstance(self.inner, AsyncConnection):
            return await self.inner.request(method, url, **kwargs)
        return self.inner.request(method, url, **kwargs)

    async def get(self, url: str = "/registered_models", **kwargs: Any) -> Any:
        """Read something and return the object that came."""
        return (await self.request("get", url, **kwargs)).json()

    async def post(self, url: str = "/registered_models", **body: Any) -> Any:
        """Create something and return the object that came."""
        return (await self.request("post", url, json=body)).json()

    async def patch(self, url: str, **body: Any) -> Any:
        """Change something and return the object that came."""
        return (await self.request("patch", url, json=body)).json()

    async def close(self) -> None:
        """Close it."""
        if isinstance(self.inner, AsyncConnection):
            await self.inner.aclose()
        else:
            self.inner.close()
