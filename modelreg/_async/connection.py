"""One registry's connection: every request of ours goes out here, and every failure becomes our error here."""

from __future__ import annotations

import json as jsonlib
import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import httpx

from modelreg._async.recovery import AsyncRecovery
from modelreg._async.senders import AsyncClientSender, AsyncSender, AsyncTransportSender, check_size
from modelreg._concurrency import AsyncSleep, async_sleep
from modelreg._config import ALLOW_PLAINTEXT_VARIABLE, Described, Settings
from modelreg._wire.auth import BearerToken
from modelreg._wire.deadline import TimeLimit
from modelreg._wire.embedded import (
    EMBEDDED_BASE,
    default_location,
    foreign_errors,
    is_local,
    local_transport,
)
from modelreg._wire.outgoing import Outgoing, Peer
from modelreg._wire.responses import ObjectResponse, error_of, read_reply, response_of
from modelreg._wire.retry import Failure, RetryPolicy
from modelreg._wire.version import ROOT, VersionChoice
from modelreg.errors import InvalidInput, ModelRegistryError
from modelreg_rest.versions import PARTIAL_ROOTS

if TYPE_CHECKING:
    from modelreg.local import LocalTransport

_logger = logging.getLogger("modelreg")
# A path that can be sent as it is; anything else is percent-encoded first.
_SENDABLE = re.compile(r"[\w/%:@!$&'()*+,;=~.-]*", re.ASCII)


class AsyncConnection:
    """One registry's connections, and everything that is known of its server.

    Nothing is opened before the first request. One object may serve many threads or tasks.

    Attributes:
        settings: Where the registry is, and how requests to it are made.
        closed: Whether it was closed; nothing is sent any more then.
        is_embedded: Whether the registry is embedded, and opened by this connection itself.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        policy: RetryPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
        pause: AsyncSleep = async_sleep,
    ) -> None:
        """Keep the settings; open nothing.

        Args:
            settings: Where the registry is, and how requests to it are made.
            client: A client of the caller's own, used as it is and never closed here.
            transport: What carries the requests instead of the network.
            policy: When to send a request again, unless as the settings say.
            clock: Seconds that only grow.
            pause: How to wait between two attempts.
        """
        if client is not None and not isinstance(client, httpx.AsyncClient):
            raise InvalidInput(f"client has to be an httpx.AsyncClient, and is a {type(client).__name__}")
        self.settings = settings
        self.closed = False
        self._client = client
        self._transport = transport
        self.is_embedded = settings.embedded and client is None and transport is None
        self._versions = VersionChoice(settings.api_version)
        self._token = _token(settings, deliberate_only=client is not None)
        self._recovery = AsyncRecovery(
            settings, self._token, self._versions, policy or RetryPolicy(settings.retries), pause
        )
        base = httpx.URL(settings.base_url or EMBEDDED_BASE)
        self._peer = Peer(
            settings,
            origin=f"{base.scheme}://{base.netloc.decode('ascii')}",
            root=base.raw_path.decode("ascii").rstrip("/") + ROOT,
            clock=clock,
            scrub=self._token.scrub if self._token else str,
        )
        timeouts = settings.timeouts
        self._seconds = timeouts.total
        self._connect_seconds, self._read_seconds = (
            min(timeouts.connect, self._seconds),
            min(timeouts.read, self._seconds),
        )
        self._opening = threading.Lock()
        self._sender: AsyncSender | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> ObjectResponse:
        """Send one request and return its response, which is a success with a JSON object.

        Args:
            method: The HTTP method, in any case.
            url: The path after the version prefix, beginning with a slash.
            params: The query.
            json: The body, as plain values; None for none.
            headers: Further headers.

        Raises:
            ModelRegistryError: Every other outcome.
        """
        response = await self._exchange(self._outgoing(method, url, params, json, headers))
        if response.status_code == 404:
            raise error_of(read_reply(response), response.outgoing, Failure(passing=False, may_have_acted=False))
        return response

    async def find(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
    ) -> ObjectResponse | None:
        """Do the same as `request` without a body, and return None where the registry has no such record.

        Raises:
            ModelRegistryError: Every other outcome; a 404 that is not a registry's is one.
        """
        response = await self._exchange(self._outgoing(method, url, params, None, None))
        return None if response.status_code == 404 else response

    def check_fields(self, schema: str, body: Mapping[str, object]) -> None:
        """Refuse a body with a field or value that the server's API version is known to lack.

        Args:
            schema: The contract's name of the body's schema, such as "ModelArtifact".
            body: The body as it would be sent.

        Raises:
            UnsupportedByServer: The message and `details` name the field, and the versions that have it.
        """
        self._versions.check_fields(schema, body)

    def _outgoing(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        json: Any,
        headers: Mapping[str, str] | None,
    ) -> Outgoing:
        method = method.upper()
        try:
            if params and (True in params.values() or False in params.values()):
                params = {
                    name: str(value).lower() if isinstance(value, bool) else value for name, value in params.items()
                }
            query = f"?{urlencode(params, doseq=True)}" if params else ""
            if not _SENDABLE.fullmatch(path):
                path = quote(path, safe="/%:@!$&'()*+,;=~.-")
            content = None
            if json is not None:
                text = jsonlib.dumps(json, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
                content = text.encode("utf-8")
        except (ValueError, TypeError, RecursionError) as error:
            # Half a character, a number that JSON does not have, or an object nested too deeply.
            raise InvalidInput(
                f"the request cannot be written ({method} {path})", server_message=str(error), method=method
            ) from error
        end = self._peer.clock() + self._seconds
        read, connect = TimeLimit(self._read_seconds), TimeLimit(self._connect_seconds)
        read.end = connect.end = end
        timeouts: dict[str, float | None] = {"connect": connect, "read": read, "write": read, "pool": connect}
        version = self._versions.usual
        if version is None or path[1:].partition("/")[0] in PARTIAL_ROOTS:
            version = self._versions.choose(method, path)
        target = f"{self._peer.root}{version}{path}{query}"
        return Outgoing(self._peer, method, path, query, version, content, headers, target, end, timeouts)

    async def _exchange(self, outgoing: Outgoing) -> ObjectResponse:
        """Return a success with a JSON object, or the 404 of a registry."""
        sender = self._sender or self._open()
        try:
            if self._token is not None:
                await self._token.async_put(outgoing)
            response: httpx.Response | Exception = await sender.send(outgoing)
        except foreign_errors() as error:
            response = error
        if not isinstance(response, ObjectResponse) or outgoing.version not in self._versions.spoken:
            response = await self._recovery.recovered(sender, outgoing, response)
        elif "deprecation" in response.headers or "sunset" in response.headers:
            self._versions.notice(response.headers)
        response.outgoing = outgoing
        return response

    def _open(self) -> AsyncSender:
        with self._opening:
            if self.closed:
                raise ModelRegistryError("this registry was closed")
            if self._sender is None:
                self._sender = self._make_sender()
            return self._sender

    def _make_sender(self) -> AsyncSender:
        if self._client is not None:
            # It keeps its own timeouts too, unless others were asked for; the whole call ends in time either way.
            return AsyncClientSender(self._client, keeps_timeouts="timeout" not in self.settings.sources)
        if self._transport is not None:
            given = self._transport
            return AsyncLocalSender(given) if is_local(given) else AsyncTransportSender(given)
        if self.settings.embedded:
            transport = self._transport = local_transport(self.settings.store)
            return AsyncLocalSender(transport)
        # Imported here, because an embedded registry needs no sockets.
        from modelreg._async.network_sender import AsyncNetworkSender

        return AsyncNetworkSender(self._peer)

    @property
    def transport(self) -> object:
        """What carries the requests instead of the network, such as an embedded registry's transport; else None."""
        if self._sender is None:
            self._open()
        return self._transport

    async def aclose(self) -> None:
        """Close what was opened here; a client that was handed in stays open."""
        self.closed = True
        sender, self._sender = self._sender, None
        if sender is not None:
            await sender.aclose()

    def describe(self) -> Mapping[str, Described]:
        """Return every setting with its source, and with no secret in it."""
        described = self.settings.describe()
        if self.settings.embedded and self.settings.store is None:
            described["address"] = Described(default_location(), described["address"].source)
        if self.settings.api_version is None and self._versions.usual is not None:
            described["api_version"] = Described(self._versions.usual, "found on first use")
        return described


class AsyncLocalSender:
    """The embedded registry in this process, without the requests and responses of an HTTP client in between."""

    def __init__(self, transport: LocalTransport) -> None:
        self._transport = transport

    async def send(self, outgoing: Outgoing) -> httpx.Response:
        """Carry out the request."""
        path, _, query = outgoing.target.partition("?")
        response = await self._transport.async_carry(
            outgoing.method,
            path,
            query,
            outgoing.content or b"",
            if_match=(outgoing.headers or {}).get("If-Match", ""),
            seconds=outgoing.timeouts.get("read"),
        )
        if len(response.body) > outgoing.peer.settings.max_response_bytes:
            check_size(len(response.body), response.status, outgoing)
        return response_of(response.status, response.headers, response.body)

    async def aclose(self) -> None:
        """Close the database's connections."""
        await self._transport.aclose()


def _token(settings: Settings, *, deliberate_only: bool) -> BearerToken | None:
    """Return the token of requests; beside a caller's own client only one that was named for this registry."""
    token = settings.token
    if token is None or settings.base_url is None or (deliberate_only and not token.deliberate):
        return None
    if token.left_out:
        _logger.warning(
            "the token in %s is not sent, because %s is plain http; set %s=1 to send it all the same",
            token.path,
            settings.base_url,
            ALLOW_PLAINTEXT_VARIABLE,
        )
        return None
    return BearerToken(token)
