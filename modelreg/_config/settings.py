"""The settings of one registry, and where each came from."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal, TypeAlias

from attrs import field, frozen

from modelreg.errors import InvalidInput, public_url

TokenSource: TypeAlias = str | Callable[[], str] | Callable[[], Awaitable[str]]
ApiVersion: TypeAlias = Literal["v1", "v1alpha3"]

ALLOW_PLAINTEXT_VARIABLE = "MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN"
DEFAULT_RETRIES = 4
# Far above any page of a list.
MAX_RESPONSE_BYTES = 64 * 2**20
CONNECT_SECONDS = 10.0


@frozen
class Described:
    """One setting for people and programs.

    Attributes:
        value: The setting as text, with no secret in it.
        source: Where it came from: "argument", the name of an environment variable, "default", ...
    """

    value: str
    source: str

    def __str__(self) -> str:
        return f"{self.value} [{self.source}]"


@frozen
class Timeouts:
    """Limits on the time of a call, in seconds.

    Attributes:
        total: For the whole call, retries and pauses included.
        connect: For making a connection, once.
        read: For one read from the server, or one write to it.
    """

    total: float = 60.0
    connect: float = CONNECT_SECONDS
    read: float = 30.0

    def __attrs_post_init__(self) -> None:
        for name in ("total", "connect", "read"):
            if not 0 < getattr(self, name) < math.inf:
                raise InvalidInput(f"timeout: {name} has to be a number of seconds above 0")

    def __str__(self) -> str:
        return f"{self.total:g} s (connect {self.connect:g} s, read {self.read:g} s)"

    @classmethod
    def of(cls, seconds: float) -> Timeouts:
        """Return the timeouts that one number of seconds for the whole call stands for.

        Args:
            seconds: Seconds for the whole call.
        """
        return cls(total=seconds, connect=min(CONNECT_SECONDS, seconds), read=seconds)


# Users import both from the package.
Described.__module__ = Timeouts.__module__ = "modelreg"


@frozen
class Token:
    """A bearer token, or where to read it.

    Attributes:
        value: The token, or a callable (sync or async) that returns it.
        path: The file that holds it, if it is not given itself.
        deliberate: True when the caller named it for this registry; False when it was merely found.
        left_out: True when it would have to travel in plain text, and nobody allowed that.
        strict: Refuse a file that other users can read, instead of warning of it.
    """

    value: TokenSource | None = field(default=None, repr=False)
    path: str | None = None
    deliberate: bool = True
    left_out: bool = False
    strict: bool = False


@frozen
class Settings:
    """The settings of one registry.

    Attributes:
        base_url: The server's address without the API prefix and without a slash at its end; None when embedded.
        embedded: Whether the registry is a file or a database of one's own instead of a server.
        store: The embedded registry's database URL; None for a server, and for the default file.
        api_version: The version to use; None to find out on first use.
        token: The bearer token, if there is one.
        ca: A file of certificates to trust instead of the usual ones.
        client_cert: The client's certificate, PEM.
        client_key: Its key, unless it is in the same file.
        timeouts: Limits on the time of a call.
        retries: How often a failed request is sent again at most.
        allow_plaintext_token: Whether a token may go over plain http to another machine.
        max_response_bytes: The size of the largest response that is read, after decompression.
        strict_files: Whether a token file that other users can read is refused.
        sources: Where each setting came from, by its name in `describe()`.
    """

    base_url: str | None = None
    embedded: bool = False
    store: str | None = field(default=None, repr=lambda store: repr(store and public_url(store)))
    api_version: ApiVersion | None = None
    token: Token | None = None
    ca: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    timeouts: Timeouts = Timeouts()
    retries: int = DEFAULT_RETRIES
    allow_plaintext_token: bool = False
    max_response_bytes: int = MAX_RESPONSE_BYTES
    strict_files: bool = False
    sources: Mapping[str, str] = field(factory=dict)

    def describe(self) -> dict[str, Described]:
        """Return every setting with its source, and with no secret in it."""
        shown = {
            "address": self._address(),
            "api_version": self.api_version or "found on first use",
            "token": self._token(),
            "ca": self.ca or "the system's",
            "client_cert": self.client_cert or "none",
            "client_key": self.client_key or "none",
            "timeout": str(self.timeouts),
            "retries": str(self.retries),
            "allow_plaintext_token": "yes" if self.allow_plaintext_token else "no",
            "max_response_bytes": str(self.max_response_bytes),
            "strict_files": "yes" if self.strict_files else "no",
        }
        return {name: Described(value, self.sources.get(name, "default")) for name, value in shown.items()}

    def _address(self) -> str:
        if self.embedded:
            return public_url(self.store) if self.store else "embedded, the default file"
        return self.base_url or "none"

    def _token(self) -> str:
        if self.token is None:
            return "none"
        kind = f"read from {self.token.path}" if self.token.path else "given"
        return f"{kind}, not sent over plain http" if self.token.left_out else kind
