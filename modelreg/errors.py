"""The errors that modelreg raises: one tree, each branch with what happened and what to do about it.

Imports nothing but the standard library, so that ``except modelreg.errors.NotFound`` costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import unquote

_SECRET_PARAMETER = re.compile(r"(?i)token|secret|passw|credential|signature|api_?key|auth")
_HARMLESS_PARAMETERS = frozenset({"nextPageToken"})
_MASK = "***"
_SCHEME = re.compile(r"(?i)[a-z][a-z0-9+.-]*://")
# C0 and C1 controls, what turns the direction of writing, line and paragraph separators, halves of characters.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


# Why something was refused, for programs; `details` holds the facts that go with it.
Reason = Literal[
    "uri_differs",  # details: model, version, registered_uri, uri
    "digest_differs",  # details: model, version, registered_digest, digest
    "archived",  # details: resource ("model" or "version"), name, id
    "name_taken",  # details: resource, name, and where it is known who holds it: holder, holder_id
    "name_equal_in_database",  # details: resource, name, holder, holder_id
    "external_id_taken",  # details: resource, external_id, holder, holder_id
    "changed_concurrently",  # details: resource, name
    "fixed_field",  # details: resource, name, field
    "cannot_be_changed",  # details: resource, name, fields
    "breaks_serving",  # details: version_id, kind, name
    "alias_in_use",  # details: model, version, aliases
    "upload_in_progress",  # details: uri, digest (claimed), given_digest
    "location_not_empty",  # details: uri, file (one that is there and no part of the upload)
    "target_exists",  # details: path
    "unsafe_path",  # details: path
    "empty_folder",
    "unsafe_location",  # details: uri; a scheme, host or file that may not be read for a registry
    "no_digest",  # details: uri
    "altered",  # details: uri, file where it is one, expected, actual
    "missing_file",  # details: uri, file
    "unlisted_file",  # details: uri, file
    "file_changed",  # details: file
    "upload_unfinished",  # details: uri
    "unsigned",  # details: uri
    "bad_signature",  # details: uri
    "disk_full",  # details: path
    "bucket_missing",  # details: uri
    "stalled",  # details: uri, seconds
    "unsupported_version",  # details: needs (the API versions that have it), operation or field
    "precondition_failed",  # details: resource, id
    "not_a_registry",
    "plaintext_token",
    "credentials_in_uri",  # details: field, what
    "response_too_large",
    "paging_does_not_end",
    "no_address",
    "no_token",
    "no_tls",  # details: url (the same address with http)
    "untrusted_certificate",  # details: ca
    "filter_syntax",  # details: text, position
    "not_an_id",  # details: resource, id
    "no_direction",  # details: metric
]


def public_url(url: str) -> str:
    """Return the URL without what must not be shown: user, password, fragment and secret query values.

    Args:
        url: Any URL; it need not be well formed. A password may hold characters that a URL would have to escape.
    """
    scheme = _SCHEME.match(url)
    if scheme and (end := _end_of_user(url, scheme.end())) >= 0:
        if _SECRET_PARAMETER.search(url[:end].partition("?")[2]):
            # The "@" may stand in a secret of the query as well; what follows it is then a part of that.
            return f"{scheme[0]}{_MASK}"
        url = scheme[0] + url[end + 1 :]
    head, _, query = url.partition("#")[0].partition("?")
    if not query:
        return head
    return f"{head}?{'&'.join(_public_parameter(pair) for pair in query.split('&'))}"


def _end_of_user(url: str, start: int) -> int:
    """Return where the "@" behind user and password is, or -1; `start` is where the scheme ends."""
    authority = re.split(r"[/?#]", url[start:], maxsplit=1)[0]
    if "@" in authority and not url.lower().startswith("postgres"):
        return start + authority.rindex("@")
    # A password may hold "/", "?", "#" and "@" as they are; "host:port" tells that there is no user.
    host_and_port = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(:\d*)?", authority)
    if host_and_port and not url.lower().startswith("postgres"):
        return -1
    return url.rfind("@")


def printable(text: str, *, lines: bool = False) -> str:
    """Return a text with its control characters escaped, so that a terminal or a log shows it and does not obey it.

    Args:
        text: Any text, such as a server's.
        lines: Whether line breaks and tabs stay.
    """
    if text.isprintable():
        return text
    return _CONTROL.sub(lambda match: match[0] if lines and match[0] in "\n\t" else ascii(match[0])[1:-1], text)


def _public_parameter(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    if equals and name not in _HARMLESS_PARAMETERS and _SECRET_PARAMETER.search(unquote(name)):
        return f"{name}={_MASK}"
    return pair


class ModelRegistryError(Exception):
    """The root of the errors that modelreg raises.

    Attributes:
        message: what happened, in our words.
        status: HTTP status of the response, when there was one.
        code: the code in the server's error body.
        server_message: what the server reported about it, shortened.
        method: HTTP method of the request.
        url: URL of the request, without secrets.
        resource: what it was about, such as ``registered_models/17``.
        hint: what is likely to help.
        may_have_acted: True when the request wrote something, or meant to, and nobody can say whether it did:
            look before writing again.
        reason: why, as one of `Reason`; None where the class tells it all. `code` is the server's own.
        details: the facts behind the reason.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        server_message: str | None = None,
        method: str | None = None,
        url: str | None = None,
        resource: str | None = None,
        hint: str | None = None,
        may_have_acted: bool = False,
        reason: Reason | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        message = printable(message, lines=True)
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = None if code is None else printable(code)
        self.server_message = None if server_message is None else printable(server_message)
        self.method = method
        self.url = None if url is None else printable(public_url(url))
        self.resource = None if resource is None else printable(resource)
        self.hint = None if hint is None else printable(hint, lines=True)
        self.may_have_acted = may_have_acted
        self.reason: Reason | None = reason
        self.details: Mapping[str, object] = dict(details or {})

    def __str__(self) -> str:
        text = self.message
        if self.server_message:
            text = f"{text}: {self.server_message}"
        if self.hint:
            text = f"{text.rstrip('.')}. {self.hint}"
        return text


ModelRegistryError.__module__ = "modelreg"  # which users may import it from as well


class NotFound(ModelRegistryError, LookupError):
    """The record is not in the registry."""


class Conflict(ModelRegistryError):
    """Something else already has that name or id, or holds other values than the given ones."""


class InvalidInput(ModelRegistryError, ValueError):
    """An argument is invalid, or the server rejected the request (400, 413, 414, 422)."""


class UnknownArgument(InvalidInput, TypeError):
    """A keyword was given that the called function does not have."""


class Unauthorized(ModelRegistryError):
    """The server does not know who is asking (401)."""


class Forbidden(ModelRegistryError):
    """The server knows who is asking and refuses (403)."""


class RateLimited(ModelRegistryError):
    """The server asked for fewer requests (429), and repeating did not help in time."""


class ServerError(ModelRegistryError):
    """The server, or something before it, failed (5xx)."""


class ConnectionFailed(ModelRegistryError):
    """There was no response: the connection could not be made, or broke."""


class DeadlineExceeded(ModelRegistryError):
    """There was no response in time."""


class InvalidResponse(ModelRegistryError):
    """The response is not a model registry's: HTML, empty, truncated or too large."""


class UnsupportedByServer(ModelRegistryError):
    """None of the server's API versions supports this."""


class Rejected(ModelRegistryError):
    """The server rejected the request for a reason that no other class names (any other 4xx)."""


class IntegrityError(ModelRegistryError):
    """A version's files are not the ones that were registered or signed, or nobody can tell."""


class StorageError(ModelRegistryError):
    """A store, or the disk of this machine, refused or failed in a way that no other class names."""


class TransferStopped(ModelRegistryError):
    """The transfer of files was asked to end before it was done."""


class MissingExtra(ModelRegistryError, ImportError):
    """A part of modelreg needs packages that are not installed; the message says which command installs them."""
