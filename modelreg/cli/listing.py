"""Decides what `list` shows: which records, in which order, how many, and in which columns."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import typer

from modelreg.cli.failing import usage
from modelreg.cli.kinds import Kind
from modelreg.cli.options import ArtifactKind, ArtifactState, Life, flag, one, path_parameter, several
from modelreg.cli.output import Form
from modelreg.cli.paths import reference, under
from modelreg.cli.session import Offers, Session, command
from modelreg.cli.where import read_where

LIMIT = 30
_SERVER_ORDER = {"id": "ID", "created": "CREATE_TIME", "create_time": "CREATE_TIME"}
_CHOICES: Mapping[str, tuple[Any, str]] = {
    "state": (Life, "--state"),
    "artifact_state": (ArtifactState, "--state"),
    "owner": (str, "--owner"),
    "author": (str, "--author"),
    "kind": (ArtifactKind, "--kind"),
}


def add_list(app: typer.Typer, kind: Kind) -> None:
    """Add the command that lists a kind of records."""

    def listed(session: Session, **said: Any) -> None:
        show_list(session, kind, said)

    path = [path_parameter(kind, optional=kind.group != "serve_models", parents=True)] if len(kind.path) > 1 else []
    selects = [_select(name) for name in kind.selects]
    session = inspect.Parameter("session", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Session)
    listed.__signature__ = inspect.Signature([session, *path, *selects, *_ORDER])  # type: ignore[attr-defined]
    listed.__doc__ = (
        f"List {kind.command.replace('-', ' ')}, the newest first.\n\n"
        "In a pipe the rows are tab-separated, whole, without a header; an empty list is no failure."
    )
    command(app, "list", offers=Offers.ROWS, examples=_EXAMPLES.get(kind.group, [f"{kind.command} list"]))(listed)


_EXAMPLES = {
    "models": ["models list --owner ana --sort name", "models list --columns name,latest,prop:tier --md"],
    "versions": [
        'versions list fraud --where "auc > 0.9 and state = LIVE" --sort auc --desc',
        "versions list fraud --columns name,version,prop:auc --csv",
    ],
    "artifacts": ["artifacts list fraud@1.4.0", "artifacts list fraud@1.4.0 --kind doc --json"],
    "serve_models": ["serve-models list prod fraud-svc"],
}
_ORDER = (
    one(
        "where",
        str,
        'Only those of which this is true, as in "auc > 0.9 and state = LIVE"',
        "--where",
        metavar="QUESTION",
    ),
    one("sort", str, "Order by a column or property; numbers as numbers, missing ones last", "--sort", metavar="KEY"),
    flag("desc", "The largest first, with --sort", "--desc"),
    one("columns", str, "Which columns, such as name,version,prop:auc", "--columns", metavar="KEYS"),
    one("limit", int, f"How many at most; 0 is all [default: {LIMIT}]", "--limit", "-L", metavar="NUMBER"),
)


def _select(name: str) -> inspect.Parameter:
    if name == "label":
        return several("label", "Only those with this label", "--label", metavar="LABEL")
    type_, declared = _CHOICES[name]
    return one(name, type_, f"Only those of this {name.removeprefix('artifact_')}", declared)


def show_list(session: Session, kind: Kind, said: Mapping[str, Any]) -> None:
    """List records."""
    limit = LIMIT if said["limit"] is None else said["limit"]
    if limit < 0:
        raise usage(f"--limit {limit} is below 0")
    where = _where(said)
    parents = _parents(kind, said.get("path") or ())
    scope = under(session.registry, kind, parents)
    if said.get("kind"):
        scope["kind"] = said["kind"]
    records, more = _read(session, kind, said, where, limit, scope)
    write_records(session, kind.record, records, columns=said["columns"], parents=parents)
    _comment(session, kind, said, len(records), more)


def _parents(kind: Kind, words: Sequence[str]) -> tuple[str, ...]:
    from modelreg.cli.paths import parts_of

    return parts_of(kind.path[:-1], words) if words or kind.group == "serve_models" else ()


def _where(said: Mapping[str, Any]) -> Any:
    from modelreg.filters import F

    wanted = [] if said["where"] is None else [read_where(said["where"])]
    fields = [name for name in ("owner", "author", "state", "artifact_state") if said.get(name) is not None]
    wanted += [F(name.removeprefix("artifact_")) == said[name] for name in fields]
    wanted += [F.property(label) == "" for label in said.get("label", ())]
    if not wanted:
        return None
    joined = wanted[0]
    for each in wanted[1:]:
        joined = joined & each
    return joined


def _read(
    session: Session, kind: Kind, said: Mapping[str, Any], where: Any, limit: int, scope: Mapping[str, Any]
) -> tuple[list[Any], bool]:
    group = getattr(session.registry, kind.group)
    key = said["sort"]
    if key is None or key in _SERVER_ORDER:
        descending = said["desc"] if key is not None else True
        pager = group.list(**scope, where=where, order_by="ID", descending=descending)
        return _first(pager, limit)
    import modelreg.types
    from modelreg.views.columns import ordered
    from modelreg.views.derived import derived

    records = list(group.list(**scope, where=where))
    record = getattr(modelreg.types, kind.record)
    more = derived(record, session.registry, session.names, records)
    records = list(ordered(records, key, descending=said["desc"], derived=more))
    return (records[:limit], len(records) > limit) if limit else (records, False)


def _first(pager: Iterable[Any], limit: int) -> tuple[list[Any], bool]:
    records: Iterator[Any] = iter(pager)
    if not limit:
        return list(records), False
    taken = list(islice(records, limit + 1))
    return taken[:limit], len(taken) > limit


def write_records(
    session: Session, record: str, records: Sequence[Any], *, columns: str | None = None, parents: Sequence[str] = ()
) -> None:
    """Write records in the form asked for."""
    import modelreg.types
    from modelreg.views.columns import DEFAULT, value
    from modelreg.views.columns import columns as made
    from modelreg.views.data import as_data
    from modelreg.views.derived import derived
    from modelreg.views.page import Grid

    kind = getattr(modelreg.types, record)
    out = session.out
    keys = columns.split(",") if columns is not None else list(DEFAULT[kind])
    if columns is None and kind is modelreg.types.ModelVersion and parents and out.human:
        keys.remove("model")
    grid = made(kind, keys)
    if out.form is Form.JSON:
        out.json([as_data(each) for each in records])
    elif out.form is Form.NAMES:
        out.names(reference(each, _above(session, each, parents)) for each in records)
    elif records or out.form in (Form.CSV, Form.MD):
        more = derived(kind, session.registry, session.names, records)
        out.grid(Grid(grid, [[value(each, column.key, more) for column in grid] for each in records]))


def _above(session: Session, record: Any, parents: Sequence[str]) -> Sequence[str]:
    from modelreg.types import ModelVersion

    if isinstance(record, ModelVersion) and not parents:
        return (session.names.model(record.model_id) or "",)
    return parents


def _comment(session: Session, kind: Kind, said: Mapping[str, Any], count: int, more: bool) -> None:
    words = kind.command.replace("-", " ")
    if not count and session.out.out.live:
        narrowed = said["where"] or any(said.get(name) for name in (*kind.selects, "label"))
        if narrowed:
            session.out.say(f"No {words} match.")
        else:
            create = (
                "register NAME VERSION --uri URI" if kind.group in ("models", "versions") else f"{kind.command} upsert"
            )
            session.out.say(f"There are no {words} yet. `modelreg {create}` makes one.")
    if more:
        session.out.say(f"The first {count} are shown, and there are more: `--limit 0` shows all.", "dim")
