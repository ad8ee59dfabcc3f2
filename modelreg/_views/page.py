"""The parts of a screen, whatever shows it: facts by name, grids of rows, lines to copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import attrs

Tone = Literal["", "good", "bad", "warn", "dim", "strong"]


@attrs.frozen
class Column:
    """One column of a grid.

    Attributes:
        key: Its name in `--columns`.
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
    """A value with a tone, which tells nothing that the value does not.

    Attributes:
        value: What is shown.
        tone: How it is shown.
        full: The value in full, where `value` is a part of its text.
    """

    value: object
    tone: Tone = ""
    full: object = None


@attrs.frozen
class Grid:
    """Rows under columns; a cell is a plain value, or a `Cell`.

    Attributes:
        title: What the rows are, for a page that has several grids.
        note: A sentence below the rows.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    title: str = ""
    note: str = ""


@attrs.frozen
class Facts:
    """Values by name, a line each."""

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
        heading: Its name.
        blocks: What stands below the heading.
        summary: Its description, of several lines perhaps.
        data: The same for machines.
    """

    heading: str
    blocks: Sequence[Block]
    data: Mapping[str, Any]
    summary: str = ""
