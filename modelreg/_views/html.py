"""Pages in a notebook: tables of escaped text, no script, nothing loaded from anywhere, light and dark.

Nothing depends on colour, and the colours are those of the page around. Tables are capped, and say that there is more.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from modelreg._compare import Comparison, History
from modelreg._core.fields import words_of
from modelreg._resolve import Resolved
from modelreg._sync.pager import Pager
from modelreg._transfer import ImportReport
from modelreg._types import Plan, Preview, Record, Registration
from modelreg._types.credentials import hide_credentials
from modelreg._views.comparison_page import comparison_page, history_page
from modelreg._views.page import Block, Cell, Facts, Grid, Lines, Page
from modelreg._views.record_grid import record_grid
from modelreg._views.record_page import record_page
from modelreg._views.result_page import result_page
from modelreg._views.value_text import exact, short
from modelreg._views.visible_text import visible

MOST_ROWS = 50
LONGEST = 200
_STYLE = (
    "<style>.modelreg{color:inherit;font:inherit}.modelreg table{border-collapse:collapse;margin:.3em 0}"
    ".modelreg th,.modelreg td{text-align:left;padding:.15em .7em;border-bottom:1px solid rgba(128,128,128,.35);"
    "vertical-align:top;background:transparent;color:inherit}"
    ".modelreg .n{text-align:right;font-variant-numeric:tabular-nums}"
    ".modelreg .h{font-weight:600;margin:.5em 0 .1em}.modelreg pre{margin:.2em 0;background:transparent;color:inherit}"
    ".modelreg .m{opacity:.7}</style>"
)


def notebook(shown: object) -> str | None:
    """Return what a notebook shows; None, which means the plain `repr`, for what cannot be read here."""
    match shown:
        case Record():
            return page(record_page(shown, words_of(type(shown))))
        case Comparison():
            return page(comparison_page(shown, rest="`.rows` has them", cell_width=LONGEST // 2))
        case History():
            return page(history_page(shown))
        case Registration() | Plan() | ImportReport() | Resolved():
            return page(result_page(shown))
        case Preview():
            return preview(shown)
        case Pager():
            return preview(shown.preview())
    kept = getattr(shown, "_preview", None)
    return preview(kept) if isinstance(kept, Preview) else None


def preview(shown: Preview[Record]) -> str:
    """Return the first records of a list as a table, and that there are more."""
    if shown.error is not None:
        return _framed(f'<div class="m">{_text(shown.error)}</div>')
    if not shown.records:
        return _framed('<div class="m">Nothing is listed.</div>')
    return _framed("".join(_block(record_grid(shown.records, more=shown.more))))


def page(shown: Page) -> str:
    """Show a page."""
    parts = [f'<div class="h">{_text(shown.heading)}</div>']
    if shown.summary:
        parts.append(f"<div>{_text(shown.summary)}</div>")
    for block in shown.blocks:
        parts.extend(_block(block))
    return _framed("".join(parts))


def _framed(inner: str) -> str:
    return f'<div class="modelreg">{_STYLE}{inner}</div>'


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Grid) and not block.rows:
        return
    if block.title:
        yield f'<div class="h">{_text(block.title)}</div>'
    match block:
        case Lines():
            yield "".join(f"<pre>{_text(line)}</pre>" for line in block.lines)
        case Facts():
            yield _table([[name, found] for name, found in block.rows], [False, False])
        case Grid():
            rows = block.rows[:MOST_ROWS]
            yield _table(rows, [column.number for column in block.columns], [column.header for column in block.columns])
            hidden = len(block.rows) - len(rows)
            note = f"{hidden} more rows" if hidden else block.note
            if note:
                yield f'<div class="m">{_text(note)}</div>'


def _table(rows: Sequence[Sequence[object]], numbers: Sequence[bool], header: Sequence[str] = ()) -> str:
    head = "".join(f"<th{_class(number)}>{_text(name)}</th>" for name, number in zip(header, numbers, strict=False))
    body = "".join(f"<tr>{''.join(map(_cell, row, numbers))}</tr>" for row in rows)
    return f"<table>{f'<tr>{head}</tr>' if head else ''}{body}</table>"


def _class(number: bool) -> str:
    return ' class="n"' if number else ""


def _cell(cell: object, number: bool) -> str:
    plain = cell.value if isinstance(cell, Cell) else cell
    text, full = short(plain), exact(cell.full if isinstance(cell, Cell) and cell.full is not None else plain)
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}…"
    title = f' title="{html.escape(full[: 10 * LONGEST], quote=True)}"' if full != text else ""
    return f"<td{_class(number)}{title}>{_linked(plain, text)}</td>"


def _linked(plain: object, text: str) -> str:
    """Link what is an address of the web without credentials; everything else is text."""
    if isinstance(plain, str) and hide_credentials(visible(plain)) == plain and _is_web(plain):
        return f'<a href="{html.escape(plain, quote=True)}" rel="noreferrer noopener">{_text(text)}</a>'
    return _text(text)


def _is_web(text: str) -> bool:
    try:
        return urlsplit(text).scheme in ("http", "https") and " " not in text
    except ValueError:
        return False


def _text(text: str) -> str:
    return html.escape(visible(text, lines=True), quote=True)
