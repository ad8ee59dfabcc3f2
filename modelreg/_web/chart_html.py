"""The dots of a chart, as SVG."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from modelreg._web.chart import Point
from modelreg._web.value_html import text_html


def dots_html(points: Iterable[Point]) -> Markup:
    """Return the dots of a chart; one that leads somewhere is a link.

    Args:
        points: The points to draw.
    """
    return Markup("\n".join([_dot(point) for point in points]))


def _dot(point: Point) -> str:
    title = f"<title>{text_html(point.value.label)}: {text_html(point.text)}</title>"
    kind = "dot best" if point.best else "dot"
    circle = f'<circle class="{kind}" cx="{point.x}" cy="{point.y}"'
    if not point.value.link:
        return f'{circle} r="3">{title}</circle>'
    return f'<a href="{text_html(point.value.link)}">{title}{circle} r="{6 if point.best else 4}"/></a>'
