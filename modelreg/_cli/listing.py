"""`list`: which records, in which order, how many, and in which columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from modelreg._cli.failures import usage
from modelreg._cli.lookups import did_you_mean, missing, parent_arguments, path_argument, reference, split_names
from modelreg._cli.option_values import keyword_option, text_option
from modelreg._cli.output import Form
from modelreg._cli.session import Command, Offers, Session, flag
from modelreg._core.resources import ARTIFACTS, SERVE_MODELS, VERSIONS, Resource
from modelreg._types.choices import ArtifactKind, ArtifactState, State
from modelreg.errors import NotFound

if TYPE_CHECKING:
    from modelreg import Pager
    from modelreg._filters import F, Filter

LIMIT = 30
_BY_ID = ("id", "created", "create_time")
_SELECTS: Mapping[str, Callable[[], click.Option]] = {
    "state": lambda: keyword_option("state", State | None, "Only those in this state"),
    "artifact_state": lambda: keyword_option("state", ArtifactState | None, "Only those in this state"),
    "owner": lambda: keyword_option("owner", str | None, "Only those of this owner"),
    "author": lambda: keyword_option("author", str | None, "Only those of this author"),
    "kind": lambda: keyword_option("kind", ArtifactKind, "Only artifacts of this kind"),
    "label": lambda: text_option(
        "label", "--label", "-l", help="Only those with this label", metavar="LABEL", many=True
    ),
}
_EXAMPLES = {
    "models": ["models list --owner ana --sort name", "models list --columns name,latest,prop:tier --md"],
    "versions": [
        'versions list fraud --where "auc > 0.9 and state = LIVE" --sort auc --desc',
        "versions list fraud --columns name,version,prop:auc --csv",
    ],
    "artifacts": ["artifacts list fraud@1.4.0", "artifacts list fraud@1.4.0 --kind doc --json"],
    "serve_models": ["serve-models list prod fraud-svc"],
}


def list_command(resource: Resource) -> Command:
    """Return the command that lists a resource."""

    def list_(session: Session, **given: Any) -> None:
        show_list(session, resource, given)

    params: list[click.Parameter] = [_SELECTS[name]() for name in resource.selects]
    if resource.parent is not None:
        params.insert(0, path_argument(resource.path[:-1], optional=resource is not SERVE_MODELS))
    params += [
        text_option(
            "where", "--where", help='Only those that fit, as in "auc > 0.9 and state = LIVE"', metavar="FILTER"
        ),
        text_option("sort", "--sort", help="Order by a column, field or property; what is missing last", metavar="KEY"),
        flag("desc", "--desc", help="The greatest first, with --sort"),
        text_option("columns", "--columns", help="Which columns, such as name,version,prop:auc", metavar="KEYS"),
        click.Option(
            ["--limit", "-L", "limit"],
            type=click.IntRange(min=0),
            default=LIMIT,
            metavar="NUMBER",
            help=f"How many at most; 0 is all [default: {LIMIT}]",
        ),
        flag("strict", "--strict", help="Exit with code 2 when --where or --sort names a key that no record has"),
    ]
    return Command(
        "list",
        list_,
        params,
        offers=Offers.ROWS,
        examples=_EXAMPLES.get(resource.group, [f"{resource.command} list"]),
        help=f"List {resource.command.replace('-', ' ')}, the newest first.\n\n"
        "In a pipe the rows are tab-separated, whole, without a header; an empty list is no failure.",
    )


def show_list(session: Session, resource: Resource, given: Mapping[str, Any]) -> None:
    """Read a list and write it."""
    parents: tuple[str, ...] = ()
    if given.get("path") or resource is SERVE_MODELS:
        assert resource.parent is not None
        parents = split_names(resource.parent.path, given["path"])
    try:
        pager, records = _read(session, resource, given, parents)
    except NotFound as error:
        if not parents or resource.parent is None:
            raise
        scope = parent_arguments(session.registry, resource.parent, parents[:-1])
        raise missing(session.registry, resource.parent, parents, scope) from error
    limit: int = given["limit"]
    shown = records[:limit] if limit else records
    _check_keys(session, pager, given, shown)
    write_records(session, resource, shown, columns=given["columns"], parents=parents)
    _comment(session, resource, given, len(shown), more=len(records) > len(shown))


def _filter(given: Mapping[str, Any]) -> Filter | None:
    from modelreg._filters import F
    from modelreg._filters.parser import parse_filter

    parts = [] if given["where"] is None else [parse_filter(given["where"])]
    parts += [F(name) == given[name] for name in ("owner", "author", "state") if given.get(name) is not None]
    parts += [F.property(label) == "" for label in given.get("label") or ()]
    whole = None
    for part in parts:
        whole = part if whole is None else whole & part
    return whole


def _read(
    session: Session, resource: Resource, given: Mapping[str, Any], parents: Sequence[str]
) -> tuple[Pager[Any], list[Any]]:
    """Return the list, and its records up to one more than are shown."""
    options: dict[str, Any] = {**parent_arguments(session.registry, resource, parents), "where": _filter(given)}
    if given.get("kind"):
        options["kind"] = given["kind"]
    key, descending, limit = given["sort"], given["desc"], given["limit"]
    by_view = key is not None and _is_derived(resource, key)
    if key is None or key in _BY_ID:
        options |= {"order_by": "ID", "descending": descending if key else True}
    elif not by_view:
        options |= {"order_by": _sort_key(resource, key), "descending": descending}
    pager = getattr(session.registry, resource.group).list(**options)
    if not by_view:
        return pager, list(islice(pager, limit + 1) if limit else pager)
    from modelreg._views.columns import ordered
    from modelreg._views.derived import derived

    records = list(pager)
    more = derived(resource, session.registry, session.names, records)
    return pager, list(ordered(records, key, descending=descending, derived=more))


def _is_derived(resource: Resource, key: str) -> bool:
    """Return whether a key is a column that a view derives, and no field under another name."""
    from modelreg._views.columns import derived_keys

    own = ("version", "kind") if resource is VERSIONS or resource is ARTIFACTS else ()
    return key in derived_keys(resource) and key not in (*own, "labels")


def _sort_key(resource: Resource, key: str) -> F:
    """Return what the library sorts by: a field by the name of its column, else a property."""
    from modelreg._filters import F
    from modelreg._views.columns import ALIASES, PROPERTY

    if key.startswith(PROPERTY):
        return F.property(key.partition(":")[2])
    return F("name" if resource is VERSIONS and key == "version" else ALIASES.get(key, key))


def _check_keys(session: Session, pager: Pager[Any], given: Mapping[str, Any], shown: Sequence[Any]) -> None:
    """Note keys of the filter and the order that no record has."""
    if not (given["where"] or given["sort"]) or (shown and not given["sort"]):
        return
    unknown = pager.unknown_keys()
    for key, near in unknown.items():
        if key in (given.get("label") or ()):
            continue
        message = f"no record has the key {key!r}"
        if given["strict"]:
            raise usage(message, hint=did_you_mean(near))
        session.out.note(" ".join(part for part in (f"note: {message}.", did_you_mean(near)) if part), "warn")


def write_records(
    session: Session,
    resource: Resource,
    records: Sequence[Any],
    *,
    columns: str | None = None,
    parents: Sequence[str] = (),
) -> None:
    """Write records in the form that was asked for."""
    out = session.out
    if out.form is Form.JSON:
        from modelreg._core.record_data import as_data

        out.json([as_data(each) for each in records])
        return
    if out.quiet:
        out.names(reference(each, _parents(session, each, parents)) for each in records)
        return
    from modelreg._views.columns import columns as columns_of
    from modelreg._views.columns import value
    from modelreg._views.derived import derived
    from modelreg._views.page import Grid

    keys = columns.split(",") if columns is not None else list(resource.columns)
    if columns is None and resource is VERSIONS and parents and out.human:
        keys.remove("model")
    grid = columns_of(resource, keys)
    if records or out.form in (Form.CSV, Form.MD):
        more = derived(resource, session.registry, session.names, records)
        out.grid(Grid(grid, [[value(each, column.key, more) for column in grid] for each in records]))


def _parents(session: Session, record: Any, parents: Sequence[str]) -> Sequence[str]:
    from modelreg._types import ModelVersion

    if isinstance(record, ModelVersion) and not parents:
        return (session.names.model(record.model_id) or "",)
    return parents


def _comment(session: Session, resource: Resource, given: Mapping[str, Any], count: int, *, more: bool) -> None:
    """Note on stderr that a list is empty, or longer than what is shown."""
    label = resource.command.replace("-", " ")
    if not count and session.out.out.live:
        if given["where"] or any(given.get(name.removeprefix("artifact_")) for name in resource.selects):
            session.out.note(f"No {label} match.")
        else:
            registers = resource.group in ("models", "versions")
            create = "register NAME VERSION --uri URI" if registers else f"{resource.command} upsert"
            session.out.note(f"There are no {label} yet. `modelreg {create}` creates one.")
    if more:
        session.out.note(f"The first {count} are shown, and there are more: `--limit 0` shows all.", "dim")
