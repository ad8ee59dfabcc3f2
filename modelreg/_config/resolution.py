"""Resolution of the settings: arguments before environment before files."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import cast

from attrs import evolve

from modelreg._config.address import Address, read_address
from modelreg._config.files import refuse_readable_by_others
from modelreg._config.settings import (
    ALLOW_PLAINTEXT_VARIABLE,
    DEFAULT_RETRIES,
    MAX_RESPONSE_BYTES,
    ApiVersion,
    Settings,
    Timeouts,
    Token,
    TokenSource,
)
from modelreg.errors import InvalidInput

API_VERSION_VARIABLE = "MODEL_REGISTRY_API_VERSION"
STRICT_FILES_VARIABLE = "MODEL_REGISTRY_STRICT_FILES"
SERVICE_ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"", "0", "false", "no", "off"})


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
    max_response_bytes: int | None = None,
    environ: Mapping[str, str] | None = None,
    service_account_token: str = SERVICE_ACCOUNT_TOKEN,
) -> Settings:
    """Return every setting of one registry; `ModelRegistry` documents the arguments.

    Raises:
        InvalidInput: A setting has no usable value; the message names it and what to write instead.
    """
    chooser = _Chooser(os.environ if environ is None else environ, service_account_token)
    address = chooser.address(url)
    settings = Settings(
        timeouts=chooser.timeouts(timeout),
        retries=chooser.retries(retries),
        api_version=chooser.api_version(api_version, address),
        max_response_bytes=chooser.max_response_bytes(max_response_bytes),
        sources=chooser.sources,
    )
    if address.base_url is None:
        return evolve(settings, embedded=True, store=address.store)
    strict = chooser.switch("strict_files", None, STRICT_FILES_VARIABLE)
    allow = chooser.switch("allow_plaintext_token", allow_plaintext_token, ALLOW_PLAINTEXT_VARIABLE)
    certificate = chooser.file("client_cert", client_cert, "MODEL_REGISTRY_CLIENT_CERT")
    key = chooser.file("client_key", client_key, "MODEL_REGISTRY_CLIENT_KEY")
    if key and not certificate:
        raise InvalidInput("client_key is given without client_cert", hint="Name the certificate's file too.")
    return evolve(
        settings,
        base_url=address.base_url,
        token=chooser.token(token, token_path, exposed=address.plaintext and not allow, strict=strict),
        ca=chooser.file("ca", ca, "MODEL_REGISTRY_CA_CERT"),
        client_cert=certificate,
        client_key=key,
        allow_plaintext_token=allow,
        strict_files=strict,
    )


class _Chooser:
    """The sources of the settings, and what was taken from where."""

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
                reason="no_address",
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
        """Choose the version: an argument, an address given as one, the version's own variable, the other address."""
        version, source = given, "argument"
        if version is None and self.sources["address"] == "argument":
            version, source = address.api_version, "address"
        if version is None:
            version, source = self._environ.get(API_VERSION_VARIABLE, "").strip() or None, API_VERSION_VARIABLE
        if version is None:
            version, source = address.api_version, "address"
        if version is None:
            return None
        if version not in ("v1", "v1alpha3"):
            raise InvalidInput(f"api_version {version!r} ({source}) is not known", hint="Write 'v1' or 'v1alpha3'.")
        self.sources["api_version"] = source
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

    def token(
        self, given: TokenSource | None, path: str | os.PathLike[str] | None, *, exposed: bool, strict: bool
    ) -> Token | None:
        token = self._deliberate_token(given, path) or self._found_token()
        if token is None:
            return None
        if strict and token.deliberate and token.path is not None:
            refuse_readable_by_others(token.path)
            token = evolve(token, strict=True)
        if not exposed:
            return token
        if not token.deliberate:
            return Token(path=token.path, deliberate=False, left_out=True)
        raise InvalidInput(
            f"the token ({self.sources['token']}) would travel in plain text over http",
            hint="Use https, or allow it (behind a mesh in a cluster, say) with allow_plaintext_token=True"
            f" or {ALLOW_PLAINTEXT_VARIABLE}=1.",
            reason="plaintext_token",
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

    def switch(self, name: str, given: bool | None, variable: str) -> bool:
        if given is not None:
            self.sources[name] = "argument"
            return given
        text = self._environ.get(variable, "").strip().lower()
        if text not in _TRUE | _FALSE:
            raise InvalidInput(f"{variable} is {text!r}", hint="Write 1 or 0.")
        if text:
            self.sources[name] = variable
        return text in _TRUE

    def max_response_bytes(self, given: int | None) -> int:
        number = self._number("max_response_bytes", given, "MODEL_REGISTRY_MAX_RESPONSE_BYTES")
        if number is None:
            return MAX_RESPONSE_BYTES
        if isinstance(number, bool) or not re.fullmatch(r"[1-9]\d{0,17}", str(number)):
            raise InvalidInput(
                f"max_response_bytes {number!r} ({self.sources['max_response_bytes']}) is not a whole number above 0"
            )
        return int(number)

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
