"""What carries requests where the connections are not ours: a transport, or a caller's httpx client."""

from __future__ import annotations

from collections.abc import AsyncIterable, Sequence
from typing import Any, Protocol
from urllib.request import getproxies

import httpx

from modelreg._config import Settings
from modelreg._wire.inflate import ACCEPTED, BadEncoding, Inflater, TooLarge, encodings_of
from modelreg._wire.outgoing import Outgoing
from modelreg._wire.proxy import proxy_for
from modelreg._wire.responses import response_of
from modelreg.errors import DeadlineExceeded, InvalidInput, InvalidResponse, ModelRegistryError

# Of a response to a failure as much is read as an error quotes.
_FAILURE_BYTES = 64 * 2**10
USER_AGENT = f"python-httpx/{httpx.__version__}"

_Headers = Sequence[tuple[bytes, bytes]]


class AsyncSender(Protocol):
    """Sends one request, once, and reads the whole response."""

    async def send(self, outgoing: Outgoing) -> httpx.Response:
        """Send the request.

        Raises:
            httpx.HTTPError: No response came.
            ModelRegistryError: The response is too large, or comes too slowly.
        """

    async def aclose(self) -> None:
        """Close what was opened here."""


class AsyncTransportSender:
    """An httpx transport: the embedded registry's, or one of the caller's."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport
        self._headers = {"Accept": "application/json", "Accept-Encoding": ACCEPTED, "User-Agent": USER_AGENT}

    async def send(self, outgoing: Outgoing) -> httpx.Response:
        """Send the request."""
        headers = self._headers.copy()
        if outgoing.authorization is not None:
            headers["Authorization"] = outgoing.authorization
        if outgoing.content is not None:
            headers["Content-Type"] = "application/json"
        if outgoing.headers:
            headers.update(outgoing.headers)
        request = httpx.Request(
            outgoing.method,
            outgoing.peer.origin + outgoing.target,
            headers=headers,
            content=outgoing.content,
            extensions={"timeout": outgoing.timeouts},
        )
        response = await self._transport.handle_async_request(request)
        return await whole(response, outgoing)

    async def aclose(self) -> None:
        """Close the transport."""
        await self._transport.aclose()


class AsyncClientSender:
    """A client of the caller's own, which is used as it is and never closed here."""

    def __init__(self, client: httpx.AsyncClient, *, keeps_timeouts: bool) -> None:
        self._client = client
        self._keeps_timeouts = keeps_timeouts
        # What we cannot decompress within limits is not asked for, unless the caller chose it.
        encodings = encodings_of(client.headers.get("accept-encoding", ""))
        self._headers = {"Accept": client.headers.get("accept", "").replace("*/*", "") or "application/json"}
        if {"br", "zstd"} & set(encodings):
            self._headers["Accept-Encoding"] = ACCEPTED

    async def send(self, outgoing: Outgoing) -> httpx.Response:
        """Send the request."""
        client = self._client
        if client.is_closed:
            raise ModelRegistryError("this registry was closed")
        headers, options = self._headers.copy(), dict[str, Any]()
        if outgoing.authorization is not None:
            self._check_proxy(outgoing)
            headers["Authorization"] = outgoing.authorization
            options["auth"] = None
        if outgoing.content is not None:
            headers["Content-Type"] = "application/json"
        headers.update(outgoing.headers or {})
        if self._keeps_timeouts:
            outgoing.limit(client.timeout.as_dict())
        request = client.build_request(
            outgoing.method,
            outgoing.url,
            headers=headers,
            content=outgoing.content,
            extensions={"timeout": outgoing.timeouts},
        )
        response = await client.send(request, stream=True, follow_redirects=False, **options)
        return await whole(response, outgoing)

    def _check_proxy(self, outgoing: Outgoing) -> None:
        """Refuse a token that the client's own proxy, taken from the environment, could read."""
        if self._client.trust_env and outgoing.url.startswith("http:") and httpx_proxies(outgoing.url):
            refuse_exposed(outgoing)

    async def aclose(self) -> None:
        """Leave the client open."""


def httpx_proxies(url: str) -> bool:
    """Return whether httpx sends requests for this URL to a proxy from the environment, on this machine too."""
    proxies = getproxies()
    return proxy_for(url, proxies, loopback=True) is not None


def refuse_exposed(outgoing: Outgoing) -> None:
    """Refuse to send a token in plain text through a proxy, unless that was allowed.

    Raises:
        InvalidInput: It was not allowed.
    """
    settings: Settings = outgoing.peer.settings
    if not settings.allow_plaintext_token:
        raise outgoing.error(
            InvalidInput,
            "the token would travel in plain text through a proxy",
            hint="Use https, name the host in NO_PROXY, or allow it with allow_plaintext_token=True.",
            reason="plaintext_token",
        )


async def whole(response: httpx.Response, outgoing: Outgoing) -> httpx.Response:
    """Return a response with its body, however it came, and close it."""
    status = response.status_code
    headers: _Headers = response.headers.raw
    if response.is_closed:
        content = response.content
        if len(content) > outgoing.peer.settings.max_response_bytes:
            check_size(len(content), status, outgoing)
        if "content-encoding" in response.headers:
            headers = plain_headers(headers)
        return response_of(status, headers, content)
    try:
        content, headers = await read_body(response.stream, headers, status, outgoing)
    finally:
        await response.aclose()
    return response_of(status, headers, content)


async def read_body(
    stream: AsyncIterable[bytes] | Any, headers: _Headers, status: int, outgoing: Outgoing
) -> tuple[bytes, _Headers]:
    """Return a body, decompressed, and the headers that are true of it; of a failure's body as much as is quoted.

    Raises:
        InvalidResponse: The body is larger than is read.
        DeadlineExceeded: It comes too slowly.
        httpx.DecodingError: It is not what its encoding says.
    """
    quoted = not 200 <= status < 300
    limit = _FAILURE_BYTES if quoted else outgoing.peer.settings.max_response_bytes
    chunks: list[bytes] = []
    size = 0
    inflater: Inflater | None = None
    try:
        inflater = inflater_of(headers, limit)
        async for chunk in stream:
            piece = chunk if inflater is None else inflater.feed(chunk)
            chunks.append(piece)
            size += len(piece)
            if size > limit:
                raise TooLarge
            if outgoing.end <= outgoing.peer.clock():
                raise outgoing.error(DeadlineExceeded, "the response comes too slowly", may_have_acted=outgoing.writes)
        if inflater is not None:
            inflater.finish()
    except TooLarge:
        if not quoted:
            check_size(limit + 1, status, outgoing)
    except BadEncoding as error:
        if not quoted:
            raise httpx.DecodingError(str(error)) from error
    return b"".join(chunks), headers if inflater is None else plain_headers(headers)


def check_size(size: int, status: int, outgoing: Outgoing) -> None:
    """Refuse the body of a success that is larger than is read.

    Raises:
        InvalidResponse: It is larger.
    """
    limit = outgoing.peer.settings.max_response_bytes
    if size > limit and 200 <= status < 300:
        raise outgoing.error(
            InvalidResponse,
            f"the response is larger than {limit} bytes",
            hint="Lower page_size, or raise max_response_bytes= or MODEL_REGISTRY_MAX_RESPONSE_BYTES.",
            may_have_acted=outgoing.writes,
            reason="response_too_large",
        )


def inflater_of(headers: _Headers, limit: int) -> Inflater | None:
    """Return what decompresses a body, or None where nothing has to."""
    for name, value in headers:
        if name.lower() == b"content-encoding" and (encodings := encodings_of(value.decode("latin-1"))):
            return Inflater(encodings, limit)
    return None


def plain_headers(headers: _Headers) -> _Headers:
    """Return the headers of a response whose body was decompressed."""
    gone = (b"content-encoding", b"content-length", b"transfer-encoding")
    return [(name, value) for name, value in headers if name.lower() not in gone]
