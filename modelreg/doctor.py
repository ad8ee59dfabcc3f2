"""Decides how it is found out why a registry cannot be used: one check after the other, each with what to do.

A check that fails ends what depends on it. No token is ever said, only where it came from and what it says of itself.
"""

from __future__ import annotations

import base64
import binascii
import json
import socket
import ssl
from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import attrs

from modelreg._sync.registry import ModelRegistry
from modelreg.config import Settings
from modelreg.config.address import is_loopback
from modelreg.errors import (
    ConnectionFailed,
    DeadlineExceeded,
    Forbidden,
    InvalidInput,
    InvalidResponse,
    ModelRegistryError,
    Unauthorized,
)
from modelreg.wire.tls import tls_context

Status = Literal["pass", "warn", "fail"]
Area = Literal["address", "network", "auth", "registry"]

SECONDS = 5.0
DOCTORS_MODEL = "modelreg-doctor"
_SOON_DAYS = 14
_SOON_SECONDS = 600
_EXPIRED, _NOT_YET, _SELF_SIGNED, _NO_ISSUER, _WRONG_HOST = 10, 9, (18, 19), (2, 20, 21), 62


@attrs.frozen(kw_only=True)
class Check:
    """One thing that was looked at.

    Attributes:
        area: Which exit code a failure has.
        said: What was found.
        advice: What to do; empty where nothing is to be done.
    """

    name: str
    status: Status
    said: str
    advice: str = ""
    area: Area = "registry"


def examine(registry: ModelRegistry, settings: Settings, *, write: bool = False) -> Iterator[Check]:
    """Look at one thing after the other.

    Args:
        registry: Made with these settings.
        write: Write a model of the doctor's own too, and archive it; nothing can be deleted.
    """
    where = registry.describe()["address"].value
    yield Check(name="address", status="pass", said=where, area="address")
    if settings.base_url is not None:
        reached = True
        for check in _network(settings):
            yield check
            reached = reached and check.status != "fail"
        if not reached:
            return
        yield from _token(settings)
    failed = yield from _read(registry, settings)
    if write and not failed:
        yield from _written(registry)


def _network(settings: Settings) -> Iterator[Check]:
    """Look at the name, the port and the certificate."""
    parts = urlsplit(settings.base_url or "")
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        advice = f"Check the spelling of {host!r}; inside a cluster, that its namespace is in it."
        yield Check(name="dns", status="fail", said=f"{host}: {error.strerror}", advice=advice, area="network")
        return
    addresses = ", ".join(dict.fromkeys(str(entry[4][0]) for entry in found))
    yield Check(name="dns", status="pass", said=f"{host} is {addresses}", area="network")
    try:
        socket.create_connection((host, port), timeout=SECONDS).close()
    except OSError as error:
        said = f"port {port}: {'no answer in time' if isinstance(error, TimeoutError) else error.strerror}"
        advice = f"Check the port, and that something listens on {host}:{port}; a firewall may be in between."
        yield Check(name="tcp", status="fail", said=said, advice=advice, area="network")
        return
    yield Check(name="tcp", status="pass", said=f"port {port} answers", area="network")
    yield _tls(settings, host, port) if secure else _plain(host, port)


def _tls(settings: Settings, host: str, port: int) -> Check:
    try:
        context = tls_context(settings)
    except InvalidInput as error:
        return Check(name="tls", status="fail", said=error.message, advice=error.hint or "", area="network")
    if not isinstance(context, ssl.SSLContext):
        context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), timeout=SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            return _certificate(secure)
    except ssl.SSLCertVerificationError as error:
        said = f"the certificate: {error.verify_message}"
        return Check(name="tls", status="fail", said=said, advice=_trust(error), area="network")
    except ssl.SSLError as error:
        said = f"no TLS is spoken on port {port}: {error.reason or error}"
        advice = f"If the server speaks plain http there, write http://{host}:{port}."
        return Check(name="tls", status="fail", said=said, advice=advice, area="network")
    except OSError as error:
        return Check(name="tls", status="fail", said=f"the handshake broke: {error}", area="network")


def _trust(error: ssl.SSLCertVerificationError) -> str:
    code = error.verify_code
    if code == _EXPIRED:
        return "The server's certificate has expired: whoever runs it has to renew it."
    if code == _NOT_YET:
        return "The certificate is not valid yet: check this machine's clock."
    if code == _WRONG_HOST or "ostname" in error.verify_message or "IP address" in error.verify_message:
        return "The certificate is for another name: write the address as the certificate has it."
    if code in (*_SELF_SIGNED, *_NO_ISSUER):
        return "It is signed by an authority that is not trusted: name its certificate in MODEL_REGISTRY_CA_CERT."
    return "Check the certificate, and MODEL_REGISTRY_CA_CERT."


def _certificate(secure: ssl.SSLSocket) -> Check:
    said: Mapping[str, Any] = secure.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(said.get("notAfter", "Jan  1 00:00:00 2100 GMT"))), UTC)
    days = (ends - datetime.now(UTC)).days
    words = f"{secure.version()}, the certificate is valid until {ends:%Y-%m-%d}"
    if days < _SOON_DAYS:
        return Check(name="tls", status="warn", said=words, advice=f"{days} days are left: renew it.", area="network")
    return Check(name="tls", status="pass", said=words, area="network")


def _plain(host: str, port: int) -> Check:
    """Look at an address that is plain http: whether it should be https."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), timeout=SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host),
        ):
            advice = f"Write https://{host}:{port}."
            said = "the address says http, and the server speaks https"
            return Check(name="tls", status="fail", said=said, advice=advice, area="network")
    except OSError:
        pass
    if is_loopback(host):
        return Check(name="tls", status="pass", said="plain http, to this machine", area="network")
    advice = "Fine behind a mesh; elsewhere others can read what is sent, the token too."
    return Check(name="tls", status="warn", said="plain http", advice=advice, area="network")


def _token(settings: Settings) -> Iterator[Check]:
    """Look at the token, without showing it."""
    token = settings.token
    source = settings.sources.get("token", "the pod's service account")
    if token is None:
        yield Check(name="token", status="pass", said="none is given", area="auth")
        return
    if token.left_out:
        advice = "Use https, or set MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN=1 behind a mesh."
        yield Check(name="token", status="warn", said=f"{source}: not sent over plain http", advice=advice, area="auth")
        return
    text = token.value if isinstance(token.value, str) else ""
    if token.path is not None:
        try:
            text = Path(token.path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            said = f"{source}: {token.path} cannot be read: {error}"
            yield Check(name="token", status="fail", said=said, advice="Check the path and its rights.", area="auth")
            return
        source = f"{source}, {token.path}"
    yield _claims(text.strip(), source)


def _claims(text: str, source: str) -> Check:
    claims = jwt_claims(text)
    if claims is None:
        return Check(name="token", status="pass", said=f"from {source}; it says nothing of itself", area="auth")
    audience = claims.get("aud", "nobody in particular")
    audience = ", ".join(map(str, audience)) if isinstance(audience, list) else str(audience)
    said = f"from {source}; for {audience}"
    expiry = claims.get("exp")
    if isinstance(expiry, bool) or not isinstance(expiry, int | float):
        return Check(name="token", status="pass", said=f"{said}; it does not expire", area="auth")
    left = expiry - datetime.now(UTC).timestamp()
    try:
        ends = f"{datetime.fromtimestamp(expiry, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        ends = "a time that no clock shows"
    if left <= 0:
        return Check(
            name="token", status="fail", said=f"{said}; it expired at {ends}", advice="Get a new token.", area="auth"
        )
    status: Status = "warn" if left < _SOON_SECONDS else "pass"
    advice = "Get a new token soon." if status == "warn" else ""
    return Check(name="token", status=status, said=f"{said}; it expires at {ends}", advice=advice, area="auth")


def jwt_claims(text: str) -> Mapping[str, Any] | None:
    """Return what a token says of itself, when it is a JWT; its signature is not looked at."""
    parts = text.split(".")
    if len(parts) != 3:
        return None
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        return None
    return claims if isinstance(claims, dict) else None


def _read(registry: ModelRegistry, settings: Settings) -> Generator[Check, None, bool]:
    """Read one model; answer whether that failed."""
    try:
        found = registry.models.list(limit=1).first()
    except ModelRegistryError as error:
        yield _failed(error, settings)
        return True
    if settings.base_url is not None:
        yield _version(registry)
    said = "a list of models answers" if found is not None else "a list of models answers, with none in it"
    yield Check(name="read", status="pass", said=said)
    return False


def _failed(error: ModelRegistryError, settings: Settings) -> Check:
    said = f"{error.message}{f': {error.server_message}' if error.server_message else ''}"
    advice = error.hint or ""
    match error:
        case Unauthorized() if settings.token is None:
            said, advice = (
                "401: the server wants a token, and none is given",
                "Set MODEL_REGISTRY_TOKEN_PATH or _TOKEN.",
            )
        case Unauthorized():
            said = "401: the token was refused"
            advice = "It is wrong, expired, or meant for another server: check its source and audience above."
        case Forbidden():
            said = "403: the server knows who asks, and refuses"
        case InvalidResponse() if error.status is not None and 300 <= error.status < 400:
            advice = "A login page stands before the registry: a token is missing, or another address leads past it."
        case InvalidResponse():
            advice = advice or "Something else answers there: check host, port and the path before /api/model_registry."
        case ConnectionFailed() | DeadlineExceeded():
            if settings.embedded:
                advice = advice or "Check the path, its rights, and that the file or database is a registry's."
            return Check(name="read", status="fail", said=said, advice=advice, area="network")
    area: Area = "auth" if isinstance(error, Unauthorized | Forbidden) else "registry"
    return Check(name="auth" if area == "auth" else "read", status="fail", said=said, advice=advice, area=area)


def _version(registry: ModelRegistry) -> Check:
    """Say which API version the server speaks; it is known by now."""
    spoken = registry.describe()["api_version"].value
    if spoken == "v1":
        return Check(name="version", status="pass", said="the server speaks v1")
    return Check(
        name="version",
        status="warn",
        said=f"the server speaks {spoken}, not v1",
        advice="An old server: everything works, and newer ones will speak v1 alone.",
    )


def _written(registry: ModelRegistry) -> Iterator[Check]:
    said = f"model {DOCTORS_MODEL!r}"
    try:
        model = registry.models.upsert(DOCTORS_MODEL, description="Written by `modelreg doctor --write`", state="LIVE")
        registry.models.archive(model)
    except ModelRegistryError as error:
        area: Area = "auth" if isinstance(error, Unauthorized | Forbidden) else "registry"
        said = f"{said}: {error.message}"
        yield Check(name="write", status="fail", said=said, advice=error.hint or "Reading is allowed.", area=area)
        return
    yield Check(name="write", status="pass", said=f"{said} written and archived")
