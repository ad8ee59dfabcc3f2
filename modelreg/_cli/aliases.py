"""`modelreg alias` and `modelreg promote`: names of a model that point at one of its versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from modelreg._cli.app import Group
from modelreg._cli.failures import ExitCode, Failure, usage
from modelreg._cli.lookups import completer, find_record, path_argument, split_names, version_name
from modelreg._cli.option_values import text_option
from modelreg._cli.output import Form
from modelreg._cli.session import Argument, Offers, Session, command, flag
from modelreg._cli.settings import choose, config_path, read_config
from modelreg._core.resources import MODELS, VERSIONS


def _why() -> tuple[click.Option, click.Option]:
    return (
        text_option("by", "--by", help="Who does it, for the alias's history", metavar="NAME"),
        text_option("reason", "--reason", help="Why, for the alias's history"),
    )


def _names(words: str, help: str) -> Argument:
    return Argument("names", nargs=len(words.split()), metavar=words, help=help, shell_complete=completer(MODELS.path))


@command(
    "set",
    _names("MODEL ALIAS VERSION", "The model's name, the alias, and the version's name"),
    *_why(),
    offers=Offers.CHANGE,
    examples=["alias set fraud champion 1.4.0", "alias set fraud champion 1.4.0 --by ana --reason Q4"],
)
def _set(session: Session, names: Sequence[str], by: str | None, reason: str | None) -> None:
    """Point an alias of a model at one of its versions; fraud@champion then means that version."""
    model, alias, version = names
    record = find_record(session.registry, MODELS, [model])
    named = find_record(session.registry, VERSIONS, [model, version])
    reference, what = f"{model}@{alias}", f"alias {alias} of {model}: {named.name}"
    if session.dry:
        session.plan(session.registry.plan_promote(named, alias, by=by, reason=reason), what, reference, done="Set")
        return
    after = session.registry.models.set_alias(record, alias, version=named, by=by, reason=reason)
    session.done("unchanged" if after == record else "Set", what, next_step=f"modelreg show {reference}")
    _write(session, after, reference)


@command(
    "delete",
    _names("MODEL ALIAS", "The model's name, and the alias"),
    *_why(),
    offers=Offers.OBJECT,
    examples=["alias delete fraud challenger"],
)
def _delete(session: Session, names: Sequence[str], by: str | None, reason: str | None) -> None:
    """Delete an alias of a model; the version that it points at stays."""
    model, alias = names
    record = find_record(session.registry, MODELS, [model])
    after = session.registry.models.delete_alias(record, alias, by=by, reason=reason)
    session.done("unchanged" if after == record else "Deleted", f"alias {alias} of {model}")
    _write(session, after, f"{model}@{alias}")


def _write(session: Session, model: Any, reference: str) -> None:
    from modelreg._core.record_data import as_data

    session.out.result(as_data(model), [reference])


@command(
    "list", path_argument(MODELS.path), offers=Offers.ROWS, examples=["alias list fraud", "alias list fraud --json"]
)
def _list(session: Session, path: Sequence[str]) -> None:
    """List the aliases of a model, and the version that each points at, with its state."""
    (name,) = split_names(MODELS.path, path)
    model = find_record(session.registry, MODELS, [name])
    aliases = session.registry.models.aliases(model)
    if session.out.form is Form.JSON:
        session.out.json(aliases)
    elif session.out.quiet:
        session.out.names(f"{name}@{alias}" for alias in aliases)
    elif aliases:
        find = session.registry.versions.find
        states = {version: getattr(find(version, model=model), "state", "-") for version in set(aliases.values())}
        rows = [(alias, version, states[version]) for alias, version in aliases.items()]
        _write_grid(session, ("alias", "version", "state"), rows)
    elif session.out.out.live:
        session.out.note(f"{name} has no aliases. `modelreg alias set {name} ALIAS VERSION` sets one.")


@command(
    "history",
    _names("MODEL ALIAS", "The model's name, and the alias"),
    offers=Offers.ROWS,
    examples=["alias history fraud champion"],
)
def _history(session: Session, names: Sequence[str]) -> None:
    """List the last 50 moves of an alias, the newest first."""
    model, alias = names
    moves = session.registry.models.promotions(find_record(session.registry, MODELS, [model]), alias)
    if session.out.form is Form.JSON:
        import attrs

        from modelreg._core.record_data import plain

        session.out.json([plain(attrs.asdict(move)) for move in moves])
    elif session.out.quiet:
        session.out.names(f"{model}@{move.version}" for move in moves if move.version)
    else:
        _write_grid(
            session, ("version", "since", "by", "reason"), [(m.version, m.since, m.by, m.reason) for m in moves]
        )


def _write_grid(session: Session, keys: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    from modelreg._views.page import Column, Grid

    session.out.grid(Grid([Column(key, key.upper(), cut=int(key == "reason")) for key in keys], rows))


alias = Group("alias", "Names of a model that point at one of its versions: fraud@champion.")
for _command in (_set, _delete, _list, _history):
    alias.add_command(_command)


@command(
    "promote",
    Argument(
        "names",
        nargs=-1,
        required=True,
        metavar="MODEL@VERSION ALIAS",
        help="The version, as fraud@1.5.0 or fraud 1.5.0, then the alias",
        shell_complete=completer(VERSIONS.path),
    ),
    text_option(
        "if_better", "--if-better", help="Only if it is better in this metric than the one there", metavar="METRIC"
    ),
    flag("higher", "--higher", help="More of that metric is better [default: what the model remembers]"),
    flag("lower", "--lower", help="Less of that metric is better"),
    text_option("where", "--where", help='Only if it fits, as in "auc > 0.9"', metavar="FILTER"),
    text_option("to", "--to", help="Copy it to another registry first, and promote it there", metavar="URL"),
    text_option("files_to", "--files-to", help="With --to, where to copy its files to, as s3://bucket", metavar="ROOT"),
    *_why(),
    offers=Offers.CHANGE,
    examples=["promote fraud@1.4.0 champion", 'promote fraud@1.4.0 champion --if-better auc --where "auc > 0.9"'],
)
def promote(session: Session, names: Sequence[str], to: str | None, files_to: str | None, **given: Any) -> None:
    """Point an alias at a version if it passes; exit code 7, and nothing written, if it does not.

    A version that has the alias already stays. Refused are an archived version, one that does not fit --where, and one
    that is not better by --if-better: a tie, a missing metric, or a direction that nobody knows.
    """
    *words, alias_name = names
    if not words or (given["higher"] and given["lower"]):
        raise usage("give a version, then an alias, and at most one of --higher and --lower")
    if files_to is not None and to is None:
        raise usage("--files-to needs --to")
    model, _ = parts = split_names(VERSIONS.path, words)
    reference = version_name(parts)
    version = reference if isinstance(reference, str) else find_record(session.registry, VERSIONS, reference)
    gate = _gate(given)
    if session.dry:
        if to is not None:
            raise usage("--dry-run does not go with --to")
        plan = session.registry.plan_promote(version, alias_name, **gate)
        named = f"{model}@{alias_name}"
        session.plan(plan, f"{named}: {parts[1]}", named, done="Promoted")
        if plan.warnings:
            raise Failure("it would not be promoted", code=ExitCode.GATE_NOT_MET)
        return
    other = None if to is None else session.connect(choose(to, read_config(config_path())))
    done = session.registry.promote(version, alias_name, to=other, files_to=files_to, **gate)
    if session.out.form is Form.JSON:
        import attrs

        session.out.json(attrs.asdict(done))
    if done.refused:
        raise Failure(f"{done.version} is not promoted: {'; '.join(done.refused)}", code=ExitCode.GATE_NOT_MET)
    before = f", before {done.previous}" if done.changed and done.previous else ""
    session.done("Promoted" if done.changed else "unchanged", f"{done.model}@{alias_name}: {done.version}{before}")
    if session.out.form is not Form.JSON:
        session.out.names([f"{done.model}@{alias_name}"])


def _gate(given: dict[str, Any]) -> dict[str, Any]:
    from modelreg._filters.parser import parse_filter

    higher, lower = given.pop("higher"), given.pop("lower")
    where = None if given["where"] is None else parse_filter(given["where"])
    return {**given, "where": where, "higher_is_better": higher if higher or lower else None}
