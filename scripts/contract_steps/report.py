"""Reports of a comparison: text for a terminal, Markdown for a pull request, JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Sequence

from attrs import frozen

from scripts.contract_steps.changes import VERDICTS, Change, exit_code

FORMATS = ("text", "markdown", "json")
OWNERS = 3
LONG = 100
HEADINGS = {
    frozenset({"sender"}): "Breaks who sends",
    frozenset({"reader"}): "Breaks who reads",
    frozenset({"sender", "reader"}): "Breaks who sends and who reads",
    frozenset({"package"}): "Breaks who imports the generated package",
    frozenset[str](): "Breaks nobody",
}


@frozen
class Row:
    """One line of a report: the same change in one place or many.

    Attributes:
        word: added, removed or changed.
        what: What changed, from what, to what.
        where: The places, by what they are called; each with the schemas or operations that it belongs to.
    """

    word: str
    what: str
    where: dict[str, list[str]]

    def places(self) -> str:
        """Return the places as a text, with the first few owners of each."""
        named = [f"{name} of {_listed(owners)}" if name else _listed(owners) for name, owners in self.where.items()]
        return "; ".join(named)


def verdict(changes: Sequence[Change]) -> str:
    """Return the verdict with its exit code: `breaking (4)`."""
    code = exit_code(changes)
    return f"{VERDICTS[code]} ({code})"


def summary(changes: Sequence[Change]) -> str:
    """Return how many changes there are, in one line."""
    if not changes:
        return "no change on the wire"
    counts = {word: sum(change.word == word for change in changes) for word in ("added", "removed", "changed")}
    breaking = sum(bool(change.breaks) for change in changes)
    words = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return f"{words}; {f'{breaking} breaking' if breaking else 'none breaking'}"


def text(title: str, changes: Sequence[Change]) -> str:
    """Return the report for a terminal: one line for the same change, in however many places."""
    lines = [f"{title}: {summary(changes)}"]
    for heading, rows in _sections(changes):
        lines.append(f"  {heading}")
        lines += [f"    {row.word:<8} {row.what}  ({row.places()})" for row in rows]
    return "\n".join(lines) + "\n"


def markdown(title: str, changes: Sequence[Change]) -> str:
    """Return the report as Markdown, for the text of a pull request."""
    lines = [f"## {title}: {verdict(changes)}", "", f"{summary(changes)}."]
    for heading, rows in _sections(changes):
        lines += ["", f"### {heading}", "", "| | what | where |", "|---|---|---|"]
        lines += [f"| {row.word} | {_cell(row.what)} | {_cell(row.places())} |" for row in rows]
    return "\n".join(lines) + "\n"


def as_json(title: str, changes: Sequence[Change]) -> str:
    """Return the report as JSON, every change by itself."""
    found = [
        {
            "word": change.word,
            "kind": change.kind,
            "owner": change.owner,
            "name": change.name,
            "aspect": change.aspect,
            "old": change.old,
            "new": change.new,
            "breaks": sorted(change.breaks),
        }
        for change in changes
    ]
    code = exit_code(changes)
    whole = {"title": title, "verdict": VERDICTS[code], "exit_code": code, "changes": found}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _sections(changes: Sequence[Change]) -> list[tuple[str, list[Row]]]:
    """Return the rows below each heading, those that break somebody first."""
    return [
        (heading, _rows([change for change in changes if change.breaks == breaks]))
        for breaks, heading in HEADINGS.items()
        if any(change.breaks == breaks for change in changes)
    ]


def _rows(changes: Sequence[Change]) -> list[Row]:
    """Group changes: an aspect of anything from one value to another; what is new or gone by its name."""
    rows: dict[tuple[str, str], Row] = {}
    for change in changes:
        what = f"{change.kind} {change.name}".strip()
        place = what if change.aspect else ""
        row = rows.setdefault((change.word, _what(change)), Row(change.word, _what(change), {}))
        row.where.setdefault("" if what == "operation" else place, []).append(change.owner)
    return list(rows.values())


def _what(change: Change) -> str:
    """Return what changed, without where."""
    if change.aspect:
        of = change.kind if change.kind in ("operation", "enum", "discriminator", "schema") else ""
        return f"{of} {change.aspect}: {_value(change.old)} -> {_value(change.new)}".strip()
    what = f"{change.kind} {change.name}".strip()
    if change.old and change.new:
        return f"{what}: {_value(change.old)} -> {_value(change.new)}"
    return what if change.kind in ("value", "member") else f"{what}: {_value(change.old or change.new)}"


def _listed(owners: Sequence[str]) -> str:
    more = f" and {len(owners) - OWNERS} more" if len(owners) > OWNERS else ""
    return ", ".join(owners[:OWNERS]) + more


def _value(value: str) -> str:
    if not value:
        return "none"
    return value if len(value) <= LONG else f"{value[:LONG]}..."


def _cell(value: str) -> str:
    """Return a value as a cell of a table, where nothing of it is markup."""
    return "`" + value.replace("|", "\\|").replace("`", "'").replace("\n", " ") + "`"
