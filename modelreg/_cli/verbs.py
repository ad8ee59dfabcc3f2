"""The verbs that every resource has on the command line: get, find, upsert, update and those of its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import attrs
import click

from modelreg._cli.app import Group
from modelreg._cli.failures import usage
from modelreg._cli.listing import list_command
from modelreg._cli.lookups import (
    find_record,
    parent_arguments,
    path_argument,
    path_shape,
    reference,
    split_names,
)
from modelreg._cli.option_values import given_values, keyword_option, keyword_options, text_option
from modelreg._cli.output import Form
from modelreg._cli.session import Argument, Command, Offers, Session, flag
from modelreg._core.resources import (
    ARTIFACTS,
    ENVIRONMENTS,
    EXPERIMENTS,
    MODELS,
    RUNS,
    SERVE_MODELS,
    SERVICES,
    VERSIONS,
    Resource,
)
from modelreg._types.choices import ArtifactKind, Happened

# What an example of each resource's verbs names and gives.
_EXAMPLES = {
    MODELS.group: ("fraud", "--owner ana --property tier=gold --label candidate"),
    VERSIONS.group: ("fraud@1.4.0", "--author ben --property auc=0.94"),
    ARTIFACTS.group: ("fraud@1.4.0 card", "--kind doc --uri https://example.com/card.md"),
    ENVIRONMENTS.group: ("prod", "--description 'where customers are'"),
    SERVICES.group: ("prod fraud-svc", "--version fraud@1.4.0 --desired-state DEPLOYED"),
    SERVE_MODELS.group: ("prod fraud-svc first", "--version fraud@1.4.0 --last-known-state RUNNING"),
    EXPERIMENTS.group: ("tuning", "--owner ana"),
    RUNS.group: ("tuning run-1", "--status RUNNING"),
}
# What each verb of a state does, what it has done, and the change that it is.
_STATE_VERBS = {
    "archive": ("Archive", "Archived", {"state": "ARCHIVED"}),
    "restore": ("Restore", "Restored", {"state": "LIVE"}),
    "deploy": ("Ask for the deployment of", "Deployed", {"desired_state": "DEPLOYED"}),
    "undeploy": ("Take out of service", "Undeployed", {"desired_state": "UNDEPLOYED"}),
}


class ResourceGroup(Group):
    """The commands of one resource; those of its verbs are made when they are first asked for."""

    def __init__(self, resource: Resource, help: str, *commands: click.Command) -> None:
        super().__init__(resource.command, help, commands={str(each.name): each for each in commands})
        self._resource = resource
        self._verbs: dict[str, Callable[[Resource], Command]] = {
            "list": list_command,
            "get": _get,
            "find": _find,
            "upsert": _upsert,
        }
        if resource.can_update:
            self._verbs["update"] = _update
        for verb in ("archive", "restore") if resource.archives else ("deploy", "undeploy") if resource.deploys else ():
            self._verbs[verb] = partial(_change_state, verb)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """List the verbs, then what only this resource has."""
        return list(dict.fromkeys([*self._verbs, *self.commands]))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, made if it is the first time."""
        if cmd_name in self._verbs and cmd_name not in self.commands:
            self.add_command(self._verbs[cmd_name](self._resource))
        return super().get_command(ctx, cmd_name)


def _command(
    resource: Resource,
    verb: str,
    callback: Callable[..., None],
    params: Sequence[click.Parameter],
    offers: Offers,
    help: str,
) -> Command:
    return Command(verb, callback, params, offers=offers, examples=[_example(resource, verb)], help=help)


def show_record(session: Session, resource: Resource, record: Any, parents: Sequence[str] = ()) -> None:
    """Write one record in the form that was asked for."""
    from modelreg._core.record_data import as_data
    from modelreg._views.record_page import record_page

    if session.out.form is Form.JSON:
        session.out.json(as_data(record))
    elif session.out.quiet:
        session.out.names([reference(record, parent_names(session, resource, record, parents))])
    else:
        session.out.page(record_page(record, resource.label))


def parent_names(session: Session, resource: Resource, record: Any, parents: Sequence[str]) -> Sequence[str]:
    """Return the names of a record's parents; a version's model is looked up where it is not known."""
    if parents or resource is not VERSIONS:
        return parents
    return (session.names.model(record.model_id) or "",)


def _get(resource: Resource) -> Command:
    under = resource is SERVE_MODELS

    def get(session: Session, id: str, path: Sequence[str] = ()) -> None:
        more = {}
        if under:
            assert resource.parent is not None
            more = parent_arguments(session.registry, resource, split_names(resource.parent.path, path))
        show_record(session, resource, getattr(session.registry, resource.group).get(id, **more))

    params: list[click.Parameter] = [Argument("id", metavar="ID", help="Its id, as digits")]
    if under:
        params.append(path_argument(resource.path[:-1]))
    return _command(
        resource, "get", get, params, Offers.OBJECT, f"Show the {resource.label} with this id; `find` takes a name."
    )


def _find(resource: Resource) -> Command:
    by_external_id = resource is not SERVE_MODELS

    def find(session: Session, path: Sequence[str], external_id: str | None = None, **given: Any) -> None:
        if external_id is not None and not path:
            record = getattr(session.registry, resource.group).find(external_id=external_id)
            if record is None:
                from modelreg.errors import NotFound

                raise NotFound(f"there is no {resource.label} with the external id {external_id!r}")
            show_record(session, resource, record)
            return
        names = split_names(resource.path, path)
        more = given_values({**given, "external_id": external_id})
        show_record(session, resource, find_record(session.registry, resource, names, **more), names[:-1])

    params: list[click.Parameter] = [path_argument(resource.path, optional=by_external_id)]
    if by_external_id:
        params.append(text_option("external_id", "--external-id", help="Its external id", metavar="ID"))
    if resource is ARTIFACTS:
        params.append(keyword_option("kind", ArtifactKind, "The kind, where two share the name"))
    return _command(resource, "find", find, params, Offers.OBJECT, f"Show the {resource.label} of exactly this name.")


def _field_options(resource: Resource, *, update: bool) -> list[click.Parameter]:
    """Return the options of the resource's fields, and those that only its upsert has."""
    fields = attrs.fields_dict(resource.record)
    without = {"properties", "replace_properties", "remove_properties"}
    if update:
        without |= {name for name, field in fields.items() if field.metadata.get("fixed")}
    options = keyword_options(resource.keywords, without=without)
    options += [
        text_option(
            "property", "--property", "-p", help="A property; a JSON literal, else text", metavar="KEY=VALUE", many=True
        ),
        text_option("label", "--label", "-l", help="A label", metavar="LABEL", many=True),
    ]
    if resource.can_update:
        options += [
            text_option(
                "remove_properties", "--remove-property", help="A property or label to remove", metavar="KEY", many=True
            ),
            flag("replace_properties", "--replace-properties", help="The properties given are the whole; others go"),
        ]
    if resource in (SERVICES, SERVE_MODELS):
        options.append(text_option("version", "--version", help="The version that is served", metavar="MODEL@VERSION"))
    if resource is SERVICES and not update:
        options.append(text_option("model", "--model", help="The model that is served, when no version is given"))
    if resource is VERSIONS:
        options.append(flag("force", "--force", help="With --state ARCHIVED, delete the aliases that point at it"))
    if resource is ARTIFACTS and not update:
        options.append(keyword_option("kind", ArtifactKind, "The kind of artifact; model unless given"))
        options.append(flag("force", "--force", help="Create it although KServe then loads it in place of the model"))
    return options


def read_fields(resource: Resource, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that were given as the library's arguments."""
    from modelreg._cli.option_values import properties

    fields = {name: value for name, value in given_values(given).items() if value is not False}
    pairs, labels = fields.pop("property", ()), fields.pop("label", ())
    found = properties(pairs)
    for label in labels:
        if found.get(label, "") != "":
            raise usage(f"{label!r} is both a label and a property")
        found[label] = ""
    if found or fields.get("replace_properties"):
        fields["properties"] = found
    if resource is ARTIFACTS and fields.get("kind") == "metric" and "value" in fields:
        fields["value"] = _number(fields["value"])
    return fields


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise usage(f"--value {text!r} is not a number, and a metric is one") from None


def _upsert(resource: Resource) -> Command:
    def upsert(session: Session, path: Sequence[str], **given: Any) -> None:
        names = split_names(resource.path, path)
        fields = read_fields(resource, given)
        group = getattr(session.registry, resource.group)
        scope = parent_arguments(session.registry, resource, names[:-1])
        if session.dry:
            if resource is VERSIONS:
                fields.pop("force", None)
            session.plan(group.plan_upsert(names[-1], **scope, **fields), *_named(resource, names))
            return
        if fields.get("replace_properties"):
            narrow = {"kind": fields.get("kind", "model")} if resource is ARTIFACTS else {}
            _confirm_loss(session, group.find(names[-1], **scope, **narrow), fields)
        record = group.upsert(names[-1], **scope, **fields)
        print_change(session, resource, record, names[:-1], str(session.registry._engine.happened))

    return _command(
        resource,
        "upsert",
        upsert,
        [path_argument(resource.path), *_field_options(resource, update=False)],
        Offers.CHANGE | Offers.YES,
        f"Create the {resource.label} of this name, or update it where it differs; what is not given stays.",
    )


def _update(resource: Resource) -> Command:
    def update(session: Session, path: Sequence[str], id: str | None, **given: Any) -> None:
        fields = read_fields(resource, given)
        if not fields:
            raise usage(
                "nothing is given to change", hint=f"`modelreg {resource.command} update --help` lists what can be."
            )
        record, parents = _subject(session, resource, path, id)
        group = getattr(session.registry, resource.group)
        if session.dry:
            fields.pop("force", None)
            session.plan(group.plan_update(record, **fields), *_named(resource, (*parents, record.name), record))
            return
        if fields.get("replace_properties"):
            _confirm_loss(session, record, fields)
        after = group.update(record, **fields)
        print_change(session, resource, after, parents, happened_to(record, after))

    return _command(
        resource,
        "update",
        update,
        [path_argument(resource.path, optional=True), _id_option(), *_field_options(resource, update=True)],
        Offers.CHANGE | Offers.YES,
        f"Update the {resource.label}; what is not given stays.",
    )


def _change_state(verb: str, resource: Resource) -> Command:
    doing, done, changed = _STATE_VERBS[verb]

    def change(session: Session, path: Sequence[str], id: str | None, **more: Any) -> None:
        record, parents = _subject(session, resource, path, id)
        group = getattr(session.registry, resource.group)
        if session.dry:
            plan = group.plan_update(record, **changed)
            session.plan(plan, *_named(resource, (*parents, record.name), record), done=done)
            return
        if verb == "archive":
            _confirm_served(session, resource, record)
        if verb == "undeploy" and record.desired_state != "UNDEPLOYED":
            session.confirm(f"Take inference service {record.name!r} out of service")
        after = getattr(group, verb)(record, **{name: value for name, value in more.items() if value})
        happened = happened_to(record, after)
        print_change(session, resource, after, parents, happened if happened == "unchanged" else done)

    params = [path_argument(resource.path, optional=True), _id_option()]
    if resource is VERSIONS and verb == "archive":
        params.append(flag("force", "--force", help="Delete the aliases that point at it first"))
    article = "an" if resource.label[0] in "aei" else "a"
    return _command(
        resource,
        verb,
        change,
        params,
        Offers.CHANGE | (Offers.YES if verb in ("archive", "undeploy") else Offers.NOTHING),
        f"{doing} {article} {resource.label}.",
    )


def _id_option() -> click.Option:
    return click.Option(["--id", "id"], metavar="ID", help="Its id, in the place of its name")


def _subject(session: Session, resource: Resource, path: Sequence[str], id: str | None) -> tuple[Any, Sequence[str]]:
    """Return the record that a name or `--id` means, and the names of its parents."""
    if (id is None) == (not path):
        raise usage("give a name or --id, one of them", hint=f"Names are written {path_shape(resource.path)}.")
    if id is not None:
        record = getattr(session.registry, resource.group).get(id)
        return record, parent_names(session, resource, record, ())
    names = split_names(resource.path, path)
    return find_record(session.registry, resource, names), names[:-1]


def happened_to(before: Any, after: Any) -> Happened:
    """Return what happened to a record, given what was there; None where nothing was."""
    return "created" if before is None else "unchanged" if before == after else "updated"


def _confirm_loss(session: Session, record: Any, fields: Mapping[str, Any]) -> None:
    """Ask before properties go."""
    lost = [] if record is None else sorted(record.properties.keys() - fields["properties"].keys())
    if lost:
        session.confirm(f"Remove {len(lost)} properties of {record.name!r} ({', '.join(lost[:5])})")


def _confirm_served(session: Session, resource: Resource, record: Any) -> None:
    """Ask before something that is being served is archived."""
    if resource not in (MODELS, VERSIONS):
        return
    from modelreg._views.services import services_of

    if resource is VERSIONS:
        services = services_of(session.registry, record)
    else:
        services = tuple(each for each in session.registry.inference_services.list() if each.model_id == record.id)
    deployed = [service for service in services if service.desired_state == "DEPLOYED"]
    if deployed:
        session.confirm(f"{resource.label.capitalize()} {record.name!r} is served by {deployed[0].name!r}; archive it")


def _named(resource: Resource, names: Sequence[str], record: Any = None) -> tuple[str, str]:
    """Return what a record is called, for people and for scripts."""
    named = "@".join(names) if resource is VERSIONS else names[-1]
    return f"{resource.label} {named}", named if record is None else reference(record, names[:-1])


def print_change(session: Session, resource: Resource, record: Any, parents: Sequence[str], happened: str) -> None:
    """Print what a change did: the reference on stdout, the rest on stderr."""
    from modelreg._core.record_data import as_data

    what, _ = _named(resource, (*parents, record.name))
    named = reference(record, parents)
    session.done(happened, f"{what} (id {record.id})", next_step=_next_step(resource, named))
    session.out.result(as_data(record), [named])


def _next_step(resource: Resource, named: str) -> str | None:
    from modelreg._views.commands import quoted

    if resource in (MODELS, VERSIONS):
        return f"modelreg show {quoted(named)}"
    if resource.record.top_level:
        return f"modelreg {resource.command} find {quoted(named)}"
    return None if resource is SERVE_MODELS else f"modelreg {resource.command} get {named}"


def _example(resource: Resource, verb: str) -> str:
    name, given = _EXAMPLES[resource.group]
    if verb == "get":
        return f"{resource.command} get 1{' prod fraud-svc' if resource is SERVE_MODELS else ''}"
    asks = verb == "undeploy" or (verb == "archive" and resource in (MODELS, VERSIONS))
    more = {"update": " --description 'as it is now'", "upsert": f" {given}"}.get(verb, " --yes" if asks else "")
    return f"{resource.command} {verb} {name}{more}"
