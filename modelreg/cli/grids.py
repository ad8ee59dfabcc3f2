"""Decides how rows become a table that fits a terminal, or a table in Markdown; ids, names and versions stay whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from modelreg.cli.terminal import Terminal, cells, cut, padded
from modelreg.views.page import Cell, Column, Grid
from modelreg.views.text import visible
from modelreg.views.values import exact, short

GAP = "  "
LEAST = 8


@attrs.frozen
class Table:
    """Lines of a table, and what had to give way."""

    lines: Sequence[str]
    was_cut: bool
    left_out: Sequence[str]


def fitted(grid: Grid, terminal: Terminal, *, whole: bool) -> Table:
    """Lay out a grid within a terminal's width."""
    rows = [[_short(cell) for cell in row] for row in grid.rows]
    keep = [at for at, column in enumerate(grid.columns) if not column.optional or _filled(rows, at)]
    widths = {at: max(cells(visible(grid.columns[at].header)), *(cells(row[at]) for row in rows), 1) for at in keep}
    left_out: list[str] = []
    was_cut = False
    if not whole:
        was_cut = _shrink(grid.columns, widths, terminal.width)
        left_out = _drop(grid.columns, widths, terminal.width)
        if left_out:
            was_cut = _shrink(grid.columns, widths, terminal.width) or was_cut
    lines = [_line([_header(grid.columns[at], width) for at, width in widths.items()], terminal, "dim")]
    for row, raw in zip(rows, grid.rows, strict=True):
        lines.append(GAP.join(_cell(row[at], raw[at], width, grid, at, terminal) for at, width in widths.items()))
    return Table([line.rstrip() for line in lines], was_cut, left_out)


def _short(cell: object) -> str:
    return short(cell.value if isinstance(cell, Cell) else cell)


def _filled(rows: Sequence[Sequence[str]], at: int) -> bool:
    return any(row[at] not in ("", "-") for row in rows)


def _total(widths: dict[int, int]) -> int:
    return sum(widths.values()) + len(GAP) * (len(widths) - 1)


def _shrink(columns: Sequence[Column], widths: dict[int, int], room: int) -> bool:
    """Narrow the columns that may be cut, those to be cut first before the others."""
    was_cut = False
    for rank in sorted({columns[at].cut for at in widths} - {0}):
        alike = {at: max(LEAST, cells(visible(columns[at].header))) for at in widths if columns[at].cut == rank}
        while _total(widths) > room:
            able = [at for at, least in alike.items() if widths[at] > least]
            if not able:
                break
            widths[max(able, key=lambda at: widths[at])] -= 1
            was_cut = True
    return was_cut


def _drop(columns: Sequence[Column], widths: dict[int, int], room: int) -> list[str]:
    """Leave out columns from the right, never one that says which row it is."""
    left_out = []
    for at in sorted(widths, reverse=True):
        if _total(widths) <= room:
            break
        if columns[at].optional:
            del widths[at]
            left_out.append(columns[at].key)
    return left_out[::-1]


def _header(column: Column, width: int) -> str:
    return padded(visible(column.header), width, right=column.number)


def _line(parts: Sequence[str], terminal: Terminal, style: str) -> str:
    return terminal.paint(GAP.join(parts).rstrip(), "dim" if style == "dim" else "")


def _cell(text: str, raw: object, width: int, grid: Grid, at: int, terminal: Terminal) -> str:
    right = grid.columns[at].number
    shown = padded(cut(text, width, terminal.fitting("…")), width, right=right)
    return terminal.paint(shown, raw.tone) if isinstance(raw, Cell) else shown


def markdown(grid: Grid) -> Iterator[str]:
    """Write a grid as a table in Markdown, in full."""
    yield f"| {' | '.join(escaped(visible(column.header)) for column in grid.columns)} |"
    yield f"| {' | '.join('---:' if column.number else '---' for column in grid.columns)} |"
    for row in grid.rows:
        yield f"| {' | '.join(escaped(_exact(cell)) for cell in row)} |"


def _exact(cell: object) -> str:
    return exact(cell.value if isinstance(cell, Cell) else cell)


def escaped(text: str) -> str:
    """Take the meaning from what Markdown and HTML would read as markup."""
    return re.sub(r"([\\|<>\[\]*_`])", r"\\\1", text)
