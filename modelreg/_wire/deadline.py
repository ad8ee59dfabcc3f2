"""Time limits that know when the whole call has to be over."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from modelreg._config import Timeouts

#: The shortest limit that is handed down: 0 would mean not to wait at all.
SHORTEST = 0.001


class TimeLimit(float):
    """Seconds that one read or write may take; a network backend cuts it to what is left of the call when it begins.

    Transports take a number for each phase of a request and use it for every read and write of that phase, so that
    bytes that arrive one by one would prolong a call without end. This number is an ordinary one to them.

    Attributes:
        end: The moment by which the whole call has to be over.
    """

    __slots__ = ("end",)
    end: float


def limited(seconds: float | None, end: float, left: float) -> TimeLimit:
    """Return the limit for a phase.

    Args:
        seconds: How long the phase may last; None for as long as the call.
        end: The moment by which the call has to be over.
        left: Seconds until then.
    """
    limit = TimeLimit(max(SHORTEST, left if seconds is None else min(seconds, left)))
    limit.end = end
    return limit


def phases_of(timeouts: Timeouts) -> dict[str, float | None]:
    """Return how long each phase of a request may last, by the names that httpx gives them."""
    connect, read = min(timeouts.connect, timeouts.total), min(timeouts.read, timeouts.total)
    return {"connect": connect, "read": read, "write": read, "pool": connect}


def limits_of(phases: Mapping[str, float | None], end: float, left: float) -> dict[str, float | None]:
    """Return the limits of all phases, cut to what is left of the call."""
    return {name: limited(seconds, end, left) for name, seconds in phases.items()}


def cut(limit: float | None, clock: Callable[[], float]) -> float | None:
    """Return the seconds that one read or write may take from now on; 0 or less when the call is over.

    Args:
        limit: What the transport was given for the phase.
        clock: What the limit's end is a moment of.
    """
    if not isinstance(limit, TimeLimit):
        return limit
    left = limit.end - clock()
    return left if left < limit else float(limit)
