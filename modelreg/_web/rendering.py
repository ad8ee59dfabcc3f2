"""Templates, which escape whatever stands in them, and the files beside them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from modelreg._views.page import Facts, Grid, Lines
from modelreg._views.value_text import exact
from modelreg._views.visible_text import visible
from modelreg._web.chart_html import dots_html
from modelreg._web.markdown import card
from modelreg._web.value_html import value_html

STATIC = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_PACKAGE = "modelreg._web"


def render(template: str, values: Mapping[str, Any]) -> bytes:
    """Render a template.

    Args:
        template: Its name.
        values: What stands in it.
    """
    return _environment().get_template(template).render(values).encode("utf-8", "backslashreplace")


def load_templates() -> None:
    """Compile every template now and not with the first page that is shown by it."""
    environment = _environment()
    for name in environment.list_templates():
        environment.get_template(name)


@cache
def static_file(name: str) -> tuple[bytes, str]:
    """Return a file that never changes while the server runs, and a tag of what is in it."""
    content = files(_PACKAGE).joinpath("static", name).read_bytes()
    return content, sha256(content).hexdigest()[:16]


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
    environment.filters |= {"value": value_html, "card": card, "dots": dots_html, "exact": exact}
    environment.tests |= {
        "facts": lambda block: isinstance(block, Facts),
        "grid": lambda block: isinstance(block, Grid),
        "lines": lambda block: isinstance(block, Lines),
    }
    environment.globals["static_tag"] = lambda name: static_file(name)[1]
    return environment
