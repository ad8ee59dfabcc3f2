"""Redirects that are followed: of a read, to the same host, by the same scheme."""

from __future__ import annotations

import httpx

from modelreg._wire.outgoing import Outgoing

MOST_HOPS = 5


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return what two URLs must share for a token of one to be shown to the other: scheme, host and port."""
    return url.scheme, url.host, url.port


def next_target(outgoing: Outgoing, response: httpx.Response) -> str | None:
    """Return the path and query to ask for instead, or None to take the response as it is.

    Nothing is sent to another host, and nothing that writes is sent twice.
    """
    location = response.headers.get("location")
    if outgoing.method != "GET" or not response.has_redirect_location or not location:
        return None
    try:
        base = httpx.URL(outgoing.url)
        target = base.join(location)
    except httpx.InvalidURL:
        return None
    return target.raw_path.decode("ascii") if origin(target) == origin(base) else None
