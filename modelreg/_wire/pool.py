"""Connection pools with a network backend of our own, and httpcore's errors as httpx's."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore
import httpx

from modelreg._config import Settings
from modelreg._wire.network import DeadlineBackend
from modelreg._wire.tls import tls_context
from modelreg.errors import InvalidInput, MissingExtra, public_url

# httpx's own limits.
_LIMITS: dict[str, Any] = {"max_connections": 100, "max_keepalive_connections": 20, "keepalive_expiry": 5.0}

_HTTPX_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.PoolTimeout: httpx.PoolTimeout,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.ProxyError: httpx.ProxyError,
    httpcore.UnsupportedProtocol: httpx.UnsupportedProtocol,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}
CORE_ERRORS = tuple(_HTTPX_ERRORS)


def httpx_error(error: Exception) -> httpx.TransportError:
    """Return httpx's error for one of httpcore's."""
    return _HTTPX_ERRORS[type(error)](str(error))


def pool(settings: Settings, proxy: str | None, clock: Callable[[], float]) -> httpcore.ConnectionPool:
    """Return the connections of a sync client; nothing is opened yet.

    Raises:
        InvalidInput: A certificate file or the proxy's URL cannot be used.
    """
    options = {**_LIMITS, "ssl_context": _context(settings), "network_backend": DeadlineBackend(clock)}
    if proxy is None:
        return httpcore.ConnectionPool(**options)
    kind, more = _proxy_options(proxy)
    return (httpcore.HTTPProxy if kind == "http" else httpcore.SOCKSProxy)(**options, **more)


def async_pool(settings: Settings, proxy: str | None, clock: Callable[[], float]) -> httpcore.AsyncConnectionPool:
    """Return the connections of an async client; nothing is opened yet. For the rest see `pool`."""
    from modelreg._wire.async_network import AsyncDeadlineBackend

    options = {**_LIMITS, "ssl_context": _context(settings), "network_backend": AsyncDeadlineBackend(clock)}
    if proxy is None:
        return httpcore.AsyncConnectionPool(**options)
    kind, more = _proxy_options(proxy)
    return (httpcore.AsyncHTTPProxy if kind == "http" else httpcore.AsyncSOCKSProxy)(**options, **more)


def _context(settings: Settings) -> ssl.SSLContext:
    context = tls_context(settings)
    return httpx.create_ssl_context() if isinstance(context, bool) else context


def _proxy_options(proxy: str) -> tuple[str, dict[str, Any]]:
    """Return the kind of a proxy, "http" or "socks", and the arguments that make a pool use it."""
    parts = urlsplit(proxy)
    try:
        port = parts.port
    except ValueError as error:
        raise _bad_proxy(proxy) from error
    if parts.scheme not in ("http", "https", "socks5", "socks5h") or not parts.hostname:
        raise _bad_proxy(proxy)
    options: dict[str, Any] = {
        "proxy_url": httpcore.URL(scheme=parts.scheme, host=parts.hostname, port=port, target="/")
    }
    if parts.username is not None:
        options["proxy_auth"] = (unquote(parts.username), unquote(parts.password or ""))
    if parts.scheme in ("http", "https"):
        if parts.scheme == "https":
            options["proxy_ssl_context"] = httpx.create_ssl_context()
        return "http", options
    try:
        import socksio  # noqa: F401
    except ImportError as error:
        raise MissingExtra("a SOCKS proxy needs the package socksio", hint="pip install 'httpx[socks]'") from error
    return "socks", options


def _bad_proxy(proxy: str) -> InvalidInput:
    return InvalidInput(
        f"the proxy {public_url(proxy)!r} is no URL of a proxy",
        hint="HTTP_PROXY, HTTPS_PROXY and ALL_PROXY hold http://, https:// or socks5:// and a host.",
    )
