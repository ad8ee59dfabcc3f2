"""Results as they are written: a table that fits on a terminal, rows in a pipe, or the form that was asked for.

stdout is data, stderr is messages. Whatever comes from a registry is made visible before it is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import Enum

import attrs

from modelreg._cli.tables import Style, Terminal, cells, escaped, fit_table, markdown, padded, value_of
from modelreg._views.page import Cell, Facts, Grid, Lines, Page
from modelreg._views.value_text import exact, short
from modelreg._views.visible_text import visible


class Form(Enum):
    """What a result is written as."""

    HUMAN = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"
    NAMES = "names"


@attrs.frozen
class Output:
    """The two streams, and the form of the result.

    Attributes:
        out: For data.
        err: For messages.
        form: What the result is written as.
        whole: Whether nothing is cut.
    """

    out: Terminal
    err: Terminal
    form: Form = Form.HUMAN
    whole: bool = False

    @property
    def quiet(self) -> bool:
        """Whether references are written and nothing else."""
        return self.form is Form.NAMES

    @property
    def human(self) -> bool:
        """Whether a person reads the result as it is written."""
        return self.form is Form.HUMAN and self.out.live

    def note(self, text: str, style: Style = "") -> None:
        """Write a message to stderr, unless references alone are written."""
        if not self.quiet:
            self.out.stream.flush()
            self.err.message(visible(text, lines=True), style=style)

    def warn(self, text: str) -> None:
        """Write a warning to stderr."""
        self.out.stream.flush()
        self.err.message(visible(text, lines=True), label="warning:", style="warn")

    def hint(self, text: str) -> None:
        """Write what to do next, on a terminal."""
        if self.err.live or self.out.live:
            self.note(text, "hint")

    def names(self, references: Iterable[str]) -> None:
        """Write references, one a line."""
        for reference in references:
            self.out.line(visible(reference))

    def json(self, data: object) -> None:
        """Write one JSON value; it is ASCII throughout, so that nothing in it acts on a terminal."""
        self.out.line(json.dumps(data, indent=2, ensure_ascii=True, allow_nan=False, default=str))

    def result(self, data: object, references: Iterable[str]) -> None:
        """Write what a command made or changed: JSON where that is asked for, else references."""
        if self.form is Form.JSON:
            self.json(data)
        else:
            self.names(references)

    def grid(self, grid: Grid) -> None:
        """Write rows in the form asked for, other than JSON and names."""
        match self.form:
            case Form.CSV:
                self._csv(grid)
            case Form.MD:
                for line in markdown(grid):
                    self.out.line(line)
            case _ if self.out.live:
                self._table(grid)
            case _:
                for row in grid.rows:
                    self.out.line("\t".join(self._field(cell) for cell in row))

    def page(self, page: Page) -> None:
        """Write a page of one thing."""
        if self.form is Form.JSON:
            self.json(page.data)
            return
        if self.form is Form.MD:
            self.out.line(f"# {escaped(visible(page.heading))}\n")
        elif self.human:
            self.out.line(self.out.paint(visible(page.heading), "strong"))
        if page.summary and self.form is Form.HUMAN and not self.out.live:
            self.out.line(f"about\tdescription\t{exact(page.summary)}")
        elif page.summary and self.form is Form.MD:
            self.out.line(f"{escaped(visible(page.summary, lines=True))}\n")
        elif page.summary and self.form is not Form.CSV:
            self.out.message(visible(page.summary, lines=True))
        for at, block in enumerate(page.blocks):
            if self.form is Form.HUMAN and not self.out.live:
                self._rows(block)
                continue
            if self.human and at and not block.title:
                self.out.line()
            self._block(block)

    def _rows(self, block: Facts | Grid | Lines) -> None:
        """Write a block for a pipe: a row a line, its first field the block's title."""
        title = visible(block.title or "about").lower()
        if isinstance(block, Lines):
            rows: list[list[object]] = [[line] for line in block.lines]
        else:
            rows = [list(row) for row in block.rows]
        for row in rows:
            self.out.line("\t".join((title, *(self._field(cell) for cell in row))))

    def _field(self, cell: object) -> str:
        """Write a field for a pipe; it has colour only where colour is forced."""
        return self.out.paint(exact(value_of(cell)), cell.tone if isinstance(cell, Cell) else "")

    def _block(self, block: Facts | Grid | Lines) -> None:
        if isinstance(block, Grid) and not block.rows:
            return
        if block.title and self.form in (Form.HUMAN, Form.MD):
            self._title(block.title)
        if isinstance(block, Grid):
            self.grid(block)
            if block.note and self.form in (Form.HUMAN, Form.MD):
                self.out.line(self.out.paint(visible(block.note), "dim"))
        elif isinstance(block, Facts):
            self._facts(block)
        else:
            for line in block.lines:
                self.out.line(f"{'    ' if self.form is Form.MD else ''}{visible(line)}")

    def _title(self, title: str) -> None:
        if self.form is Form.MD:
            self.out.line(f"\n## {escaped(visible(title))}\n")
        elif self.human:
            self.out.line()
            self.out.line(self.out.paint(visible(title), "strong"))

    def _facts(self, facts: Facts) -> None:
        if self.form in (Form.CSV, Form.MD):
            from modelreg._views.page import Column

            self.grid(Grid((Column("key", "KEY"), Column("value", "VALUE")), facts.rows))
            return
        width = max((cells(visible(name)) for name, _ in facts.rows), default=0)
        for name, value in facts.rows:
            tone = value.tone if isinstance(value, Cell) else ""
            plain = value_of(value, full=False)
            text = ", ".join(visible(str(each)) for each in plain) if isinstance(plain, tuple) else short(plain)
            shown = self.out.paint(text, tone)
            self.out.line(f"{self.out.paint(padded(visible(name), width), 'dim')}  {shown}")

    def _csv(self, grid: Grid) -> None:
        import csv
        import io

        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([visible(column.key) for column in grid.columns])
        for row in grid.rows:
            writer.writerow([exact(value_of(cell)) for cell in row])
        self.out.stream.write(self.out.fitting(text.getvalue()))

    def _table(self, grid: Grid) -> None:
        table = fit_table(grid, self.out, whole=self.whole)
        for line in table.lines:
            self.out.line(line)
        if table.left_out:
            left_out = ", ".join(table.left_out)
            self.note(f"Left out for want of room: {left_out}; `--no-truncate` or `--json` shows them.", "dim")
        elif table.was_cut:
            self.note("Some values are cut; `--no-truncate` or `--json` shows them whole.", "dim")
