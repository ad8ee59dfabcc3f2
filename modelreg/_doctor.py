"""Checks that find out why a registry cannot be used, one after the other, each with what to do.

A check that fails ends what depends on it. No token is ever shown, only where it came from and what it claims.
"""

import base64
import binascii
import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import attrs

from modelreg._config import Settings
from modelreg._config.address import is_loopback
from modelreg._types.records import public
from modelreg._wire.tls import tls_context
from modelreg.errors import (
    ConnectionFailed,
    DeadlineExceeded,
    Forbidden,
    InvalidInput,
    InvalidResponse,
    ModelRegistryError,
    Unauthorized,
)

Status = Literal["pass", "warn", "fail"]
Area = Literal["address", "network", "auth", "registry"]

SECONDS = 5.0
DOCTORS_MODEL = "modelreg-doctor"
_SOON_DAYS = 14
_SOON_SECONDS = 600
_EXPIRED, _NOT_YET, _SELF_SIGNED, _NO_ISSUER, _WRONG_HOST = 10, 9, (18, 19), (2, 20, 21), 62


@public
@attrs.frozen(kw_only=True)
class Check:
    """One thing that was checked.

    Attributes:
        name: What was checked: "address", "dns", "tcp", "tls", "token", "auth", "version", "read", "serving", "write".
        status: "pass", "warn" or "fail".
        message: What was found.
        advice: What to do; empty where nothing has to be done.
        area: What it belongs to: "address", "network", "auth" or "registry".
    """

    name: str
    status: Status
    message: str
    advice: str = ""
    area: Area = "registry"


def connection_checks(settings: Settings) -> Iterator[Check]:
    """Iterate over the checks that need no request: name, port, certificate and token of a server.

    Nothing follows a check of the network that failed.
    """
    if settings.base_url is None:
        return
    for check in _network(settings):
        yield check
        if check.status == "fail":
            return
    yield from _token(settings)


def _network(settings: Settings) -> Iterator[Check]:
    """Check the name, the port and the certificate."""
    parts = urlsplit(settings.base_url or "")
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        advice = f"Check the spelling of {host!r}; inside a cluster, that its namespace is in it."
        yield Check(name="dns", status="fail", message=f"{host}: {error.strerror}", advice=advice, area="network")
        return
    addresses = ", ".join(dict.fromkeys(str(entry[4][0]) for entry in found))
    yield Check(name="dns", status="pass", message=f"{host} is {addresses}", area="network")
    try:
        socket.create_connection((host, port), timeout=SECONDS).close()
    except OSError as error:
        message = f"port {port}: {'no response in time' if isinstance(error, TimeoutError) else error.strerror}"
        advice = f"Check the port, and that something listens on {host}:{port}; a firewall may be in between."
        yield Check(name="tcp", status="fail", message=message, advice=advice, area="network")
        return
    yield Check(name="tcp", status="pass", message=f"port {port} is open", area="network")
    yield _tls(settings, host, port) if secure else _plain(host, port)


def _tls(settings: Settings, host: str, port: int) -> Check:
    try:
        context = tls_context(settings)
    except InvalidInput as error:
        return Check(name="tls", status="fail", message=error.message, advice=error.hint or "", area="network")
    if not isinstance(context, ssl.SSLContext):
        context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), timeout=SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            return _certificate(secure)
    except ssl.SSLCertVerificationError as error:
        message = f"the certificate: {error.verify_message}"
        return Check(name="tls", status="fail", message=message, advice=_trust(error), area="network")
    except ssl.SSLError as error:
        message = f"no TLS is spoken on port {port}: {error.reason or error}"
        advice = f"If the server speaks plain http there, write http://{host}:{port}."
        return Check(name="tls", status="fail", message=message, advice=advice, area="network")
    except OSError as error:
        return Check(name="tls", status="fail", message=f"the handshake broke: {error}", area="network")


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
    shown: Mapping[str, Any] = secure.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown.get("notAfter", "Jan  1 00:00:00 2100 GMT"))), UTC)
    days = (ends - datetime.now(UTC)).days
    message = f"{secure.version()}, the certificate is valid until {ends:%Y-%m-%d}"
    if days < _SOON_DAYS:
        return Check(
            name="tls", status="warn", message=message, advice=f"{days} days are left: renew it.", area="network"
        )
    return Check(name="tls", status="pass", message=message, area="network")


def _plain(host: str, port: int) -> Check:
    """Check whether an address that is plain http should be https."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), timeout=SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host),
        ):
            advice = f"Write https://{host}:{port}."
            message = "the address says http, and the server speaks https"
            return Check(name="tls", status="fail", message=message, advice=advice, area="network")
    except OSError:
        pass
    if is_loopback(host):
        return Check(name="tls", status="pass", message="plain http, to this machine", area="network")
    advice = "Fine behind a mesh; elsewhere others can read what is sent, the token too."
    return Check(name="tls", status="warn", message="plain http", advice=advice, area="network")


def _token(settings: Settings) -> Iterator[Check]:
    """Check the token, without showing it."""
    token = settings.token
    source = settings.sources.get("token", "the pod's service account")
    if token is None:
        yield Check(name="token", status="pass", message="none is given", area="auth")
        return
    if token.left_out:
        advice = "Use https, or set MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN=1 behind a mesh."
        yield Check(
            name="token", status="warn", message=f"{source}: not sent over plain http", advice=advice, area="auth"
        )
        return
    text = token.value if isinstance(token.value, str) else ""
    if token.path is not None:
        try:
            text = Path(token.path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            message = f"{source}: {token.path} cannot be read: {error}"
            yield Check(
                name="token", status="fail", message=message, advice="Check the path and its rights.", area="auth"
            )
            return
        source = f"{source}, {token.path}"
    yield _claims(text.strip(), source)


def _claims(text: str, source: str) -> Check:
    claims = jwt_claims(text)
    if claims is None:
        return Check(name="token", status="pass", message=f"from {source}; it holds no claims", area="auth")
    audience = claims.get("aud", "any audience")
    audience = ", ".join(map(str, audience)) if isinstance(audience, list) else str(audience)
    message = f"from {source}; for {audience}"
    expiry = claims.get("exp")
    if isinstance(expiry, bool) or not isinstance(expiry, int | float):
        return Check(name="token", status="pass", message=f"{message}; it does not expire", area="auth")
    left = expiry - datetime.now(UTC).timestamp()
    try:
        ends = f"{datetime.fromtimestamp(expiry, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        ends = "a time that no clock shows"
    if left <= 0:
        return Check(
            name="token",
            status="fail",
            message=f"{message}; it expired at {ends}",
            advice="Get a new token.",
            area="auth",
        )
    status: Status = "warn" if left < _SOON_SECONDS else "pass"
    advice = "Get a new token soon." if status == "warn" else ""
    return Check(name="token", status=status, message=f"{message}; it expires at {ends}", advice=advice, area="auth")


def jwt_claims(text: str) -> Mapping[str, Any] | None:
    """Return the claims of a token that is a JWT, without checking its signature; None for any other token."""
    parts = text.split(".")
    if len(parts) != 3:
        return None
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        return None
    return claims if isinstance(claims, dict) else None


def failed_read(error: ModelRegistryError, settings: Settings) -> Check:
    """Return the check of a read that failed."""
    message = f"{error.message}{f': {error.server_message}' if error.server_message else ''}"
    advice = error.hint or ""
    match error:
        case Unauthorized() if settings.token is None:
            message, advice = (
                "401: the server needs a token, and none is given",
                "Set MODEL_REGISTRY_TOKEN_PATH or _TOKEN.",
            )
        case Unauthorized():
            message = "401: the token was refused"
            advice = "It is wrong, expired, or meant for another server: check its source and audience above."
        case Forbidden():
            message = "403: the server knows who sent the request, and refuses it"
        case InvalidResponse() if error.status is not None and 300 <= error.status < 400:
            advice = "A login page stands before the registry: a token is missing, or another address leads past it."
        case InvalidResponse():
            advice = advice or "Something else listens there: check host, port and the path before /api/model_registry."
        case ConnectionFailed() | DeadlineExceeded():
            if settings.embedded:
                advice = advice or "Check the path, its rights, and that the file or database is a registry's."
            return Check(name="read", status="fail", message=message, advice=advice, area="network")
    area: Area = "auth" if isinstance(error, Unauthorized | Forbidden) else "registry"
    return Check(name="auth" if area == "auth" else "read", status="fail", message=message, advice=advice, area=area)


def read_check(*, empty: bool) -> Check:
    """Return the check of a read that succeeded."""
    return Check(name="read", status="pass", message=f"models can be listed{'; there are none' if empty else ''}")


def version_check(version: str) -> Check:
    """Return the check of the API version that a server speaks."""
    if version == "v1":
        return Check(name="version", status="pass", message="the server speaks v1")
    return Check(
        name="version",
        status="warn",
        message=f"the server speaks {version}, not v1",
        advice="An old server: everything works, and newer ones will speak v1 alone.",
    )


def serving_check(service: str, problem: str, command: str) -> Check:
    """Return the check of an inference service whose version KServe cannot load.

    Args:
        service: The service's name.
        problem: Why.
        command: The command that mends it; empty where there is none.
    """
    advice = f"Run `{command}`." if command else "Register a model artifact for it."
    return Check(name="serving", status="warn", message=f"inference service {service!r}: {problem}", advice=advice)


def write_check(error: ModelRegistryError | None = None) -> Check:
    """Return the check of writing, which succeeded or raised an error."""
    if error is None:
        return Check(name="write", status="pass", message=f"model {DOCTORS_MODEL!r} written and archived")
    area: Area = "auth" if isinstance(error, Unauthorized | Forbidden) else "registry"
    message = f"model {DOCTORS_MODEL!r}: {error.message}"
    return Check(name="write", status="fail", message=message, advice=error.hint or "Reading is allowed.", area=area)
