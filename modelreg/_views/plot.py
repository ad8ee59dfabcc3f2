"""Drawings of a metric's history: one line over the versions, as SVG, PNG or a page of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from modelreg._views.visible_text import one_line
from modelreg.errors import InvalidInput, MissingExtra

if TYPE_CHECKING:
    from modelreg._compare import History

FORMATS = (".svg", ".png", ".html")


def draw(history: History, path: Path) -> None:
    """Draw a history into a file whose ending says the format.

    Raises:
        InvalidInput: Another ending, or the file cannot be written.
        MissingExtra: What draws is not installed.
    """
    kind = path.suffix.lower()
    if kind not in FORMATS:
        raise InvalidInput(f"{str(path)!r} ends in none of {', '.join(FORMATS)}")
    try:
        import altair as alt
        import vl_convert  # noqa: F401  # altair asks for it only when it writes
    except ImportError as error:
        raise MissingExtra("drawing needs more than the core", hint="pip install 'modelreg[plot]'") from error
    order = [f"{at + 1}" for at in range(len(history.points))]
    labels = {at: one_line(point.version) for at, point in zip(order, history.points, strict=True)}
    rows = [
        {"at": at, "version": labels[at], "value": point.value, "state": point.state or ""}
        for at, point in zip(order, history.points, strict=True)
    ]
    names = {at: label.replace("\\", "\\\\").replace("'", "\\'") for at, label in labels.items()}
    labelling = "{" + ", ".join(f"'{at}': '{name}'" for at, name in names.items()) + "}[datum.value]"
    chart = (
        alt.Chart(alt.InlineData(values=rows), title=one_line(f"{history.metric} of {history.model}"))
        .mark_line(point=True)
        .encode(
            x=alt.X("at:O", sort=order, title="version", axis=alt.Axis(labelExpr=labelling, labelAngle=-45)),
            y=alt.Y("value:Q", title=one_line(history.metric), scale=alt.Scale(zero=False)),
            tooltip=["version:N", "value:Q", "state:N"],
        )
        .properties(width=max(320, 24 * len(rows)), height=280)
    )
    try:
        # Inline: a page that is opened anywhere, and asks nothing of anybody.
        chart.save(str(path), **({"inline": True} if kind == ".html" else {}))
    except OSError as error:
        raise InvalidInput(f"{str(path)!r} cannot be written: {error.strerror}") from error
