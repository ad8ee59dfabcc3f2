"""The terminal at the other end of a stream, and tables that fit it: width, colour, characters."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Literal, TextIO

import attrs

from modelreg._views.page import Cell, Column, Grid
from modelreg._views.value_text import exact, short
from modelreg._views.visible_text import visible

Style = Literal["", "good", "bad", "warn", "hint", "dim", "strong"]

_CODES = {"good": "32", "bad": "31", "warn": "33", "hint": "36", "dim": "2", "strong": "1"}
_ASCII = {"…": "...", "✓": "ok:", "│": "|", "├": "|", "└": "`", "─": "-", "→": "->", "·": "-"}
NARROW = 20


@attrs.frozen
class Terminal:
    """One of the two output streams.

    Attributes:
        stream: Where it is written.
        live: Whether it is a terminal, which people look at.
        colour: Whether it takes colours.
        width: In cells.
        ascii: Whether it can show nothing beyond ASCII.
    """

    stream: TextIO
    live: bool = False
    colour: bool = False
    width: int = 80
    ascii: bool = False

    def paint(self, text: str, style: Style) -> str:
        """Colour a text, where colours are shown."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colour and style and text else text

    def fitting(self, text: str) -> str:
        """Put what stands for a drawing in ASCII, where nothing else can be shown."""
        if not self.ascii:
            return text
        for char, plain in _ASCII.items():
            text = text.replace(char, plain)
        return text.encode("ascii", "backslashreplace").decode()

    def line(self, text: str = "") -> None:
        """Write a line."""
        self.stream.write(f"{self.fitting(text)}\n")

    def message(self, text: str, *, label: str = "", style: Style = "") -> None:
        """Write a message behind its label, which alone is coloured if there is one; on a terminal it is wrapped."""
        lead = " " * (len(label) + 1 if label else 0)
        for at, line in enumerate(text.split("\n")):
            parts = wrapped(line, self.width - len(lead)) if self.live else [line]
            for part in parts:
                first = lead if (at or part is not parts[0]) else f"{self.paint(label, style)} " if label else ""
                self.line(first + (part if label else self.paint(part, style)))


def terminal_of(stream: TextIO) -> Terminal:
    """Return what a stream can show."""
    live = stream.isatty()
    return Terminal(
        stream,
        live=live,
        colour=_colour(live),
        width=_width(),
        ascii=not _encodes("…│", stream),
    )


def _colour(live: bool) -> bool:
    if os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    if os.environ.get("NO_COLOR") or os.environ.get("CLICOLOR") == "0" or os.environ.get("TERM") == "dumb":
        return False
    return live


def _width() -> int:
    given = os.environ.get("COLUMNS", "")
    if given.isdigit() and int(given):
        return max(NARROW, int(given))
    try:
        columns = os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 0
    except (OSError, ValueError):
        columns = 0
    return max(NARROW, columns or 80)


def _encodes(text: str, stream: TextIO) -> bool:
    try:
        text.encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def wrapped(text: str, width: int) -> list[str]:
    """Break a line at its blanks; a word that is too long, such as a URI, stays whole."""
    indent = " " * (len(text) - len(text.lstrip(" ")))
    from textwrap import wrap

    parts = wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return parts or [""]


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    width: int = wcswidth(text)
    return width if width >= 0 else len(text)


def cut(text: str, width: int, mark: str = "…") -> str:
    """Cut a text to a width in cells, with a mark where it was cut."""
    if cells(text) <= width:
        return text
    kept, room = [], width - cells(mark)
    for char in text:
        room -= cells(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept).rstrip() + mark


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Fill a text up to a width in cells."""
    space = " " * (width - cells(text))
    return space + text if right else text + space


GAP = "  "
LEAST = 8


@attrs.frozen
class Table:
    """Lines of a table, and what had to give way.

    Attributes:
        lines: The header, and a line for each row.
        was_cut: Whether a value was cut.
        left_out: Columns that did not fit.
    """

    lines: Sequence[str]
    was_cut: bool
    left_out: Sequence[str]


def fit_table(grid: Grid, terminal: Terminal, *, whole: bool) -> Table:
    """Lay out a grid within a terminal's width; ids, names and versions are never cut."""
    rows = [[short(value_of(cell, full=whole)) for cell in row] for row in grid.rows]
    keep = [at for at, column in enumerate(grid.columns) if not column.optional or _is_filled(rows, at)]
    widths = {at: max(cells(visible(grid.columns[at].header)), *(cells(row[at]) for row in rows), 1) for at in keep}
    left_out: list[str] = []
    was_cut = False
    if not whole:
        was_cut = _shrink(grid.columns, widths, terminal.width)
        left_out = _drop(grid.columns, widths, terminal.width)
        if left_out:
            was_cut = _shrink(grid.columns, widths, terminal.width) or was_cut
    header = GAP.join(
        padded(visible(grid.columns[at].header), width, right=grid.columns[at].number) for at, width in widths.items()
    )
    lines = [terminal.paint(header.rstrip(), "dim")]
    for row, raw in zip(rows, grid.rows, strict=True):
        shown = (_cell(row[at], raw[at], width, grid.columns[at], terminal) for at, width in widths.items())
        lines.append(GAP.join(shown))
    return Table([line.rstrip() for line in lines], was_cut, left_out)


def value_of(cell: object, *, full: bool = True) -> object:
    """Return what a cell holds, or with `full=False` what is shown of it."""
    if not isinstance(cell, Cell):
        return cell
    return cell.full if full and cell.full is not None else cell.value


def _is_filled(rows: Sequence[Sequence[str]], at: int) -> bool:
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
    """Leave out columns from the right, never one that tells the rows apart."""
    left_out = []
    for at in sorted(widths, reverse=True):
        if _total(widths) <= room:
            break
        if columns[at].optional:
            del widths[at]
            left_out.append(columns[at].key)
    return left_out[::-1]


def _cell(text: str, raw: object, width: int, column: Column, terminal: Terminal) -> str:
    shown = padded(cut(text, width, terminal.fitting("…")), width, right=column.number)
    return terminal.paint(shown, raw.tone) if isinstance(raw, Cell) else shown


def markdown(grid: Grid) -> Iterator[str]:
    """Write a grid as a table in Markdown, in full."""
    yield f"| {' | '.join(escaped(visible(column.header)) for column in grid.columns)} |"
    yield f"| {' | '.join('---:' if column.number else '---' for column in grid.columns)} |"
    for row in grid.rows:
        yield f"| {' | '.join(escaped(exact(value_of(cell))) for cell in row)} |"


def escaped(text: str) -> str:
    """Take the meaning from what Markdown and HTML would read as markup."""
    return re.sub(r"([\\|<>\[\]*_`])", r"\\\1", text)
