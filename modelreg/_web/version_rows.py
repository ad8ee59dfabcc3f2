"""The rows of a model's table of versions, as HTML.

They are joined here and not by a template, which takes four times as long for fifty of them. Everything that comes from
the registry goes through `text_html` or `value_text_html`, which escape it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import frozen
from markupsafe import Markup

from modelreg._web.value_html import text_html, value_text_html

_LONGEST_DESCRIPTION = 100
_ARCHIVED = ' <span class="state state-archived">archived</span>'
_BEST = '<span class="hidden"> (best here)</span>'


@frozen
class VersionRow:
    """One version of the list.

    Attributes:
        id: Its id.
        name: Its name.
        archived: Whether it is archived.
        aliases: The aliases that point at it.
        description: Its description; may be empty.
        labels: Its labels.
        numbers: For each metric its value, and whether that is the best of the list.
        serving: Where it is served; may be empty.
        author: Its author.
        created: When it was created.
    """

    id: str
    name: str
    archived: bool
    aliases: Sequence[str]
    description: str
    labels: Sequence[str]
    numbers: Sequence[tuple[object, bool]]
    serving: str
    author: str | None
    created: datetime | None


def rows_html(rows: Iterable[VersionRow], root: str, *, served: bool) -> Markup:
    """Return the rows of the table.

    Args:
        rows: The versions.
        root: What the address of a version begins with.
        served: Whether there is a column that says where each is served.
    """
    start = text_html(root)
    return Markup("\n".join([_row(row, start, served) for row in rows]))


def options_html(rows: Iterable[VersionRow]) -> Markup:
    """Return the names of versions as the options of a form's field.

    Args:
        rows: The versions.
    """
    return Markup("".join([f'<option value="{text_html(row.name)}"></option>' for row in rows]))


def _row(row: VersionRow, root: str, served: bool) -> str:
    version, name = text_html(row.id), text_html(row.name)
    numbers = "".join([_number(value, best) for value, best in row.numbers])
    serving = f"<td>{value_text_html(row.serving)}</td>" if served else ""
    return (
        f'<tr><td class="pick"><input type="checkbox" name="v" value="{version}" aria-label="Compare {name}"></td>'
        f'<th scope="row" class="main"><a href="{root}{version}"><bdi>{name}</bdi></a>{_about(row)}</th>'
        f"{numbers}{serving}<td>{value_text_html(row.author)}</td>"
        f'<td class="nowrap">{value_text_html(row.created)}</td></tr>'
    )


def _number(value: object, best: bool) -> str:
    shown = value_text_html(value)
    return f'<td class="number best">{shown}{_BEST}</td>' if best else f'<td class="number">{shown}</td>'


def _about(row: VersionRow) -> str:
    """Return what stands behind a version's name: its state, aliases, description and labels."""
    parts = [_ARCHIVED] if row.archived else []
    parts += [f' <span class="alias"><bdi>{text_html(alias)}</bdi></span>' for alias in row.aliases]
    if row.description:
        text = row.description
        text = text if len(text) <= _LONGEST_DESCRIPTION else f"{text[: _LONGEST_DESCRIPTION - 1]}…"
        parts.append(f'<p class="about"><bdi>{text_html(text)}</bdi></p>')
    if row.labels:
        labels = "".join([f'<li class="label"><bdi>{text_html(label)}</bdi></li>' for label in sorted(row.labels)])
        parts.append(f'<ul class="labels" aria-label="Labels">{labels}</ul>')
    return "".join(parts)
