"""Credentials inside URIs: which one holds some, and how it is shown without them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

_MASK = "***"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
# Of presigned URLs (S3, Google Cloud, Azure) and of links that carry a token; compared without case.
_SECRET_PARAMETERS = {
    name.lower(): name
    for name in (
        "X-Amz-Signature",
        "X-Amz-Credential",
        "X-Amz-Security-Token",
        "X-Goog-Signature",
        "X-Goog-Credential",
        "Signature",
        "sig",
        "token",
        "access_token",
    )
}


def credential_in_uri(uri: str) -> str | None:
    """Return the name of what is secret in a URI, or None when it holds no credentials.

    A user name without a password is none: `abfss://container@account/...` is how Azure writes an address.

    Returns:
        "password" for user information with a password, or the name of the query parameter, as `X-Amz-Signature`.
    """
    user, _ = _parts(uri)
    if user is not None and user.partition(":")[2]:
        return "password"
    for name, value in _parameters(uri):
        if value and (known := _SECRET_PARAMETERS.get(unquote(name).lower())):
            return known
    return None


def hide_credentials(uri: str) -> str:
    """Return a URI with its secrets replaced by `***`; one without any comes back as it is."""
    user, rest = _parts(uri)
    if user is not None and user.partition(":")[2]:
        scheme = uri[: len(uri) - len(user) - 1 - len(rest)]
        uri = f"{scheme}{_MASK}@{rest}"
    head, mark, tail = uri.partition("?")
    if not mark:
        return uri
    query, hash_mark, fragment = tail.partition("#")
    return f"{head}?{'&'.join(_hidden(pair) for pair in query.split('&'))}{hash_mark}{fragment}"


def shown(value: Any) -> str:
    """Return the `repr` of a value, with the credentials of the URIs in it hidden.

    Args:
        value: A text, a mapping whose values are looked through, or anything else.
    """
    if isinstance(value, str):
        return repr(hide_credentials(value))
    if isinstance(value, Mapping):
        return repr({key: hide_credentials(each) if isinstance(each, str) else each for key, each in value.items()})
    return repr(value)


def _hidden(pair: str) -> str:
    name, equals, value = pair.partition("=")
    return f"{name}={_MASK}" if equals and value and unquote(name).lower() in _SECRET_PARAMETERS else pair


def _parameters(uri: str) -> list[tuple[str, str]]:
    query = uri.partition("?")[2].partition("#")[0]
    return [(name, value) for name, _, value in (pair.partition("=") for pair in query.split("&"))]


def _parts(uri: str) -> tuple[str | None, str]:
    """Return the user information of a URI, or None, and what follows its "@".

    A key may hold "/" unescaped: what stands before an "@" further on is user information too, if it has the form of
    one, `name:secret`, and is no `host:port`.
    """
    scheme = _SCHEME.match(uri)
    if scheme is None:
        return None, uri
    rest = uri[scheme.end() :]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in authority:
        user, _, _ = authority.rpartition("@")
        return user, rest[len(user) + 1 :]
    if "@" in rest and re.match(r"[^:\[\]]+:(?!\d*$)", authority):
        user, _, after = rest.partition("@")
        return user, after
    return None, rest
