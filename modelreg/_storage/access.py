"""What may be read on behalf of a registry, whose URIs are not to be trusted.

A hostile registry could name a file of this machine, a service that listens on its loopback, or the cloud's metadata
service. Reading is therefore limited to schemes, files to where the user keeps models, and hosts to public ones.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Collection
from typing import TypeAlias

import attrs

from modelreg._storage.location import READABLE, Location, parse_location
from modelreg._storage.settings import STORE_VARIABLE, store_root
from modelreg.errors import ConnectionFailed, Forbidden, public_url

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

# Metadata services of clouds that are neither loopback nor link-local.
_METADATA = frozenset(
    map(ipaddress.ip_address, ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"))
)

# IPv6 addresses that stand for the IPv4 address in their last 32 bits.
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


@attrs.frozen
class Access:
    """What the caller allows to be read.

    Attributes:
        schemes: Of the URIs.
        allow_local: Whether a host that a URI names may be on the loopback or link-local network.
        allow_files: Whether files of this machine may be read: the registry is a file of this user's own. Without it,
            only those below `MODEL_REGISTRY_STORE`.
    """

    schemes: frozenset[str] = READABLE
    allow_local: bool = False
    allow_files: bool = False

    @classmethod
    def of(
        cls, *, schemes: Collection[str] | None = None, allow_local: bool = False, allow_files: bool = False
    ) -> Access:
        """Return what a call's arguments allow.

        Args:
            schemes: Such as ``["s3", "https"]``; None for the usual ones. Naming ``file`` allows files.
            allow_local: As the attribute.
            allow_files: As the attribute.
        """
        if schemes is None:
            return cls(READABLE, allow_local, allow_files)
        named = frozenset(scheme.lower().removesuffix("://") for scheme in schemes)
        return cls(named, allow_local, allow_files or "file" in named)

    def check(self, location: Location) -> None:
        """Check that a location may be read; hosts are checked when they are connected to.

        Args:
            location: Of a file or folder.

        Raises:
            Forbidden: It may not; `reason` is `unsafe_location`.
        """
        if location.scheme not in self.schemes:
            allowed = ", ".join(sorted(self.schemes)) or "nothing"
            raise _forbidden(location.uri, f"its scheme is {location.scheme}", f"schemes= allows {allowed}.")
        if location.scheme == "file" and not self.allow_files and not _is_below_store(location):
            raise _forbidden(
                location.uri,
                "it is a file of this machine",
                f"Files are read below {STORE_VARIABLE}, and for a registry in a file of your own.",
            )


def _forbidden(uri: str, why: str, hint: str) -> Forbidden:
    return Forbidden(
        f"{public_url(uri)} is not read: {why}", hint=hint, reason="unsafe_location", details={"uri": public_url(uri)}
    )


def _is_below_store(location: Location) -> bool:
    root = store_root()
    if root is None:
        return False
    store = parse_location(root)
    if store.scheme != "file":
        return False
    below, path = os.path.realpath(store.path), os.path.realpath(location.path)
    return path == below or path.startswith(below.rstrip(os.sep) + os.sep)


def resolve_host(host: str, port: int, *, allow_local: bool, uri: str) -> list[str]:
    """Return the addresses of a host that may be connected to.

    Args:
        host: A name or an address.
        port: The port.
        allow_local: Whether loopback and link-local addresses may be.
        uri: For the message.

    Raises:
        ConnectionFailed: The name has no address.
        Forbidden: One of its addresses is loopback, link-local or a metadata service's, and that is not allowed.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ConnectionFailed(f"the host {host!r} cannot be found", server_message=str(error), url=uri) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allow_local:
        for address in addresses:
            if _is_local(ipaddress.ip_address(address.partition("%")[0])):
                raise _forbidden(uri, f"{host} is at {address}, on this machine or its link", "allow_local= allows it.")
    return addresses


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine by its name or address.

    Args:
        host: Without a port.
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _is_local(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None and _is_local(inner):
            return True
        if address in _TRANSLATED and _is_local(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)):
            return True
    local = address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast
    return local or address in _METADATA or (isinstance(address, ipaddress.IPv4Address) and address.packed[0] == 0)
