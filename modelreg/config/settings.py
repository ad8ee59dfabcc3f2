"""Decides every setting of one registry, and remembers where each came from."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal, TypeAlias, cast

from attrs import field, frozen

from modelreg.config.address import Address, read_address
from modelreg.errors import InvalidInput, public_url

TokenSource: TypeAlias = str | Callable[[], str] | Callable[[], Awaitable[str]]
ApiVersion: TypeAlias = Literal["v1", "v1alpha3"]

SERVICE_ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"
ALLOW_PLAINTEXT_VARIABLE = "MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN"
DEFAULT_RETRIES = 4
CONNECT_SECONDS = 10.0

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"", "0", "false", "no", "off"})


@frozen
class Timeouts:
    """Seconds that may pass before a call is given up.

    Attributes:
        total: for the whole call, repeats and pauses included.
        connect: for making a connection, once.
        read: for the server to say something, once.
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
        """Make the timeouts that a single number of seconds for the whole call means."""
        return cls(total=seconds, connect=min(CONNECT_SECONDS, seconds), read=seconds)


@frozen
class Token:
    """Where the token comes from: the text or callable itself, or a file that is read when needed.

    Attributes:
        value: the token, or a callable (sync or async) that answers it.
        path: the file that holds it, if it is not given itself.
        deliberate: True when the caller named it for this registry; False when it was merely found.
        left_out: True when it would have to travel in plain text, and nobody allowed that.
    """

    value: TokenSource | None = field(default=None, repr=False)
    path: str | None = None
    deliberate: bool = True
    left_out: bool = False


@frozen
class Settings:
    """What was chosen for one registry; `sources` says from where each choice came.

    Attributes:
        base_url: the server's address without the API prefix and without a slash at its end; None when embedded.
        store: the embedded registry's database URL; None for a server, and for the default file.
        api_version: the version to speak; None to find out on first use.
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
    sources: Mapping[str, str] = field(factory=dict)

    def describe(self) -> dict[str, str]:
        """Return every choice as ``"value (source)"``, with no secret in it."""
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
        }
        return {name: f"{value} [{self.sources.get(name, 'default')}]" for name, value in shown.items()}

    def _address(self) -> str:
        if self.embedded:
            return public_url(self.store) if self.store else "embedded, the default file"
        return self.base_url or "none"

    def _token(self) -> str:
        if self.token is None:
            return "none"
        kind = f"read from {self.token.path}" if self.token.path else "given"
        return f"{kind}, not sent over plain http" if self.token.left_out else kind


def resolve(
    url: str | os.PathLike[str] | None = None,
    *,
    token: TokenSource | None = None,
    token_path: str | os.PathLike[str] | None = None,
    ca: str | os.PathLike[str] | None = None,
    client_cert: str | os.PathLike[str] | None = None,
    client_key: str | os.PathLike[str] | None = None,
    timeout: float | Timeouts | None = None,
    retries: int | None = None,
    allow_plaintext_token: bool | None = None,
    api_version: str | None = None,
    environ: Mapping[str, str] | None = None,
    service_account_token: str = SERVICE_ACCOUNT_TOKEN,
) -> Settings:
    """Decide every setting of one registry.

    Args:
        url: an http(s) address, ``sqlite:///file``, ``postgresql://...``, or the path of a file; None for
            ``MODEL_REGISTRY_URL``, and without that the embedded registry in the user's own default file.
        token: a token, or a callable (sync or async) that answers one before each request.
        token_path: a file that holds the token and may be rewritten at any time.
        ca: a file of certificates to trust instead of the system's.
        client_cert: the client's certificate, PEM.
        client_key: its key, unless it stands in the same file.
        timeout: seconds for the whole call, or `Timeouts`.
        retries: how often a failed request is repeated at most.
        allow_plaintext_token: whether a token may go over plain http to another machine.
        api_version: ``v1`` or ``v1alpha3``; None finds out on first use.
        environ: the environment to read, `os.environ` unless given.
        service_account_token: the file in which a pod finds its token.

    Raises:
        InvalidInput: when a setting cannot be meant; the message says what to write instead.
    """
    chooser = _Chooser(os.environ if environ is None else environ, service_account_token)
    address = chooser.address(url)
    timeouts, repeats = chooser.timeouts(timeout), chooser.retries(retries)
    if address.base_url is None:
        return Settings(embedded=True, store=address.store, timeouts=timeouts, retries=repeats, sources=chooser.sources)
    allow = chooser.allow_plaintext_token(allow_plaintext_token)
    certificate = chooser.file("client_cert", client_cert, "MODEL_REGISTRY_CLIENT_CERT")
    key = chooser.file("client_key", client_key, "MODEL_REGISTRY_CLIENT_KEY")
    if key and not certificate:
        raise InvalidInput("client_key is given without client_cert", hint="Name the certificate's file too.")
    return Settings(
        base_url=address.base_url,
        api_version=chooser.api_version(api_version, address),
        token=chooser.token(token, token_path, exposed=address.plaintext and not allow),
        ca=chooser.file("ca", ca, "MODEL_REGISTRY_CA_CERT"),
        client_cert=certificate,
        client_key=key,
        timeouts=timeouts,
        retries=repeats,
        allow_plaintext_token=allow,
        sources=chooser.sources,
    )


class _Chooser:
    """Makes one choice after the other and remembers where each came from."""

    def __init__(self, environ: Mapping[str, str], service_account_token: str) -> None:
        self._environ = environ
        self._service_account_token = service_account_token
        self.sources: dict[str, str] = {}

    def address(self, given: str | os.PathLike[str] | None) -> Address:
        if given is not None:
            self.sources["address"] = "argument"
            return read_address(given)
        if url := self._environ.get("MODEL_REGISTRY_URL"):
            self.sources["address"] = "MODEL_REGISTRY_URL"
            return read_address(url)
        if place := self._unattended():
            raise InvalidInput(
                f"no registry is named, and a file inside {place} would be lost with it",
                hint="Set MODEL_REGISTRY_URL to the registry's address, or give it as the first argument;"
                " for an embedded registry on purpose, give the path of its file.",
            )
        self.sources["address"] = "default"
        return Address()

    def _unattended(self) -> str | None:
        if self._environ.get("KUBERNETES_SERVICE_HOST") or os.path.exists(self._service_account_token):
            return "a pod"
        return "a CI job" if self._environ.get("CI", "").lower() not in _FALSE else None

    def api_version(self, given: str | None, address: Address) -> ApiVersion | None:
        version = given if given is not None else address.api_version
        if version is None:
            return None
        if version not in ("v1", "v1alpha3"):
            raise InvalidInput(f"api_version {version!r} is not known", hint="Write 'v1' or 'v1alpha3'.")
        self.sources["api_version"] = "address" if given is None else "argument"
        return cast("ApiVersion", version)

    def file(self, name: str, given: str | os.PathLike[str] | None, variable: str) -> str | None:
        path = self._path(name, given, variable)
        if path is not None and not os.path.isfile(path):
            raise InvalidInput(f"{name}: there is no file {path!r}", hint=f"It came from {self.sources[name]}.")
        return path

    def _path(self, name: str, given: str | os.PathLike[str] | None, variable: str) -> str | None:
        path = given if given is not None else self._environ.get(variable)
        if not path:
            return None
        self.sources[name] = variable if given is None else "argument"
        return os.path.expanduser(os.fspath(path))

    def token(self, given: TokenSource | None, path: str | os.PathLike[str] | None, *, exposed: bool) -> Token | None:
        token = self._deliberate_token(given, path) or self._found_token()
        if token is None or not exposed:
            return token
        if not token.deliberate:
            return Token(path=token.path, deliberate=False, left_out=True)
        raise InvalidInput(
            f"the token ({self.sources['token']}) would travel in plain text over http",
            hint="Use https, or allow it (behind a mesh in a cluster, say) with allow_plaintext_token=True"
            f" or {ALLOW_PLAINTEXT_VARIABLE}=1.",
        )

    def _deliberate_token(self, given: TokenSource | None, path: str | os.PathLike[str] | None) -> Token | None:
        if given is not None and path is not None:
            raise InvalidInput("token and token_path are both given", hint="Give one of them.")
        if given is not None:
            self.sources["token"] = "argument"
            return Token(value=given)
        if path is None and (value := self._environ.get("MODEL_REGISTRY_TOKEN")):
            self.sources["token"] = "MODEL_REGISTRY_TOKEN"
            return Token(value=value)
        named = self._path("token", path, "MODEL_REGISTRY_TOKEN_PATH")
        return None if named is None else Token(path=named)

    def _found_token(self) -> Token | None:
        if path := self._path("token", None, "KF_PIPELINES_SA_TOKEN_PATH"):
            return Token(path=path, deliberate=False)
        if os.path.isfile(self._service_account_token):
            self.sources["token"] = "the pod's service account"
            return Token(path=self._service_account_token, deliberate=False)
        return None

    def allow_plaintext_token(self, given: bool | None) -> bool:
        if given is not None:
            self.sources["allow_plaintext_token"] = "argument"
            return given
        text = self._environ.get(ALLOW_PLAINTEXT_VARIABLE, "").strip().lower()
        if text not in _TRUE | _FALSE:
            raise InvalidInput(f"{ALLOW_PLAINTEXT_VARIABLE} is {text!r}", hint="Write 1 or 0.")
        if text:
            self.sources["allow_plaintext_token"] = ALLOW_PLAINTEXT_VARIABLE
        return text in _TRUE

    def timeouts(self, given: float | Timeouts | None) -> Timeouts:
        if isinstance(given, Timeouts):
            self.sources["timeout"] = "argument"
            return given
        text = self._number("timeout", given, "MODEL_REGISTRY_TIMEOUT")
        try:
            return Timeouts() if text is None else Timeouts.of(float(text))
        except (TypeError, ValueError) as error:
            raise InvalidInput(
                f"timeout {text!r} ({self.sources['timeout']}) is not a number of seconds above 0"
            ) from error

    def retries(self, given: int | None) -> int:
        text = self._number("retries", given, "MODEL_REGISTRY_RETRIES")
        if text is None:
            return DEFAULT_RETRIES
        if not re.fullmatch(r"\d{1,3}", str(text)):
            raise InvalidInput(f"retries {text!r} ({self.sources['retries']}) is not a whole number from 0 to 999")
        return int(text)

    def _number(self, name: str, given: float | None, variable: str) -> float | str | None:
        if given is not None:
            self.sources[name] = "argument"
            return given
        if text := self._environ.get(variable, "").strip():
            self.sources[name] = variable
            return text
        return None
