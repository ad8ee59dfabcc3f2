"""Texts and values of records as HTML; everything that comes from a registry is escaped here."""

from __future__ import annotations

import re
from datetime import datetime

from markupsafe import Markup, escape

from modelreg._core.record_data import iso
from modelreg._types.credentials import hide_credentials
from modelreg._views.page import Cell
from modelreg._views.value_text import ago, exact, number, short
from modelreg._views.visible_text import visible
from modelreg._web.markdown import is_web

#: Characters of a value that stand in a table; the rest opens on demand.
LONGEST = 120
#: Characters of a value that are shown at all.
MOST = 20_000
_SHORT_INT = 10**18
_NONE = '<span class="none">–</span>'
#: Text that HTML has as it is, and in which nothing hides.
_SAFE = re.compile(r"[ !#-%(-;=?-~]*")
#: Such text of one line that is no address and holds no part of one: it is shown as it is.
_PLAIN = re.compile(rf"[ !#-%(-9;=A-~]{{1,{LONGEST}}}")


def text_html(text: str) -> str:
    """Return text as HTML: what would act or hide made visible, and everything escaped.

    Args:
        text: Any text.
    """
    return text if _SAFE.fullmatch(text) else str(escape(visible(text, lines=True)))


def value_html(value: object) -> Markup:
    """Return a value as HTML: times as how long ago, numbers short, what is long cut, with the whole to open."""
    if not isinstance(value, Cell):
        return Markup(value_text_html(value))
    inner = _inner(value.value, value.value if value.full is None else value.full)
    return Markup(f'<span class="tone-{value.tone}">{inner}</span>' if value.tone else inner)


def value_text_html(value: object) -> str:
    """Return a value as `value_html` does, as text to be joined: a list has a thousand of them.

    Args:
        value: Any value but a cell.
    """
    if type(value) is str and _PLAIN.fullmatch(value):
        return f"<bdi>{value}</bdi>"
    if type(value) is float:
        text, whole = number(value), str(value)
        return f"<bdi>{text}</bdi>" if text == whole else f'<bdi title="{whole}">{text}</bdi>'
    if type(value) is int and -_SHORT_INT < value < _SHORT_INT:
        return f"<bdi>{value}</bdi>"
    if isinstance(value, datetime):
        moment = iso(value)
        return f'<time datetime="{moment}" title="{moment}">{ago(value)}</time>'
    return _inner(value, value)


def _inner(value: object, full: object) -> str:
    """Return a value as HTML; every part of it that is not ours is escaped here."""
    if value is None or value in ("", ()):
        return _NONE
    if isinstance(value, datetime):
        return value_text_html(value)
    if isinstance(value, tuple):
        return " ".join(f'<span class="label">{text_html(visible(str(each)))}</span>' for each in value)
    text = short(value)
    if isinstance(value, str):
        if ":" in value and is_web(value) and hide_credentials(visible(value)) == value:
            return f'<a rel="noreferrer noopener nofollow" href="{text_html(value)}">{text_html(_cut(text))}</a>'
        if text == full and len(text) <= LONGEST:
            return f"<bdi>{text_html(text)}</bdi>"
    whole = exact(full)
    if len(text) > LONGEST:
        opened = visible(hide_credentials(full), lines=True) if isinstance(full, str) else whole
        opened = f"{opened[:MOST]}…" if len(opened) > MOST else opened
        return f"<details><summary><bdi>{text_html(_cut(text))}</bdi></summary><pre>{text_html(opened)}</pre></details>"
    title = f' title="{text_html(whole)}"' if whole != text and len(whole) <= LONGEST else ""
    return f"<bdi{title}>{text_html(text)}</bdi>"


def _cut(text: str) -> str:
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text
