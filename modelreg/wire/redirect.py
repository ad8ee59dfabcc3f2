"""Decides which redirects are followed: a read, to the same host, by the same scheme."""

from __future__ import annotations

import httpx

from modelreg.wire.auth import origin

MOST_HOPS = 5


def next_stop(request: httpx.Request, response: httpx.Response) -> httpx.URL | None:
    """Return where to ask again, or None to take the answer as it is.

    Nothing is sent to another host, and nothing that writes is sent twice.
    """
    location = response.headers.get("location")
    if request.method != "GET" or not response.has_redirect_location or not location:
        return None
    try:
        target = request.url.join(location)
    except httpx.InvalidURL:
        return None
    return target if origin(target) == origin(request.url) else None
