"""Retry policy for requests."""

from __future__ import annotations

import random
import re
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from attrs import frozen

# 500 is a response: the server tried and failed, and would fail again.
_PASSING = frozenset({429, 502, 503, 504})
# Responses that were sent before anything was done; after any other failure the server may have acted.
_UNTOUCHED = frozenset({429})
# What a server's database says of two changes that waited for each other: this one was undone as a whole.
_DEADLOCK = re.compile(r"\b(?:Error 1213|40P01|deadlock (?:found|detected))\b", re.IGNORECASE)
READS = frozenset({"GET", "HEAD", "OPTIONS"})
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_PASSING_ERRORS = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError)


@frozen
class Failure:
    """One attempt that brought no usable response.

    Attributes:
        passing: Whether the same request may well succeed a little later.
        may_have_acted: Whether the server may have done what the request asked for.
        wait: Seconds that the server asked to be left alone, if it said.
    """

    passing: bool
    may_have_acted: bool
    wait: float | None = None

    def may_repeat(self, method: str) -> bool:
        """Return whether sending the request again can do no harm.

        A POST that may have acted is never repeated here: whoever sent it has to look first.
        """
        return self.passing and not (method == "POST" and self.may_have_acted)


@frozen
class RetryPolicy:
    """How often, and after which pauses; exponential with full jitter.

    Attributes:
        retries: How often a request is repeated at most.
        base: Seconds that the first pause lasts at most.
        ceiling: Seconds that any pause lasts at most, unless the server asks for more.
        draw: Returns a number from 0 to 1.
    """

    retries: int
    base: float = 0.2
    ceiling: float = 8.0
    draw: Callable[[], float] = random.random

    def pause(self, repeats: int, failure: Failure, method: str) -> float | None:
        """Return the seconds to wait before the next attempt, or None to give up.

        Args:
            repeats: how often the request was repeated already.
            failure: what became of the last attempt.
            method: The request's method, in upper case.
        """
        if repeats >= self.retries or not failure.may_repeat(method):
            return None
        jitter = self.draw() * min(self.ceiling, self.base * 2.0 ** min(repeats, 30))
        return jitter if failure.wait is None else failure.wait + jitter


def failure_of_status(
    method: str, status: int, headers: Mapping[str, str], now: datetime | None = None, *, message: str = ""
) -> Failure:
    """Judge a response that is not a success.

    Args:
        method: The request's method, in upper case.
        status: The response's status.
        headers: The response's headers; names in any case if the mapping does not mind.
        now: The present, for a Retry-After that names a time.
        message: The server's message, which tells a deadlock of its database from other failures.
    """
    if method == "PATCH" and status == 500 and _DEADLOCK.search(message):
        return Failure(passing=True, may_have_acted=False)
    return Failure(
        passing=status in _PASSING,
        may_have_acted=method not in READS and status >= 500 and status not in _UNTOUCHED,
        wait=retry_after(headers.get("retry-after"), now) if status in _PASSING else None,
    )


def failure_of_error(method: str, error: Exception) -> Failure:
    """Judge an attempt that brought no response at all."""
    return Failure(
        passing=isinstance(error, _PASSING_ERRORS) and not is_certificate_error(error),
        may_have_acted=method not in READS and not isinstance(error, _NEVER_SENT),
    )


def tls_error(error: BaseException) -> ssl.SSLError | None:
    """Return the failure of TLS that a failure comes from; None where it comes from something else."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        if isinstance(link, ssl.SSLError):
            return link
        seen.add(id(link))
        link = link.__cause__ or link.__context__
    return None


def is_certificate_error(error: BaseException) -> bool:
    """Return whether a failure comes from TLS, which no repeat mends."""
    return tls_error(error) is not None


def retry_after(text: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds that a Retry-After header asks for; None when it is absent or makes no sense."""
    text = (text or "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
