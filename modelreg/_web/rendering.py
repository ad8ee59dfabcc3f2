"""Templates, and how the values of records stand in them; everything is escaped where it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from modelreg._types.credentials import hide_credentials
from modelreg._views.page import Cell, Facts, Grid, Lines
from modelreg._views.value_text import exact, short
from modelreg._views.visible_text import visible
from modelreg._web.markdown import card, is_web

#: Characters of a value that stand in a table; the rest opens on demand.
LONGEST = 120
#: Characters of a value that are shown at all.
MOST = 20_000
STATIC = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_PACKAGE = "modelreg._web"
_NONE = '<span class="none">–</span>'


def render(template: str, values: Mapping[str, Any]) -> bytes:
    """Render a template.

    Args:
        template: Its name.
        values: What stands in it.
    """
    return _environment().get_template(template).render(values).encode("utf-8", "backslashreplace")


@cache
def static_file(name: str) -> tuple[bytes, str]:
    """Return a file that never changes while the server runs, and a tag of what is in it."""
    content = files(_PACKAGE).joinpath("static", name).read_bytes()
    return content, sha256(content).hexdigest()[:16]


def value_html(value: object) -> Markup:
    """Return a value as HTML: times as how long ago, numbers short, what is long cut, with the whole to open."""
    plain = value.value if isinstance(value, Cell) else value
    inner = _inner(plain, value.full if isinstance(value, Cell) and value.full is not None else plain)
    if isinstance(value, Cell) and value.tone:
        inner = f'<span class="tone-{value.tone}">{inner}</span>'
    return Markup(inner)


def _inner(value: object, full: object) -> str:
    """Return a value as HTML; every part of it that is not ours is escaped here.

    Lists have a thousand values, so that this is plain text and not the formatting of `Markup`, which takes longer.
    """
    if value is None or value in ("", ()):
        return _NONE
    if isinstance(value, datetime):
        moment = exact(value)
        return f'<time datetime="{moment}" title="{moment}">{short(value)}</time>'
    if isinstance(value, tuple):
        return " ".join(f'<span class="label">{escape(visible(str(each)))}</span>' for each in value)
    text = short(value)
    if isinstance(value, str):
        if is_web(value) and hide_credentials(visible(value)) == value:
            return f'<a rel="noreferrer noopener nofollow" href="{escape(value)}">{escape(_cut(text))}</a>'
        if text == full and len(text) <= LONGEST:
            return f"<bdi>{escape(text)}</bdi>"
    whole = exact(full)
    if len(text) > LONGEST:
        opened = visible(hide_credentials(full), lines=True) if isinstance(full, str) else whole
        opened = f"{opened[:MOST]}…" if len(opened) > MOST else opened
        return f"<details><summary><bdi>{escape(_cut(text))}</bdi></summary><pre>{escape(opened)}</pre></details>"
    title = f' title="{escape(whole)}"' if whole != text and len(whole) <= LONGEST else ""
    return f"<bdi{title}>{escape(text)}</bdi>"


def _cut(text: str) -> str:
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text


def _shown(value: object) -> object:
    """Make text visible before it is escaped; what is HTML already stays."""
    return visible(value, lines=True) if type(value) is str else value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"value": value_html, "card": card, "exact": exact}
    environment.tests |= {
        "facts": lambda block: isinstance(block, Facts),
        "grid": lambda block: isinstance(block, Grid),
        "lines": lambda block: isinstance(block, Lines),
    }
    environment.globals["static_tag"] = lambda name: static_file(name)[1]
    return environment
