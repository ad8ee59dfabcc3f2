"""HTTP for stores whose host the URI names: every address is checked before it is connected to, after redirects too."""

from __future__ import annotations

import ipaddress
import json
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from modelreg._storage.access import resolve_host
from modelreg._storage.store import Closing
from modelreg.errors import (
    ConnectionFailed,
    DeadlineExceeded,
    Forbidden,
    ModelRegistryError,
    NotFound,
    RateLimited,
    Rejected,
    ServerError,
    Unauthorized,
    public_url,
)

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 10
_CONNECT_SECONDS = 10.0
_LONGEST_ERROR = 64 * 1024
_LONGEST_REASON = 300


class HttpClient(Closing):
    """A client that connects only to addresses that may be read.

    Args:
        stall_timeout: Seconds without a byte after which a request ends.
        allow_local: Whether loopback and link-local addresses may be connected to, and plain http be spoken.
    """

    def __init__(self, *, stall_timeout: float, allow_local: bool) -> None:
        self._seconds = stall_timeout
        self._allow_local = allow_local
        timeout = httpx.Timeout(stall_timeout, connect=min(stall_timeout, _CONNECT_SECONDS))
        self._client = httpx.Client(timeout=timeout, follow_redirects=False, http2=False)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    @contextmanager
    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | Iterator[bytes] | None = None,
        accept: frozenset[int] = frozenset({200}),
    ) -> Iterator[httpx.Response]:
        """Send a request, follow redirects where it has no content, and yield the response, its body unread.

        Args:
            method: Such as ``GET``.
            url: Absolute.
            headers: Of the request; `Authorization` is not sent to another host.
            content: The body.
            accept: Status codes that are no error.

        Raises:
            ModelRegistryError: No connection, no response in time, or a status that is an error.
        """
        sent = dict(headers or {})
        with _translated(url, self._seconds):
            for _ in range(_MOST_REDIRECTS + 1):
                with self._stream(method, url, sent, content) as response:
                    target = response.headers.get("location")
                    if response.status_code not in _REDIRECTS or not target or content is not None:
                        if response.status_code not in accept:
                            raise error_of(url, response)
                        yield response
                        return
                url, sent = self._redirected(url, target, sent)
        raise ConnectionFailed(f"{public_url(url)} redirects without end", url=url)

    def _stream(self, method: str, url: str, headers: dict[str, str], content: bytes | Iterator[bytes] | None) -> Any:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if self._through_proxy(parts.scheme, host):
            return self._client.stream(method, url, headers=headers, content=content)
        addresses = resolve_host(host, port, allow_local=self._allow_local, uri=url)
        address = addresses[0] if ":" not in addresses[0] else f"[{addresses[0].partition('%')[0]}]"
        # Connecting to the address that was checked leaves a name that changes its address no chance.
        pinned = parts._replace(netloc=f"{address}:{port}").geturl()
        return self._client.stream(
            method,
            pinned,
            headers=headers | {"Host": parts.netloc.rpartition("@")[2]},
            content=content,
            extensions={"sni_hostname": host},
        )

    def _through_proxy(self, scheme: str, host: str) -> bool:
        """Return whether the user's proxy connects; a name is then resolved there, and an address checked here."""
        proxies = urllib.request.getproxies()
        if not (proxies.get(scheme) or proxies.get("all")) or urllib.request.proxy_bypass(host):
            return False
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return host != "localhost"
        return False

    def _redirected(self, url: str, target: str, headers: dict[str, str]) -> tuple[str, dict[str, str]]:
        new = urljoin(url, target)
        old, parts = urlsplit(url), urlsplit(new)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise ConnectionFailed(f"{public_url(url)} redirects to something that is no web address", url=url)
        if old.scheme == "https" and parts.scheme == "http":
            raise ConnectionFailed(f"{public_url(url)} redirects from https to plain http", url=url)
        if (old.hostname, old.port) != (parts.hostname, parts.port):
            headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
        return new, headers


@contextmanager
def _translated(url: str, seconds: float) -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        raise DeadlineExceeded(
            f"{public_url(url)} sent nothing for {seconds:g} s",
            url=url,
            hint="Repeat the call: it continues where it stopped.",
            reason="stalled",
            details={"uri": public_url(url), "seconds": seconds},
        ) from error
    except (httpx.TransportError, httpx.InvalidURL, httpx.StreamError) as error:
        raise ConnectionFailed(
            f"the connection to {public_url(url)} failed", server_message=str(error)[:_LONGEST_REASON], url=url
        ) from error


def error_of(url: str, response: httpx.Response) -> ModelRegistryError:
    """Return our error for a response, with the server's reason.

    Args:
        url: That was asked for.
        response: With an unread body.
    """
    status = response.status_code
    code, message = _reason(response)
    kinds: dict[int, type[ModelRegistryError]] = {401: Unauthorized, 403: Forbidden, 404: NotFound, 429: RateLimited}
    kind = kinds.get(status, ServerError if status >= 500 else Rejected)
    return kind(
        f"{public_url(url)} answered {status} {response.reason_phrase}",
        status=status,
        code=code,
        server_message=message,
        url=url,
        details={"uri": public_url(url)},
    )


def _reason(response: httpx.Response) -> tuple[str | None, str | None]:
    body = b""
    for block in response.iter_bytes():
        body += block
        if len(body) > _LONGEST_ERROR:
            return None, None
    try:
        first = json.loads(body)["errors"][0]
        return str(first["code"])[:_LONGEST_REASON], str(first.get("message", ""))[:_LONGEST_REASON] or None
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None, None
