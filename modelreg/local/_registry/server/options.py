"""Options of a served registry, checked when they are made; imports no HTTP server."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from attrs import Attribute, field, frozen

from modelreg.local._registry.errors import LocalError

AccessLog: TypeAlias = Literal["text", "json", "none"]
STRICT_FILES_VARIABLE = "MODEL_REGISTRY_STRICT_FILES"
MEBIBYTE = 1024 * 1024
#: Open files left to the database, the log and the listening socket when the number of connections is derived.
RESERVED_FILES = 96
MOST_CONNECTIONS = 1000
ANY_HOST = "*"
_PLAIN_TOKEN = (
    "the token will cross the network in plain text, where others can read it: "
    "give --certfile, or put a proxy that speaks TLS in front"
)
_ONLY_LOOPBACK = "without a token, only requests for a loopback host are taken: name other hosts with --allowed-host"
_TRUE = frozenset({"1", "true", "yes", "on"})
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f:.]+")


class ServeError(LocalError):
    """The server cannot be started with these options; the message names the option."""


def _positive(_limits: object, attribute: Attribute[Any], value: Any) -> None:
    if value is not None and not (value > 0 and math.isfinite(value)):
        raise ServeError(f"{attribute.name} is {value}: it has to be a number above 0")


def _texts(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


@frozen
class Limits:
    """What clients may take of a server.

    Attributes:
        max_body: Bytes that one request's body may have; more is 413.
        max_bodies_in_flight: Bytes that the bodies of all requests under way may have; more is 503.
        max_connections: Connections open at once. When there are as many, a new one closes the one that has waited
            longest without a request. None: as many as the limit on open files leaves room for, at most 1,000.
        header_seconds: Seconds from the opening of a connection, or the first byte of a request, to the end of its
            headers; also for a TLS handshake.
        body_seconds: Seconds from the end of the headers to the end of the body; more is 408.
        idle_seconds: Seconds that a connection is kept without a request, or without the client reading a response.
    """

    max_body: int = field(default=16 * MEBIBYTE, validator=_positive)
    max_bodies_in_flight: int = field(default=64 * MEBIBYTE, validator=_positive)
    max_connections: int | None = field(default=None, validator=_positive)
    header_seconds: float = field(default=15.0, validator=_positive)
    body_seconds: float = field(default=60.0, validator=_positive)
    idle_seconds: float = field(default=60.0, validator=_positive)

    def connections(self) -> int:
        """Return how many connections may be open at once in this process.

        Raises:
            ServeError: The limit on open files is too low for ``max_connections``.
        """
        files = open_files_limit()
        if self.max_connections is None:
            return MOST_CONNECTIONS if files is None else min(MOST_CONNECTIONS, max(files - RESERVED_FILES, files // 4))
        if files is not None and self.max_connections > files - RESERVED_FILES // 2:
            raise ServeError(
                f"max_connections is {self.max_connections}, and this process may open {files} files "
                f"(ulimit -n): lower the one or raise the other to {self.max_connections + RESERVED_FILES}"
            )
        return self.max_connections


def open_files_limit() -> int | None:
    """Return how many files this process may have open; None where the system has no such limit."""
    try:
        import resource
    except ImportError:  # not on this system
        return None
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if soft == resource.RLIM_INFINITY else soft


@frozen
class ServeOptions:
    """How a registry is served.

    Attributes:
        store: The registry, as ``LocalTransport`` takes it; None for the user's own file.
        host: Address to bind to.
        port: Port to bind to; 0 takes a free one.
        token_file: File with the bearer token that every request has to carry, except those for health.
        insecure: Serve an address that others reach without asking for a token.
        certfile: Certificate to speak TLS with, followed by its private key unless ``keyfile`` has it.
        keyfile: Private key of the certificate.
        allowed_hosts: Host names, beside those of loopback, that requests may be addressed to; ``*`` for any.
        allowed_origins: Origins (``https://host:port``) whose web pages may use the registry from a browser.
        read_only: Refuse every request that would write.
        access_log: ``text``, ``json`` (every line of the log is a JSON object) or ``none``.
        limits: What clients may take.
        strict_files: Refuse a token file that other users can read; None asks ``MODEL_REGISTRY_STRICT_FILES``.

    Raises:
        ServeError: The options contradict one another, or would hand the registry to the network by accident.
    """

    store: str | Path | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8080
    token_file: Path | None = None
    insecure: bool = False
    certfile: Path | None = None
    keyfile: Path | None = None
    allowed_hosts: tuple[str, ...] = field(default=(), converter=_texts)
    allowed_origins: tuple[str, ...] = field(default=(), converter=_texts)
    read_only: bool = False
    access_log: AccessLog = "text"
    limits: Limits = field(factory=Limits)
    strict_files: bool | None = None

    def __attrs_post_init__(self) -> None:
        """Check the options together."""
        if not (is_loopback(self.host) or self.token_file or self.insecure):
            raise ServeError(
                f"{self.host} can be reached by others: give --token-file, or --insecure to serve it to all"
            )
        if self.keyfile and not self.certfile:
            raise ServeError("--keyfile needs --certfile")
        if self.access_log not in get_args(AccessLog):
            raise ServeError(f"--access-log is one of {', '.join(get_args(AccessLog))}, not {self.access_log!r}")
        for host in self.allowed_hosts:
            if host != ANY_HOST and not _HOST.fullmatch(host):
                raise ServeError(f"--allowed-host {host!r} is not a host name: give it without scheme and port")
        for origin in self.allowed_origins:
            _check_origin(origin)

    @property
    def strict(self) -> bool:
        """Whether a token file that other users can read is refused."""
        if self.strict_files is not None:
            return self.strict_files
        return os.environ.get(STRICT_FILES_VARIABLE, "").strip().lower() in _TRUE

    def warnings(self) -> list[str]:
        """Return what the operator should know before the server starts."""
        if is_loopback(self.host):
            return []
        if self.token_file and not self.certfile:
            return [_PLAIN_TOKEN]
        if not self.token_file and not self.allowed_hosts:
            return [_ONLY_LOOPBACK]
        return []


def is_loopback(host: str) -> bool:
    """Return whether a host name or address can only mean this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check_origin(origin: str) -> None:
    parts = urlsplit(origin)
    if parts.scheme not in ("http", "https") or not parts.netloc or origin != f"{parts.scheme}://{parts.netloc}":
        raise ServeError(f"--allowed-origin {origin!r} is not an origin: write https://host or http://host:port")
