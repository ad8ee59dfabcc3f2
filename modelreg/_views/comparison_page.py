"""How a comparison and a history are shown: columns, signs, labels for better and worse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modelreg._compare import Comparison, ComparisonRow, History, ValueChange, value_change
from modelreg._views.distinct_text import distinct_texts
from modelreg._views.page import Cell, Column, Facts, Grid, Page
from modelreg._views.show import direction, sparkline
from modelreg._views.value_text import number

# With more versions than these, change and verdict stand in the cell of the number, because columns would not fit.
_APART = 2
TITLES = {"metrics": "Metrics", "properties": "Properties", "artifact": "Artifact", "labels": "Labels"}
CELL_WIDTH = 40


def comparison_page(
    comparison: Comparison, *, every: bool = False, rest: str = "`--all` shows them", cell_width: int = CELL_WIDTH
) -> Page:
    """Return the page of a comparison; differences come first.

    Args:
        comparison: What is shown.
        every: Whether equal rows are shown, too.
        rest: What shows the rows that are left out.
        cell_width: How many characters a value may have; longer ones are cut around where they differ.
    """
    rows = comparison.rows if every else comparison.different
    names = short_names(comparison.references)
    blocks = [
        Grid(_columns(names, section), [_cells(row, cell_width) for row in rows if row.section == section], title=title)
        for section, title in TITLES.items()
    ]
    equal = len(comparison.rows) - len(comparison.different)
    facts = Facts([("base", comparison.references[0]), ("compared", ", ".join(comparison.references[1:]))])
    summary = ""
    if not comparison.different:
        summary = "They are equal in everything that is compared."
    elif equal and not every:
        summary = f"{equal} equal row{'s' if equal > 1 else ''} not shown; {rest}."
    heading = " / ".join(comparison.references)
    return Page(heading, [facts, *(grid for grid in blocks if grid.rows)], comparison.to_dict(), summary=summary)


def short_names(references: Sequence[str]) -> list[str]:
    """Return the versions' names: of one model without it, of several with it."""
    models = {reference.rpartition("@")[0] for reference in references}
    return [reference.rpartition("@")[2] if len(models) == 1 else reference for reference in references]


def comparison_grid(comparison: Comparison, *, every: bool) -> Grid:
    """Return a comparison as one grid, for CSV: values in full."""
    columns = [Column("section", "SECTION"), Column("key", "KEY"), Column("base", comparison.references[0])]
    for reference in comparison.references[1:]:
        columns.append(Column(reference, reference))
        columns += [Column(f"{word}:{reference}", word.upper()) for word in ("change", "percent", "verdict")]
    grid = []
    for row in comparison.rows if every else comparison.different:
        cells: list[Any] = [row.section, row.key, row.values[0]]
        for at, value in enumerate(row.values[1:]):
            change = row.changes[at] if row.changes else None
            cells += [value, *((change.difference, change.percent, change.verdict) if change else (None, None, None))]
        grid.append(cells)
    return Grid(columns, grid)


def _columns(names: Sequence[str], section: str) -> list[Column]:
    numbers = section == "metrics"
    columns = [Column("key", "METRIC" if numbers else "KEY"), Column("base", f"{names[0]} (base)", number=numbers)]
    for name in names[1:]:
        columns.append(Column(name, name, number=numbers))
        if numbers and len(names) == _APART:
            columns += [
                Column(f"change:{name}", "CHANGE", number=True),
                Column(f"percent:{name}", "%", number=True),
                Column(f"verdict:{name}", "", optional=True),
            ]
    return columns


def _cells(row: ComparisonRow, width: int) -> list[object]:
    texts = distinct_texts(row.values, width)
    if row.section != "metrics":
        return [row.key, *(_value(text, value) for text, value in zip(texts, row.values, strict=True))]
    cells: list[object] = [row.key, _value(texts[0], row.values[0])]
    for text, value, change in zip(texts[1:], row.values[1:], row.changes, strict=True):
        if len(row.values) == _APART:
            cells += [_value(text, value), _difference(change), _percent(change), _verdict(change)]
        else:
            cells.append(_together(text, value, change))
    return cells


def _value(text: str, value: object) -> Cell:
    """Return the cell of a value; one that is missing stays so."""
    return Cell(None) if value is None else Cell(text, full=value)


def _together(text: str, value: object, change: ValueChange) -> Cell:
    """Return a number, its change and the verdict in one cell."""
    percent = _percent(change) or _difference(change)
    parts = [text, *(part for part in (percent, change.verdict) if part)]
    return Cell(" ".join(parts), _verdict(change).tone, full=value)


def _difference(change: ValueChange) -> str | None:
    return None if change.difference is None else signed(change.difference)


def _percent(change: ValueChange) -> str | None:
    return None if change.percent is None else f"{change.percent:+.1f}%"


def _verdict(change: ValueChange) -> Cell:
    return Cell(change.verdict, {"better": "good", "worse": "bad"}.get(change.verdict, "dim"))  # type: ignore[arg-type]


def signed(value: float) -> str:
    """Return a change with its sign."""
    return f"{'+' if value >= 0 else ''}{number(value)}"


def history_grid(history: History) -> Grid:
    """Return a metric version by version, each with its change from the one before."""
    rows = []
    before: float | None = None
    for point in history.points:
        change = value_change(before, point.value, history.higher_is_better)
        rows.append((point.version, point.state, point.value, _difference(change), _percent(change), _verdict(change)))
        before = point.value
    columns = (
        Column("version", "VERSION"),
        Column("state", "STATE"),
        Column("value", history.metric.upper(), number=True),
        Column("change", "CHANGE", number=True),
        Column("percent", "%", number=True),
        Column("verdict", "", optional=True),
    )
    return Grid(columns, rows, title="Versions")


def history_page(history: History) -> Page:
    """Return the page of a metric over the versions, with a sparkline."""
    values = [point.value for point in history.points]
    facts: list[tuple[str, object]] = [("metric", history.metric)]
    if history.higher_is_better is not None:
        facts.append(("direction", direction(history.higher_is_better)))
    if values:
        facts += [("trend", sparkline(values[-60:])), ("least", min(values)), ("most", max(values))]
    if history.without:
        facts.append(("versions without it", history.without))
    title = f"{history.metric} of {history.model}"
    return Page(title, [Facts(facts), history_grid(history)], history.to_dict())
