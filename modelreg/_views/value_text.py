"""Values as text: exact for pipes and files, short for people; credentials inside of a URI are hidden in both."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from modelreg._core.record_data import iso
from modelreg._types.credentials import hide_credentials
from modelreg._views.visible_text import one_line, visible

MISSING = "-"
# How many of several texts are shown.
_MOST = 3
_STEPS = ((31_557_600, "year"), (2_629_800, "month"), (86_400, "day"), (3_600, "hour"), (60, "minute"))


def exact(value: object) -> str:
    """Return a value in full: times in ISO 8601 and UTC, containers as JSON, nothing for what is not there."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return iso(value)
        case str():
            return visible(hide_credentials(value))
        case tuple():
            return ",".join(visible(str(item)) for item in value)
        case dict() | list():
            return visible(json.dumps(_without_credentials(value), ensure_ascii=False, default=str))
        case _:
            return visible(str(value))


def _without_credentials(value: object) -> object:
    match value:
        case str():
            return hide_credentials(value)
        case dict():
            return {key: _without_credentials(each) for key, each in value.items()}
        case list() | tuple():
            return [_without_credentials(each) for each in value]
        case _:
            return value


def short(value: object) -> str:
    """Return a value for people: five significant digits, times as how long ago, a dash for what is not there."""
    match value:
        case None | ():
            return MISSING
        case datetime():
            return ago(value)
        case float():
            return number(value)
        case tuple():
            return labelled(str(item) for item in value)
        case str():
            value = hide_credentials(value)
            return one_line(value) if "\n" in value.strip() else visible(value)
        case _:
            return exact(value)


def number(value: float) -> str:
    """Return a number with five significant digits; whole ones without a point."""
    if isinstance(value, int) or (float(value).is_integer() and abs(value) < 1e15):
        return str(int(value))
    return f"{value:.5g}"


def labelled(items: Iterable[str]) -> str:
    """Return the first few of many, and how many more there are."""
    shown = [visible(item) for item in items]
    rest = len(shown) - _MOST
    return ", ".join(shown[:_MOST]) + (f" +{rest}" if rest > 0 else "")


def ago(moment: datetime) -> str:
    """Return how long ago it was."""
    seconds = (datetime.now(UTC) - moment).total_seconds()
    for size, word in _STEPS:
        if abs(seconds) >= size:
            count = int(abs(seconds) // size)
            words = f"{count} {word}{'s' if count > 1 else ''}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now"
