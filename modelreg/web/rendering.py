"""Templates, and how the values of records stand in them; everything is escaped where it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from modelreg.views.page import Cell, Facts, Grid, Lines
from modelreg.views.value_text import exact, short
from modelreg.views.visible_text import visible
from modelreg.web.markdown import card, is_web

#: Characters of a value that stand in a table; the rest opens on demand.
LONGEST = 120
#: Characters of a value that are shown at all.
MOST = 20_000
STATIC = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_PACKAGE = "modelreg.web"


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
    tone = value.tone if isinstance(value, Cell) else ""
    return Markup('<span class="tone-{}">{}</span>').format(tone, inner) if tone else inner


def _inner(value: object, full: object) -> Markup:
    if value is None or value in ("", ()):
        return Markup('<span class="none">–</span>')
    if isinstance(value, datetime):
        return Markup('<time datetime="{0}" title="{0}">{1}</time>').format(exact(value), short(value))
    if isinstance(value, tuple):
        return Markup(" ").join(Markup('<span class="label">{}</span>').format(visible(str(each))) for each in value)
    text, whole = short(value), exact(full)
    if isinstance(value, str) and is_web(value) and visible(value) == value:
        return Markup('<a rel="noreferrer noopener nofollow" href="{}">{}</a>').format(value, _cut(text))
    if len(text) > LONGEST:
        more = "…" if len(whole) > MOST else ""
        opened = visible(str(full), lines=True) if isinstance(full, str) else whole
        return Markup("<details><summary><bdi>{}</bdi></summary><pre>{}{}</pre></details>").format(
            _cut(text), opened[:MOST], more
        )
    title = Markup(' title="{}"').format(whole) if whole != text and len(whole) <= LONGEST else ""
    return Markup("<bdi{}>{}</bdi>").format(title, text)


def _cut(text: str) -> str:
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text


def _shown(value: object) -> object:
    """Make text visible before it is escaped; what is HTML already stays."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else visible(value, lines=True)


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
