"""The one place where obstore's errors become ours, with the store's own reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)

from modelreg.errors import (
    ConnectionFailed,
    DeadlineExceeded,
    Forbidden,
    ModelRegistryError,
    NotFound,
    RateLimited,
    Rejected,
    ServerError,
    StorageError,
    Unauthorized,
)

_STATUS = re.compile(r"status code: (\d{3})|status: (\d{3})")
_CODE = re.compile(r"<Code>([^<]{1,200})</Code>|\"code\":\s*\"([^\"]{1,200})\"")
_MESSAGE = re.compile(r"<Message>([^<]{1,1000})</Message>|\"message\":\s*\"([^\"]{1,1000})\"")
_LONGEST_MESSAGE = 300


@contextmanager
def translated(uri: str, stall_timeout: float) -> Iterator[None]:
    """Raise obstore's errors as ours.

    Args:
        uri: What the request was about.
        stall_timeout: Seconds that the transfer may be silent, for the message.
    """
    try:
        yield
    except ModelRegistryError:
        raise
    except (BaseError, FileNotFoundError, NotImplementedError) as error:
        raise error_from(uri, error, stall_timeout) from error


def error_from(uri: str, error: Exception, stall_timeout: float) -> ModelRegistryError:
    """Return our error for one of obstore's.

    Args:
        uri: What the request was about.
        error: What obstore raised.
        stall_timeout: Seconds that the transfer may be silent, for the message.
    """
    text, _, inner = str(error).partition("\n\nDebug source")
    status, code, message = _first(_STATUS, text), _first(_CODE, text), _first(_MESSAGE, text)
    reason = (message or _plain(text))[:_LONGEST_MESSAGE]
    common = {"code": code, "server_message": reason, "url": uri, "details": {"uri": uri}}
    number = int(status) if status else None
    if code in ("NoSuchBucket", "ContainerNotFound") or "specified bucket does not exist" in text:
        return NotFound(f"the bucket of {uri} does not exist", status=404, reason="bucket_missing", **common)  # type: ignore[arg-type]
    if isinstance(error, FileNotFoundError) or number == 404:
        return NotFound(f"there is nothing at {uri}", status=404, **common)  # type: ignore[arg-type]
    if isinstance(error, PermissionDeniedError) or number == 403:
        return Forbidden(f"the store refused access to {uri}", status=403, **common)  # type: ignore[arg-type]
    if isinstance(error, UnauthenticatedError) or number == 401:
        return Unauthorized(f"the store does not accept the credentials for {uri}", status=401, **common)  # type: ignore[arg-type]
    if isinstance(error, AlreadyExistsError | PreconditionError):
        return StorageError(f"{uri} was written by another upload at the same time", status=number, **common)  # type: ignore[arg-type]
    if number is not None:
        kind = ServerError if number >= 500 else RateLimited if number == 429 else Rejected
        return kind(f"the store answered {number} for {uri}", status=number, **common)  # type: ignore[arg-type]
    return _without_response(uri, text, inner, stall_timeout, reason)


def _without_response(uri: str, text: str, inner: str, stall_timeout: float, reason: str) -> ModelRegistryError:
    lowered = text.lower()
    if "timed out" in lowered or "kind: Timeout" in inner:
        return DeadlineExceeded(
            f"the store of {uri} sent nothing for {stall_timeout:g} s",
            server_message=reason,
            url=uri,
            hint="Repeat the call: it continues where it stopped.",
            reason="stalled",
            details={"uri": uri, "seconds": stall_timeout},
        )
    if "credential" in lowered or "metadata" in lowered or "token" in lowered:
        return Unauthorized(f"there are no credentials for {uri}", server_message=reason, url=uri, details={"uri": uri})
    if any(part in lowered for part in ("http error", "connect", "error sending", "error decoding", "body")):
        return ConnectionFailed(f"the connection to the store of {uri} failed", server_message=reason, url=uri)
    return StorageError(f"the store of {uri} failed", server_message=reason, url=uri, details={"uri": uri})


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return next((group for group in match.groups() if group), None) if match else None


def _plain(text: str) -> str:
    """Return obstore's own words without addresses, whose query may hold a signature."""
    return re.sub(r"https?://\S+", "the store", text.splitlines()[0] if text else "")
