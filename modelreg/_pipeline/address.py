"""The registry's URL, from a component's `registry_address` and `registry_port`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from modelreg.errors import InvalidInput, public_url

DEFAULT_PORT = 8080


def registry_url(address: str, port: int = DEFAULT_PORT) -> str | None:
    """Return the registry's URL; None when the address is empty.

    `host` and `host:port` are plain http, as inside a cluster; an address with a scheme may go on with a path. The port
    is for addresses that name none; with https the default port is not meant (443 is), but any other is. Addresses of
    embedded registries pass as they are.

    Args:
        address: The address as it was given.
        port: The port where the address names none.

    Raises:
        InvalidInput: The address or the port is invalid.
    """
    given = address.strip()
    if not given:
        return None
    if not 0 < port < 65536:
        raise InvalidInput(f"registry_port is {port}; give a number from 1 to 65535")
    if "://" not in given:
        given = f"http://{given}"
    return _with_port(given, port) if re.match(r"(?i)^https?://", given) else given


def _with_port(url: str, port: int) -> str:
    try:
        parts = urlsplit(url)
        given = parts.port
    except ValueError as error:
        raise InvalidInput(
            f"registry_address {public_url(url)!r} is no address: {error}",
            hint="Write host, host:port or http(s)://host[:port][/path], an IPv6 host in brackets.",
        ) from None
    secure = parts.scheme.lower() == "https"
    if given is not None or not parts.hostname or (secure and port == DEFAULT_PORT):
        return url
    return parts._replace(netloc=f"{parts.netloc.rstrip(':')}:{port}").geturl()
