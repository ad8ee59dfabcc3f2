"""Credentials inside URIs."""

from __future__ import annotations

import re
from urllib.parse import unquote

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

    Args:
        uri: Any URI, well formed or not.

    Returns:
        "password" for user information with a password, or the name of the query parameter, as `X-Amz-Signature`.
    """
    user = _user_information(uri)
    if user is not None and user.partition(":")[2]:
        return "password"
    for name, value in _parameters(uri):
        if value and (known := _SECRET_PARAMETERS.get(unquote(name).lower())):
            return known
    return None


def _parameters(uri: str) -> list[tuple[str, str]]:
    query = uri.partition("?")[2].partition("#")[0]
    return [(name, value) for name, _, value in (pair.partition("=") for pair in query.split("&"))]


def _user_information(uri: str) -> str | None:
    """Return the user information of a URI, or None.

    A key may hold "/" unescaped: what stands before an "@" further on is user information too, if it has the form of
    one, `name:secret`, and is no `host:port`.
    """
    scheme = _SCHEME.match(uri)
    if scheme is None:
        return None
    rest = uri[scheme.end() :]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in authority:
        return authority.rpartition("@")[0]
    if "@" in rest and re.match(r"[^:\[\]]+:(?!\d*$)", authority):
        return rest.partition("@")[0]
    return None
