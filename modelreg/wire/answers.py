"""Decides what an answer means: a registry's object, or one of our errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from attrs import frozen

from modelreg.config import ALLOW_PLAINTEXT_VARIABLE, ApiVersion, Settings
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
from modelreg.wire.retry import READS, Failure, is_certificate_error

_PAGE_HINT = "A login page or a proxy answers in the registry's place: check the address and the token."
# What an error quotes of the server's own words.
SHOWN = 500
_SUCCESS = frozenset({200, 201})

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


@frozen
class Question:
    """What was asked, as far as an error tells it.

    Attributes:
        method: in upper case.
        path: after the version prefix, beginning with a slash.
        version: the version it is put to.
        url: the whole URL; errors show it without secrets.
        scrub: takes tokens out of a text.
    """

    method: str
    path: str
    version: ApiVersion
    url: str
    settings: Settings
    scrub: Callable[[str], str] = str

    @property
    def resource(self) -> str:
        """What the request is about, such as ``registered_models/17``."""
        return self.path.strip("/")

    @property
    def writes(self) -> bool:
        """Whether the request is to change something."""
        return self.method not in READS

    def error(
        self,
        kind: type[ModelRegistryError],
        what: str,
        *,
        status: int | None = None,
        code: str | None = None,
        server_message: str | None = None,
        hint: str | None = None,
        may_have_acted: bool = False,
    ) -> ModelRegistryError:
        """Make an error about this question."""
        return kind(
            f"{what} ({self.method} {self.path})"
            if status is None
            else f"{what} ({status}, {self.method} {self.path})",
            status=status,
            code=code,
            server_message=server_message and shortened(self.scrub(server_message)),
            method=self.method,
            url=self.url,
            resource=self.resource,
            hint=hint,
            may_have_acted=may_have_acted,
        )


@frozen
class Answer:
    """An answer, looked at once.

    Attributes:
        good: whether the generated parser can be given it.
        of_a_registry: whether a registry said this, and not something that stands before it.
        said: the JSON object of a failure; empty otherwise.
    """

    response: httpx.Response
    good: bool
    of_a_registry: bool
    said: Mapping[str, Any]

    @property
    def html(self) -> bool:
        """Whether it is a page for people."""
        return "html" in self.response.headers.get("content-type", "").lower() or bool(
            re.match(rb"\s*<(!doctype|html)\b", self.response.content[:200], re.IGNORECASE)
        )


def look_at(response: httpx.Response) -> Answer:
    """Look at an answer whose body was read.

    The body of a success is not parsed here, only seen to be an object from end to end: it is parsed once, by the
    generated code.
    """
    content = response.content
    whole = content[:32].lstrip().startswith(b"{") and content[-32:].rstrip().endswith(b"}")
    if response.is_success:
        return Answer(response, response.status_code in _SUCCESS and whole, whole, {})
    said = _object(content) if whole else {}
    return Answer(response, False, isinstance(said.get("message"), str), said)


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        parsed = json.loads(content)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def error_of(answer: Answer, question: Question, failure: Failure) -> ModelRegistryError:
    """Return the error that an answer without a usable body is."""
    status = answer.response.status_code
    if answer.response.is_success or status < 400 or (status in (404, 410) and not answer.of_a_registry):
        return _misplaced(answer, question)
    kind = ServerError if status >= 500 and status != 501 else _BY_STATUS.get(status, Rejected)
    code = answer.said.get("code")
    return question.error(
        kind,
        _WHAT[kind],
        status=status,
        code=code if isinstance(code, str) else None,
        server_message=_words(answer),
        hint=_hint(answer, question),
        may_have_acted=failure.may_have_acted,
    )


def _misplaced(answer: Answer, question: Question) -> ModelRegistryError:
    """Return the error for an answer that no model registry gives."""
    response = answer.response
    if response.has_redirect_location:
        return question.error(
            InvalidResponse,
            "the server sends requests elsewhere",
            status=response.status_code,
            server_message=public_url(response.headers["location"]),
            hint="If that is a login page, a token is missing; if it is the registry, write its address instead.",
        )
    if not response.is_success:
        return question.error(
            InvalidResponse,
            "no model registry answers at this address",
            status=response.status_code,
            server_message=_words(answer),
            hint=f"Check {question.settings.base_url or 'the address'}, and the path before /api/model_registry.",
        )
    what = "the answer is an HTML page" if answer.html else "the answer is not a JSON object"
    return question.error(
        InvalidResponse,
        "the contract has no answer of this status" if answer.of_a_registry else what,
        status=response.status_code,
        server_message=_words(answer),
        hint=_PAGE_HINT if answer.html else None,
        may_have_acted=question.writes,
    )


def unreadable(response: httpx.Response, question: Question) -> ModelRegistryError:
    """Return the error for a success whose body the generated parser could not read."""
    return question.error(
        InvalidResponse,
        "the answer is JSON that does not fit the contract, or only half of it",
        status=response.status_code,
        server_message=response.text,
        may_have_acted=question.writes,
    )


def _words(answer: Answer) -> str | None:
    """Return what the server said, as text for people."""
    message = answer.said.get("message")
    if isinstance(message, str):
        return message
    text = answer.response.text
    if answer.html:
        title = re.search(r"<title[^>]*>([^<]*)</title>", text, re.IGNORECASE)
        return title[1] if title else None
    return text or None


def _hint(answer: Answer, question: Question) -> str | None:
    status, token = answer.response.status_code, question.settings.token
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
    return _PAGE_HINT if answer.html else None


def shortened(text: str) -> str:
    """Return a text in one line, cut where it grows too long to be shown."""
    line = " ".join(text[: 4 * SHOWN].split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}..."


def error_of_failure(
    error: httpx.HTTPError | httpx.InvalidURL, question: Question, failure: Failure
) -> ModelRegistryError:
    """Return our error for one of httpx's; whoever raises it chains the cause."""
    kind, what, hint = _no_answer(error, question)
    return question.error(
        kind, what, server_message=str(error) or None, hint=hint, may_have_acted=failure.may_have_acted
    )


def _no_answer(
    error: httpx.HTTPError | httpx.InvalidURL, question: Question
) -> tuple[type[ModelRegistryError], str, str | None]:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        hint = "Check the address, and that the server runs."
        if is_certificate_error(error):
            hint = "If the server's certificate is your own authority's, name its file: ca= or MODEL_REGISTRY_CA_CERT."
        return ConnectionFailed, f"no connection to {question.settings.base_url or 'the embedded registry'}", hint
    if isinstance(error, httpx.PoolTimeout):
        return DeadlineExceeded, "no connection became free in time", None
    if isinstance(error, httpx.TimeoutException):
        return DeadlineExceeded, "no answer came in time", None
    if isinstance(error, httpx.DecodingError):
        return InvalidResponse, "the answer is not what its encoding says", None
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol | httpx.InvalidURL):
        return InvalidInput, "the request cannot be sent", None
    return ConnectionFailed, "the connection broke", None
