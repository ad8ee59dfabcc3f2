"""Decides what `get`, `find`, `upsert`, `update` and the state verbs do, alike for every kind of record."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer

from modelreg.cli.failing import usage
from modelreg.cli.kinds import Kind
from modelreg.cli.listing import add_list
from modelreg.cli.options import EDITS, ID, PROPERTIES, field_parameters, one, path_parameter, read_fields
from modelreg.cli.output import Form
from modelreg.cli.paths import found, parts_of, reference, under
from modelreg.cli.said import with_labels
from modelreg.cli.session import Offers, Session, command

_SESSION = inspect.Parameter("session", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Session)
STATES = {
    "archive": "Archive",
    "restore": "Restore",
    "deploy": "Ask for the deployment of",
    "undeploy": "Take out of service",
}
_DONE = {"archive": "Archived", "restore": "Restored", "deploy": "Deployed", "undeploy": "Undeployed"}


def add_verbs(app: typer.Typer, kind: Kind) -> None:
    """Add the verbs of a kind of record."""
    add_list(app, kind)
    _add_get(app, kind)
    _add_find(app, kind)
    _add_upsert(app, kind)
    if kind.updates:
        _add_update(app, kind)
    if kind.archives:
        for verb in ("archive", "restore"):
            _add_state(app, kind, verb)
    if kind.deploys:
        for verb in ("deploy", "undeploy"):
            _add_state(app, kind, verb)


def _signed(function: Callable[..., None], *parameters: inspect.Parameter) -> Callable[..., None]:
    function.__signature__ = inspect.Signature([_SESSION, *parameters])  # type: ignore[attr-defined]
    return function


def show_record(session: Session, kind: Kind, record: Any, parents: Sequence[str] = ()) -> None:
    """Write one record in the form asked for."""
    from modelreg.views.data import as_data
    from modelreg.views.records import record_page

    if session.out.form is Form.JSON:
        session.out.json(as_data(record))
    elif session.out.form is Form.NAMES:
        session.out.names([reference(record, _parents(session, kind, record, parents))])
    else:
        session.out.page(record_page(record, kind.words))


def _parents(session: Session, kind: Kind, record: Any, parents: Sequence[str]) -> Sequence[str]:
    if parents or kind.group != "versions":
        return parents
    return (session.names.model(record.model_id) or "",)


def _add_get(app: typer.Typer, kind: Kind) -> None:
    def get(session: Session, id: str, path: Sequence[str] = ()) -> None:
        if kind.group == "serve_models":
            where = under(session.registry, kind, parts_of(kind.path[:-1], path))
            record: Any = session.registry.serve_models.get(id, **where)
        else:
            record = getattr(session.registry, kind.group).get(id)
        show_record(session, kind, record)

    get.__doc__ = f"Show the {kind.words} with this id; `find` takes a name."
    argument = Annotated[str, typer.Argument(metavar="ID", help="Its id, as digits", show_default=False)]
    known = inspect.Parameter("id", inspect.Parameter.KEYWORD_ONLY, annotation=argument)
    more = [path_parameter(kind, parents=True)] if kind.group == "serve_models" else []
    command(app, "get", offers=Offers.OBJECT, examples=[_example(kind, "get")])(_signed(get, known, *more))


def _add_find(app: typer.Typer, kind: Kind) -> None:
    def find(session: Session, **said: Any) -> None:
        external_id = said.pop("external_id", None)
        path = said.pop("path", None) or ()
        if external_id is not None and not path:
            record = getattr(session.registry, kind.group).find(external_id=external_id)
            if record is None:
                from modelreg.errors import NotFound

                raise NotFound(f"there is no {kind.words} with the external id {external_id!r}")
            show_record(session, kind, record)
            return
        parts = parts_of(kind.path, path)
        more = {key: value for key, value in said.items() if value is not None}
        if external_id is not None:
            more["external_id"] = external_id
        show_record(session, kind, found(session.registry, kind, parts, **more), parts[:-1])

    find.__doc__ = f"Show the {kind.words} of exactly this name."
    parameters = [path_parameter(kind, optional=kind.find_by_external_id)]
    if kind.find_by_external_id:
        parameters.append(one("external_id", str, "Its external id", "--external-id", metavar="ID"))
    if kind.group == "artifacts":
        parameters += field_parameters(["kind"])
    command(app, "find", offers=Offers.OBJECT, examples=[_example(kind, "find")])(_signed(find, *parameters))


def _add_upsert(app: typer.Typer, kind: Kind) -> None:
    def upsert(session: Session, path: Sequence[str], **said: Any) -> None:
        parts = parts_of(kind.path, path)
        arguments = _edits(kind, said)
        registry = session.writing
        where = under(registry, kind, parts[:-1])
        if arguments.get("replace_properties"):
            current = getattr(registry, kind.group).find(parts[-1], **where)
            _confirm_loss(session, current, arguments)
        record = getattr(registry, kind.group).upsert(parts[-1], **where, **arguments)
        told(session, kind, record, parts[:-1])

    upsert.__doc__ = f"Create the {kind.words} of this name, or change it by what is said; what is not said stays."
    edits = EDITS if kind.updates else PROPERTIES
    parameters = [path_parameter(kind), *field_parameters((*kind.once, *kind.fields)), *edits]
    command(app, "upsert", offers=Offers.CHANGE | Offers.YES, examples=[_example(kind, "upsert")])(
        _signed(upsert, *parameters)
    )


def _add_update(app: typer.Typer, kind: Kind) -> None:
    def update(session: Session, path: Sequence[str] | None, id: str | None, **said: Any) -> None:
        arguments = _edits(kind, said)
        if not arguments:
            raise usage("nothing is said to change", hint=f"`modelreg {kind.command} update --help` lists what can be.")
        record, parents = _meant(session, kind, path, id)
        if arguments.get("replace_properties"):
            _confirm_loss(session, record, arguments)
        record = getattr(session.writing, kind.group).update(record, **arguments)
        told(session, kind, record, parents)

    update.__doc__ = f"Change a {kind.words} by what is said; what is not said stays."
    parameters = [path_parameter(kind, optional=True), ID, *field_parameters(kind.fields), *EDITS]
    command(app, "update", offers=Offers.CHANGE | Offers.YES, examples=[_example(kind, "update")])(
        _signed(update, *parameters)
    )


def _add_state(app: typer.Typer, kind: Kind, verb: str) -> None:
    def change(session: Session, path: Sequence[str] | None, id: str | None) -> None:
        record, parents = _meant(session, kind, path, id)
        if verb == "archive":
            _confirm_deployed(session, kind, record)
        if verb == "undeploy" and record.desired_state != "UNDEPLOYED":
            session.confirm(f"Take inference service {record.name!r} out of service")
        record = getattr(getattr(session.writing, kind.group), verb)(record)
        told(session, kind, record, parents, done=_DONE[verb])

    change.__doc__ = f"{STATES[verb]} a{'n' if kind.words[0] in 'aei' else ''} {kind.words}."
    offers = Offers.CHANGE | (Offers.YES if verb in ("archive", "undeploy") else Offers.NOTHING)
    parameters = [path_parameter(kind, optional=True), ID]
    command(app, verb, offers=offers, examples=[_example(kind, verb)])(_signed(change, *parameters))


def _meant(session: Session, kind: Kind, path: Sequence[str] | None, id: str | None) -> tuple[Any, Sequence[str]]:
    """Return the record that a name or `--id` means."""
    if (id is None) == (not path):
        raise usage("say a name or --id, one of them", hint=f"Names are written {kind.shape}.")
    if id is not None:
        record: Any = getattr(session.writing, kind.group).get(id)
        return record, _parents(session, kind, record, ())
    parts = parts_of(kind.path, path or ())
    return found(session.writing, kind, parts), parts[:-1]


def _edits(kind: Kind, said: dict[str, Any]) -> dict[str, Any]:
    """Read what is said of a record."""
    labels, pairs = said.pop("label", ()), said.pop("property", ())
    removed, replace = said.pop("remove_property", ()), said.pop("replace_properties", False)
    for shared in ("yes",):
        said.pop(shared, None)
    arguments = read_fields(said)
    if kind.group == "artifacts" and said.get("kind") == "metric" and isinstance(arguments.get("value"), str):
        arguments["value"] = _number(arguments["value"])
    properties = with_labels(pairs, labels)
    if properties is not None or replace:
        arguments["properties"] = properties or {}
    if removed:
        arguments["remove_properties"] = list(removed)
    if replace:
        arguments["replace_properties"] = True
    return arguments


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise usage(f"--value {text!r} is not a number, and a metric is one") from None


def _confirm_loss(session: Session, record: Any, arguments: Mapping[str, Any]) -> None:
    """Ask before properties go."""
    lost = [] if record is None else sorted(record.properties.keys() - arguments["properties"].keys())
    if lost:
        session.confirm(f"Take away {len(lost)} properties of {record.name!r} ({', '.join(lost[:5])})")


def _confirm_deployed(session: Session, kind: Kind, record: Any) -> None:
    """Ask before something that is being served is archived."""
    if kind.group not in ("models", "versions"):
        return
    field = "model_id" if kind.group == "models" else "version_id"
    serving = [
        service
        for service in session.writing.inference_services.list()
        if getattr(service, field) == record.id and service.desired_state == "DEPLOYED"
    ]
    if serving:
        session.confirm(f"{kind.words.capitalize()} {record.name!r} is served by {serving[0].name!r}; archive it")


def told(session: Session, kind: Kind, record: Any, parents: Sequence[str], *, done: str | None = None) -> None:
    """Say what a change did: the reference on stdout, the rest on stderr."""
    happened: str = session.witness.happened if session.witness is not None else "unchanged"
    named = reference(record, parents)
    if done is not None and happened != "unchanged":
        happened = done
    identity = "" if session.dry and happened == "created" else f" (id {record.id})"
    label = named if kind.group in ("models", "versions", "serving_environments", "experiments") else record.name
    session.done(happened, f"{kind.words} {label}{identity}", next_step=_next(kind, named))
    if session.out.form is Form.JSON:
        from modelreg.views.data import as_data

        data = as_data(record)
        session.out.json({**data, "id": None} if not identity else data)
    else:
        session.out.names([label if not identity else named])


def _next(kind: Kind, named: str) -> str | None:
    from modelreg.views.commands import quoted

    if kind.group in ("models", "versions"):
        return f"modelreg show {quoted(named)}"
    if kind.group in ("serving_environments", "experiments"):
        return f"modelreg {kind.command} find {quoted(named)}"
    return None if kind.group == "serve_models" else f"modelreg {kind.command} get {named}"


_NAMES = {
    "models": "fraud",
    "versions": "fraud@1.4.0",
    "artifacts": "fraud@1.4.0 card",
    "serving_environments": "prod",
    "inference_services": "prod fraud-svc",
    "serve_models": "prod fraud-svc first",
    "experiments": "tuning",
    "runs": "tuning run-1",
}
_SAYING = {
    "models": "--owner ana --property tier=gold --label candidate",
    "versions": "--author ben --property auc=0.94",
    "artifacts": "--kind doc --uri https://example.com/card.md",
    "serving_environments": "--description 'where customers are'",
    "inference_services": "--version fraud@1.4.0 --desired-state DEPLOYED",
    "serve_models": "--version fraud@1.4.0 --last-known-state RUNNING",
    "experiments": "--owner ana",
    "runs": "--status RUNNING",
}


def _example(kind: Kind, verb: str) -> str:
    if verb == "get":
        return f"{kind.command} get 1" + (" prod fraud-svc" if kind.group == "serve_models" else "")
    said = {
        "update": "--description 'as it is now'",
        "upsert": _SAYING[kind.group],
    }
    return " ".join(part for part in (kind.command, verb, _NAMES[kind.group], said.get(verb, "")) if part) + (
        " --yes" if verb == "undeploy" or (verb == "archive" and kind.group in ("models", "versions")) else ""
    )
