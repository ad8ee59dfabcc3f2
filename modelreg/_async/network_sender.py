"""What carries requests over connections of our own."""

from __future__ import annotations

from urllib.request import getproxies

import httpcore
import httpx

from modelreg._async.senders import USER_AGENT, read_body, refuse_exposed
from modelreg._wire.inflate import ACCEPTED
from modelreg._wire.outgoing import Outgoing, Peer
from modelreg._wire.pool import CORE_ERRORS, async_pool, httpx_error
from modelreg._wire.proxy import proxy_for
from modelreg._wire.responses import response_of


class AsyncNetworkSender:
    """Connections of our own, opened on first use and kept open; every wait ends with the call's deadline."""

    def __init__(self, peer: Peer) -> None:
        proxy = proxy_for(peer.origin, getproxies())
        self._exposed = proxy is not None and peer.origin.startswith("http:")
        self._pool: httpcore.AsyncConnectionPool = async_pool(peer.settings, proxy, peer.clock)
        origin = httpx.URL(peer.origin)
        self._scheme, self._host, self._port = origin.raw_scheme, origin.raw_host, origin.port
        self._headers = [
            (b"Host", origin.netloc),
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", ACCEPTED.encode()),
            (b"User-Agent", USER_AGENT.encode()),
        ]

    async def send(self, outgoing: Outgoing) -> httpx.Response:
        """Send the request."""
        headers = self._headers.copy()
        if outgoing.authorization is not None:
            if self._exposed:
                refuse_exposed(outgoing)
            headers.append((b"Authorization", outgoing.authorization.encode("ascii")))
        if outgoing.content is not None:
            headers.append((b"Content-Type", b"application/json"))
            headers.append((b"Content-Length", b"%d" % len(outgoing.content)))
        if outgoing.headers:
            headers += [(name.encode("ascii"), value.encode("latin-1")) for name, value in outgoing.headers.items()]
        url = httpcore.URL(
            scheme=self._scheme, host=self._host, port=self._port, target=outgoing.target.encode("ascii")
        )
        request = httpcore.Request(
            outgoing.method.encode("ascii"),
            url,
            headers=headers,
            content=outgoing.content,
            extensions={"timeout": outgoing.timeouts},
        )
        try:
            response = await self._pool.handle_async_request(request)
            try:
                content, received = await read_body(response.stream, response.headers, response.status, outgoing)
            finally:
                await response.aclose()
        except CORE_ERRORS as error:
            raise httpx_error(error) from error
        return response_of(response.status, received, content)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._pool.aclose()
