"""Responses: a registry's object, or one of our errors."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from attrs import frozen

from modelreg._config import ALLOW_PLAINTEXT_VARIABLE, Settings
from modelreg._wire.outgoing import Outgoing
from modelreg._wire.retry import Failure, tls_error
from modelreg.errors import (
    Conflict,
    ConnectionFailed,
    DeadlineExceeded,
    Forbidden,
    InvalidInput,
    InvalidResponse,
    ModelRegistryError,
    NotFound,
    RateLimited,
    Rejected,
    ServerError,
    Unauthorized,
    UnsupportedByServer,
    public_url,
)

_PAGE_HINT = "A login page or a proxy answers in the registry's place: check the address and the token."

_BY_STATUS: Mapping[int, type[ModelRegistryError]] = {
    400: InvalidInput,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    405: UnsupportedByServer,
    408: DeadlineExceeded,
    409: Conflict,
    410: UnsupportedByServer,
    412: Conflict,
    413: InvalidInput,
    414: InvalidInput,
    422: InvalidInput,
    429: RateLimited,
    431: InvalidInput,
    501: UnsupportedByServer,
}

_WHAT: Mapping[type[ModelRegistryError], str] = {
    Conflict: "that name or external id is taken",
    DeadlineExceeded: "the server gave up waiting for the request",
    Forbidden: "the server refuses access",
    InvalidInput: "the server refuses the request as malformed",
    NotFound: "there is no such resource",
    RateLimited: "the server asks for fewer requests",
    Rejected: "the server refuses the request",
    ServerError: "the server failed",
    Unauthorized: "the server does not know who is asking",
    UnsupportedByServer: "the server does not offer this",
}


class ObjectResponse(httpx.Response):
    """A registry's own response: a success with a JSON object, or the 404 of a record that is not there.

    Attributes:
        parsed: The JSON object, parsed once.
        outgoing: The request, once a connection returned the response.
    """

    parsed: dict[str, Any]
    outgoing: Outgoing


def response_of(
    status: int, headers: Sequence[tuple[bytes, bytes]] | Sequence[tuple[str, str]], content: bytes
) -> httpx.Response:
    """Return a response whose body was read and decompressed; an `ObjectResponse` if it is what a request is for."""
    if status in (200, 201, 404):
        try:
            parsed = json.loads(content)
        except (ValueError, RecursionError):
            parsed = None
        # A 404 without a message comes from something that stands before the registry.
        if type(parsed) is dict and (status != 404 or type(parsed.get("message")) is str):
            response = ObjectResponse(status, headers=headers, content=content)
            response.parsed = parsed
            return response
    return httpx.Response(status, headers=headers, content=content)


@frozen
class Reply:
    """What a response means.

    Attributes:
        response: The response.
        of_a_registry: Whether a registry wrote this, and not something that stands before it.
        body: The JSON object of an error; empty otherwise.
    """

    response: httpx.Response
    of_a_registry: bool
    body: Mapping[str, Any]

    @property
    def html(self) -> bool:
        """Whether it is a page for people."""
        return "html" in self.response.headers.get("content-type", "").lower() or bool(
            re.match(rb"\s*<(!doctype|html)\b", self.response.content[:200], re.IGNORECASE)
        )


def read_reply(response: httpx.Response) -> Reply:
    """Return what a response means."""
    if isinstance(response, ObjectResponse):
        return Reply(response, True, response.parsed)
    content = response.content
    whole = content[:32].lstrip().startswith(b"{") and content[-32:].rstrip().endswith(b"}")
    if response.is_success:
        return Reply(response, whole, {})
    body = _object(content) if whole else {}
    return Reply(response, isinstance(body.get("message"), str), body)


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def error_of(reply: Reply, outgoing: Outgoing, failure: Failure) -> ModelRegistryError:
    """Return the error that a response is, which is no success with a JSON object."""
    status = reply.response.status_code
    if reply.response.is_success or status < 400 or (status in (404, 410) and not reply.of_a_registry):
        return _misplaced(reply, outgoing)
    if status == 412:
        return outgoing.error(
            Conflict,
            "the record was changed after it was read",
            status=status,
            server_message=_server_text(reply),
            reason="precondition_failed",
            details={"resource": outgoing.path.strip("/").split("/")[0], "id": outgoing.path.rpartition("/")[2]},
        )
    kind = ServerError if status >= 500 and status != 501 else _BY_STATUS.get(status, Rejected)
    code = reply.body.get("code")
    return outgoing.error(
        kind,
        _WHAT[kind],
        status=status,
        code=code if isinstance(code, str) else None,
        server_message=_server_text(reply),
        hint=_hint(reply, outgoing.peer.settings),
        may_have_acted=failure.may_have_acted,
        reason="no_token" if status == 401 and outgoing.peer.settings.token is None else None,
    )


def _misplaced(reply: Reply, outgoing: Outgoing) -> ModelRegistryError:
    """Return the error for a response that no model registry gives."""
    response = reply.response
    if response.has_redirect_location:
        return outgoing.error(
            InvalidResponse,
            "the server sends requests elsewhere",
            status=response.status_code,
            server_message=public_url(response.headers["location"]),
            hint="If that is a login page, a token is missing; if it is the registry, write its address instead.",
            reason="not_a_registry",
        )
    if not response.is_success:
        return outgoing.error(
            InvalidResponse,
            "no model registry answers at this address",
            status=response.status_code,
            server_message=_server_text(reply),
            hint=f"Check {outgoing.peer.settings.base_url or 'the address'}, and the path before /api/model_registry.",
            reason="not_a_registry",
        )
    what = "the response is an HTML page" if reply.html else "the response is not a JSON object"
    if reply.of_a_registry:
        what = "the response is JSON that cannot be read: malformed, nested too deeply, or only half of it"
        if response.status_code not in (200, 201):
            what = "the contract has no response of this status"
    return outgoing.error(
        InvalidResponse,
        what,
        status=response.status_code,
        server_message=_server_text(reply),
        hint=_PAGE_HINT if reply.html else None,
        may_have_acted=outgoing.writes,
        reason=None if reply.of_a_registry else "not_a_registry",
    )


def _server_text(reply: Reply) -> str | None:
    """Return the server's own text, for people."""
    message = reply.body.get("message")
    if isinstance(message, str):
        return message
    text = reply.response.text
    if reply.html:
        title = re.search(r"<title[^>]*>([^<]*)</title>", text, re.IGNORECASE)
        return title[1] if title else None
    return text or None


def _hint(reply: Reply, settings: Settings) -> str | None:
    status, token = reply.response.status_code, settings.token
    if status == 401:
        if token is None:
            return "No token was given: use token=, MODEL_REGISTRY_TOKEN or MODEL_REGISTRY_TOKEN_PATH."
        if token.left_out:
            return (
                f"The token in {token.path} was not sent, because plain http shows it to others;"
                f" {ALLOW_PLAINTEXT_VARIABLE}=1 allows it."
            )
        return "The token was sent and refused: it may have expired, or be meant for another server."
    if status == 403:
        return "In a cluster, the mesh's policy or a role binding has to let this service account reach the registry."
    return _PAGE_HINT if reply.html else None


def error_of_failure(
    error: httpx.HTTPError | httpx.InvalidURL, outgoing: Outgoing, failure: Failure
) -> ModelRegistryError:
    """Return our error for one of httpx's; whoever raises it chains the cause."""
    settings = outgoing.peer.settings
    tls = tls_error(error)
    if isinstance(error, httpx.ConnectError) and tls is not None:
        plain = (settings.base_url or "").replace("https://", "http://", 1)
        spoken = getattr(tls, "reason", None) in _PLAIN_HTTP
        hint = "If the server's certificate is your own authority's, name its file: ca= or MODEL_REGISTRY_CA_CERT."
        return outgoing.error(
            ConnectionFailed,
            f"no TLS is spoken at {settings.base_url}" if spoken else f"no connection to {settings.base_url}",
            server_message=str(error) or None,
            hint=f"If the server speaks plain http there, write {plain}." if spoken else hint,
            reason="no_tls" if spoken else "untrusted_certificate",
            details={"url": plain} if spoken else {"ca": settings.ca},
        )
    kind, what, advice = _no_response(error, settings)
    return outgoing.error(
        kind, what, server_message=str(error) or None, hint=advice, may_have_acted=failure.may_have_acted
    )


# How OpenSSL calls a reply that is no TLS, as a server of plain http gives it.
_PLAIN_HTTP = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "UNEXPECTED_MESSAGE"})


def _no_response(
    error: httpx.HTTPError | httpx.InvalidURL, settings: Settings
) -> tuple[type[ModelRegistryError], str, str | None]:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        hint = "Check the address, and that the server runs."
        return ConnectionFailed, f"no connection to {settings.base_url or 'the embedded registry'}", hint
    if isinstance(error, httpx.PoolTimeout):
        return DeadlineExceeded, "no connection became free in time", None
    if isinstance(error, httpx.TimeoutException):
        return DeadlineExceeded, "no response came in time", None
    if isinstance(error, httpx.ProxyError):
        return ConnectionFailed, "the proxy refuses the connection", "Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY."
    if isinstance(error, httpx.DecodingError):
        return InvalidResponse, "the response is not what its encoding says", None
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol | httpx.InvalidURL):
        return InvalidInput, "the request cannot be sent", None
    return ConnectionFailed, "the connection broke", None
