"""Decides how each field of a record is said as an option; one meaning over all commands."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, get_args

import attrs
import typer

from modelreg.cli.completing import complete
from modelreg.cli.kinds import Kind, shape
from modelreg.cli.said import moment, source

Life = Literal["LIVE", "ARCHIVED"]
ArtifactState = Literal["UNKNOWN", "PENDING", "LIVE", "MARKED_FOR_DELETION", "DELETED", "ABANDONED", "REFERENCE"]
Desired = Literal["DEPLOYED", "UNDEPLOYED"]
Execution = Literal["UNKNOWN", "NEW", "RUNNING", "COMPLETE", "FAILED", "CACHED", "CANCELED"]
Status = Literal["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"]
ArtifactKind = Literal["model", "doc", "dataset", "metric", "parameter"]
ParameterType = Literal["string", "number", "boolean", "object"]


@attrs.frozen
class Said:
    """One option.

    Attributes:
        argument: The library's argument, where that is not the option's own name.
        read: Turns the text into the value.
    """

    type: Any
    help: str
    declared: tuple[str, ...] = ()
    argument: str = attrs.field(default="", kw_only=True)
    read: Callable[[Any], Any] | None = attrs.field(default=None, kw_only=True)
    metavar: str | None = attrs.field(default=None, kw_only=True)


def _time(option: str) -> Callable[[Any], Any]:
    return lambda text: moment(text, option)


FIELDS: Mapping[str, Said] = {
    "description": Said(str, "What it is, in words"),
    "external_id": Said(str, "An id of your own, unique among its kind"),
    "owner": Said(str, "Who owns it"),
    "author": Said(str, "Who made it"),
    "state": Said(Life, "Whether it is in use"),
    "artifact_state": Said(ArtifactState, "The artifact's state", ("--state",), argument="state"),
    "status": Said(Status, "How far the run came"),
    "readme": Said(str, "A longer text about it"),
    "maturity": Said(str, "Such as Generally Available"),
    "language": Said(list[str], "A language that it speaks, as a code; may be repeated"),
    "tasks": Said(list[str], "A task that it does; may be repeated", ("--task",)),
    "provider": Said(str, "Who provides it"),
    "logo": Said(str, "The URI of a picture"),
    "license": Said(str, "Its licence"),
    "license_link": Said(str, "Where the licence stands"),
    "library_name": Said(str, "The library that loads it"),
    "uri": Said(str, "Where it lies"),
    "model_format": Said(str, "The format of the weights, such as onnx", ("--format",)),
    "model_format_version": Said(str, "The format's version", ("--format-version",)),
    "storage_key": Said(str, "The name of the storage's credentials"),
    "storage_path": Said(str, "The path in that storage"),
    "service_account_name": Said(str, "The service account that may load it", ("--service-account",)),
    "source": Said(
        list[str],
        "Where a model came from: kind=, class=, group=, id= or name=; may be repeated. Of a dataset: plain text",
        read=lambda pairs: _source(pairs),  # noqa: PLW0108  # defined below
        metavar="KEY=VALUE",
    ),
    "digest": Said(str, "A dataset's digest, such as sha256:..."),
    "source_type": Said(str, "What kind of source a dataset has"),
    "schema": Said(str, "A dataset's schema"),
    "profile": Said(str, "A dataset's profile"),
    "value": Said(str, "A metric's number, or a parameter's text"),
    "timestamp": Said(str, "When a metric was measured, in ISO 8601", read=_time("--timestamp")),
    "step": Said(int, "The training step a metric belongs to"),
    "parameter_type": Said(ParameterType, "How a parameter's text is meant"),
    "kind": Said(ArtifactKind, "The kind of artifact"),
    "version": Said(str, "The version that is served, as MODEL@VERSION", metavar="MODEL@VERSION"),
    "model": Said(str, "The model that is served, when no version is said"),
    "runtime": Said(str, "What serves it"),
    "desired_state": Said(Desired, "Whether it should be deployed"),
    "last_known_state": Said(Execution, "How far it came"),
    "start_time": Said(str, "When it began, in ISO 8601", read=_time("--start-time")),
    "end_time": Said(str, "When it ended, in ISO 8601", read=_time("--end-time")),
}


def _source(pairs: Sequence[str]) -> Any:
    return pairs[0] if len(pairs) == 1 and "=" not in pairs[0] else source(pairs)


def field_parameters(names: Iterable[str]) -> list[inspect.Parameter]:
    """Make the options of these fields."""
    return [_parameter(name, FIELDS[name]) for name in names]


def _parameter(name: str, said: Said) -> inspect.Parameter:
    declared = said.declared or (f"--{name.replace('_', '-')}",)
    several = said.type == list[str]
    metavar = said.metavar or shown_type(said.type)
    option = typer.Option(*declared, help=said.help, metavar=metavar, case_sensitive=False, show_default=False)
    type_: Any = said.type if several else said.type | None
    annotation = Annotated[type_, option]
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=[] if several else None, annotation=annotation
    )


def shown_type(type_: Any) -> str:
    """Say what an option takes: the choices as they are spelled, else a word."""
    choices = get_args(type_)
    if choices and all(isinstance(choice, str) for choice in choices):
        return "|".join(choices)
    return {int: "NUMBER", float: "NUMBER"}.get(type_, "TEXT")


def read_fields(said: Mapping[str, Any]) -> dict[str, Any]:
    """Turn what options said into the library's arguments; what was not said is left out."""
    found = {}
    for name, value in said.items():
        if value is None or value == []:
            continue
        field = FIELDS[name]
        found[field.argument or name] = field.read(value) if field.read else value
    return found


def several(name: str, help: str, *declared: str, metavar: str = "TEXT") -> inspect.Parameter:
    """Make an option that may be repeated."""
    option = typer.Option(*declared, help=f"{help}; may be repeated", metavar=metavar, show_default=False)
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=[], annotation=Annotated[list[str], option])


def one(name: str, type_: Any, help: str, *declared: str, metavar: str | None = None) -> inspect.Parameter:
    """Make an option that may be left out."""
    metavar = metavar or shown_type(type_)
    option = typer.Option(*declared, help=help, metavar=metavar, show_default=False, case_sensitive=False)
    annotation = Annotated[type_ | None, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def flag(name: str, help: str, *declared: str) -> inspect.Parameter:
    """Make a switch."""
    annotation = Annotated[bool, typer.Option(*declared, help=help)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=annotation)


PROPERTIES = (
    several("property", "A property; a JSON literal, else text", "--property", "-p", metavar="KEY=VALUE"),
    several("label", "A label", "--label", "-l", metavar="LABEL"),
)
EDITS = (
    *PROPERTIES,
    several("remove_property", "A property or label to take away", "--remove-property", metavar="KEY"),
    flag("replace_properties", "Take the properties said as the whole; others go", "--replace-properties"),
)
ID = one("id", str, "Its id, in the place of its name", "--id", metavar="ID")


def path_parameter(kind: Kind, *, optional: bool = False, parents: bool = False) -> inspect.Parameter:
    """Make the positional arguments that name a thing, or only its parents."""
    path = kind.path[:-1] if parents else kind.path
    argument = typer.Argument(
        metavar=f"[{shape(path)}]" if optional else shape(path),
        help=f"{_help(path)}{', unless --id is said' if optional and not parents else ''}",
        autocompletion=complete(path),
        show_default=False,
    )
    if optional:
        return inspect.Parameter(
            "path", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[list[str] | None, argument]
        )
    return inspect.Parameter("path", inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[list[str], argument])


def _help(path: tuple[str, ...]) -> str:
    if path[:2] == ("model", "version"):
        rest = "".join(f", then the {part}'s name" for part in path[2:])
        return f"The version, as fraud@1.4.0 or fraud 1.4.0{rest}"
    return ", then ".join(f"the {part}'s name" for part in path).replace("the name's name", "its name").capitalize()
