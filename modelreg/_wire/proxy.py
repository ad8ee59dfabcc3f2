"""The proxy of a registry, from HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from modelreg._config.address import is_loopback

_HOST_AND_PORT = re.compile(r"([^:\[\]]+|\[[^\]]+\]):(\d+)")


def proxy_for(url: str, proxies: Mapping[str, str], *, loopback: bool = False) -> str | None:
    """Return the URL of the proxy through which a registry is reached, or None for none.

    A server on this machine is never reached through a proxy.

    Args:
        url: The registry's address.
        proxies: Proxy by scheme ("http", "https", "all") and, as "no", the hosts to reach without one; what
            `urllib.request.getproxies` returns.
        loopback: Whether a server on this machine is reached through it too, as httpx does.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or (is_loopback(host) and not loopback):
        return None
    if any(_excepts(entry.strip().lower(), host, url) for entry in proxies.get("no", "").split(",")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _excepts(entry: str, host: str, url: str) -> bool:
    """Return whether an entry of NO_PROXY means a host: a name, the end of one, an address or a network."""
    if not entry:
        return False
    if entry == "*":
        return True
    if "://" in entry:
        wanted, given = urlsplit(entry), urlsplit(url)
        same_scheme = wanted.scheme in ("all", given.scheme)
        return same_scheme and wanted.hostname == host and wanted.port in (None, given.port)
    if with_port := _HOST_AND_PORT.fullmatch(entry):
        entry = with_port[1]
        if with_port[2] != str(urlsplit(url).port):
            return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = entry.removeprefix("*")
        return host.endswith(name) if name.startswith(".") else host == name or host.endswith(f".{name}")
    try:
        return address in ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        return False
