"""Decides what a screen is made of, whatever shows it: facts by name, grids of rows, lines to copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import attrs

Tone = Literal["", "good", "bad", "warn", "dim", "strong"]


@attrs.frozen
class Column:
    """One column of a grid.

    Attributes:
        key: What `--columns` calls it.
        header: What stands above it.
        cut: Its place among the columns that may be cut to fit, 1 first; 0 is never cut.
        number: Whether it holds numbers, which stand to the right.
        optional: Whether it is left out on a terminal when it is empty in all rows, or does not fit.
    """

    key: str
    header: str
    cut: int = attrs.field(default=0, kw_only=True)
    number: bool = attrs.field(default=False, kw_only=True)
    optional: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen
class Cell:
    """A value with a tone; the tone never says what the value does not."""

    value: object
    tone: Tone = ""


@attrs.frozen
class Grid:
    """Rows under columns; a cell is a plain value, or a `Cell`.

    Attributes:
        title: What the rows are, for a page that has several grids.
        total: How many there are, when more than are in the rows.
        note: What is to be said below the rows.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    title: str = ""
    total: int | None = None
    note: str = ""


@attrs.frozen
class Facts:
    """Values by what they are called, a line each."""

    rows: Sequence[tuple[str, object]]
    title: str = ""


@attrs.frozen
class Lines:
    """Lines to be read or copied as they stand."""

    lines: Sequence[str]
    title: str = ""


Block = Facts | Grid | Lines


@attrs.frozen
class Page:
    """What is shown of one thing.

    Attributes:
        heading: What it is called.
        summary: What it says of itself, of several lines perhaps.
        data: The same for machines.
    """

    heading: str
    blocks: Sequence[Block]
    data: Mapping[str, Any]
    summary: str = ""
