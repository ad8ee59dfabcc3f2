"""Texts of values that stand side by side, so that two values that differ never look alike."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from modelreg._compare import same_value
from modelreg._core.record_data import iso, plain
from modelreg._views.value_text import MISSING, exact, short

ELLIPSIS = "…"
# The narrowest cell that shows a difference with something around it.
NARROWEST = 12


def distinct_texts(values: Sequence[object], width: int) -> list[str]:
    """Return a text for each value, cut around where they differ.

    Args:
        values: What stands side by side.
        width: How many characters a text may have; what cannot be told apart otherwise may be longer.
    """
    texts = [_usual(value) for value in values]
    if any(
        text == texts[other] and not same_value(value, values[other])
        for at, (text, value) in enumerate(zip(texts, values, strict=True))
        for other in range(at)
    ):
        texts = [_precise(value) for value in values]
    return cut_apart(texts, width)


def cut_apart(texts: Sequence[str], width: int) -> list[str]:
    """Return texts cut to a width, each around where it differs from the one that is most like it."""
    whole = list(dict.fromkeys(texts))
    if all(len(text) <= width for text in whole):
        return list(texts)
    cut = {text: _window(text, _difference(text, whole), max(width, NARROWEST)) for text in whole}
    if len(set(cut.values())) < len(whole):
        cut = {text: f"{shown} ({len(text)} characters)" for text, shown in cut.items()}
    if len(set(cut.values())) < len(whole):
        return list(texts)
    return [cut[text] for text in texts]


def _difference(text: str, texts: Sequence[str]) -> int:
    """Return where a text differs from the one that it has the most in common with."""
    return max((_common(text, other) for other in texts if other != text), default=0)


def _common(text: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = zip(text, other, strict=False)
    return next((at for at, (one, two) in enumerate(pairs) if one != two), min(len(text), len(other)))


def _window(text: str, at: int, width: int) -> str:
    """Return the part of a text around a position."""
    if len(text) <= width:
        return text
    start = max(0, min(at - width // 3, len(text) - width + 1))
    if start <= 1:
        return f"{text[: width - 1]}{ELLIPSIS}"
    if start + width - 1 >= len(text):
        return f"{ELLIPSIS}{text[start:]}"
    return f"{ELLIPSIS}{text[start : start + width - 2]}{ELLIPSIS}"


def _usual(value: object) -> str:
    if isinstance(value, datetime):
        return iso(value)
    return exact(value) if isinstance(value, tuple | list | dict) else short(value)


def _precise(value: object) -> str:
    """Return a text that no other value has."""
    if value is None:
        return MISSING
    if isinstance(value, float):
        return repr(value)
    return json.dumps(plain(value), ensure_ascii=True, sort_keys=True)
