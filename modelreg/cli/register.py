"""Decides how `modelreg register` puts a registration together, and what it says of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer import Option

from modelreg.cli.failing import usage
from modelreg.cli.lazy import new_app
from modelreg.cli.output import Form
from modelreg.cli.said import directions, numbers, properties, source
from modelreg.cli.session import Offers, Session, command

if TYPE_CHECKING:
    from modelreg.pipeline import Composed
    from modelreg.types import Plan, Registration

app = new_app()
_EXAMPLES = (
    "register fraud 1.4.0 --uri s3://models/fraud/1.4.0/model.onnx --format onnx --property depth=6 --label candidate",
    "register fraud@1.4.0 --metric auc=0.94 --higher auc",
    "register fraud 1.5.0 --uri s3://models/fraud/1.5.0 --metrics metrics.json --eval-results results.json --detect",
    "register --file registration.yaml --dry-run",
)
_Text = str | None


@command(app, "register", offers=Offers.CHANGE, examples=_EXAMPLES)
def _register(  # one parameter an option
    session: Session,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME VERSION]", help="fraud 1.4.0 or fraud@1.4.0, unless the file says it"),
    ] = None,
    uri: Annotated[_Text, Option("--uri", help="Where the weights lie", metavar="URI")] = None,
    model_format: Annotated[_Text, Option("--format", help="Their format, such as onnx", metavar="NAME")] = None,
    model_format_version: Annotated[_Text, Option("--format-version", help="Its version", metavar="VERSION")] = None,
    description: Annotated[_Text, Option("--description", help="Of the version", metavar="TEXT")] = None,
    author: Annotated[_Text, Option("--author", help="Who made the version", metavar="NAME")] = None,
    owner: Annotated[_Text, Option("--owner", help="Who owns the model", metavar="NAME")] = None,
    model_description: Annotated[_Text, Option("--model-description", help="Of the model", metavar="TEXT")] = None,
    external_id: Annotated[_Text, Option("--external-id", help="Of the version", metavar="ID")] = None,
    property: Annotated[
        list[str] | None,
        Option("--property", "-p", metavar="KEY=VALUE", help="Of the version; a JSON literal, else text; repeatable"),
    ] = None,
    model_property: Annotated[
        list[str] | None, Option("--model-property", metavar="KEY=VALUE", help="Of the model; repeatable")
    ] = None,
    artifact_property: Annotated[
        list[str] | None, Option("--artifact-property", metavar="KEY=VALUE", help="Of the artifact; repeatable")
    ] = None,
    label: Annotated[
        list[str] | None, Option("--label", "-l", metavar="LABEL", help="Of the version; repeatable")
    ] = None,
    metric: Annotated[
        list[str] | None, Option("--metric", "-m", metavar="KEY=NUMBER", help="A metric; repeatable")
    ] = None,
    metrics: Annotated[
        Path | None, Option("--metrics", metavar="FILE", help="Metrics, as a JSON object in a file")
    ] = None,
    higher: Annotated[
        list[str] | None,
        Option("--higher", metavar="METRIC", help="More of it is better, remembered; repeatable"),
    ] = None,
    lower: Annotated[
        list[str] | None, Option("--lower", metavar="METRIC", help="Less of it is better; remembered; repeatable")
    ] = None,
    param: Annotated[
        list[str] | None, Option("--param", metavar="KEY=VALUE", help="A setting of the training; repeatable")
    ] = None,
    eval_results: Annotated[
        Path | None, Option("--eval-results", metavar="FILE", help="lm-eval's results, a file or its folder")
    ] = None,
    eval_uri: Annotated[_Text, Option("--eval-uri", metavar="URI", help="Where others find the results")] = None,
    artifact_name: Annotated[
        _Text, Option("--artifact-name", metavar="NAME", help="Of the model artifact [default: the model's]")
    ] = None,
    storage_key: Annotated[_Text, Option("--storage-key", help="The storage's credentials", metavar="NAME")] = None,
    storage_path: Annotated[_Text, Option("--storage-path", help="The path in it", metavar="PATH")] = None,
    service_account_name: Annotated[_Text, Option("--service-account", help="Who may load it", metavar="NAME")] = None,
    source_run: Annotated[
        _Text, Option("--source-run", metavar="ID", help="The run that made it: the lineage's id")
    ] = None,
    source: Annotated[
        list[str] | None,
        Option("--source", metavar="KEY=VALUE", help="Lineage: kind=, class=, group=, id= or name=; repeatable"),
    ] = None,
    file: Annotated[
        Path | None, Option("--file", "-f", metavar="FILE", help="A registration.yaml that declares it")
    ] = None,
    detect: Annotated[
        bool, Option("--detect", help="Take run, commit and actor from GitHub Actions, GitLab CI, Tekton or Argo")
    ] = False,
    on_conflict: Annotated[
        Literal["fail", "update", "unchanged"] | None,
        Option("--on-conflict", metavar="fail|update|unchanged", help="When the weights lie elsewhere already"),
    ] = None,
    restore: Annotated[bool, Option("--restore", help="Bring an archived model or version back")] = False,
) -> None:
    """Register a version of a model with its weights; said again, it finishes or changes what is there.

    What is said wins over --file, and that over --detect. The weights are written last.
    """
    said = dict(locals())
    composed = _composed(said)
    for note in composed.notes:
        session.out.warn(note)
    arguments = composed.arguments()
    if session.dry:
        _say_plan(session, composed, session.registry.register(**arguments, dry_run=True))
    else:
        _say_done(session, session.registry.register(**arguments))


_AS_SAID = (
    "uri",
    "model_format",
    "model_format_version",
    "description",
    "author",
    "owner",
    "model_description",
    "external_id",
    "artifact_name",
    "storage_key",
    "storage_path",
    "service_account_name",
    "on_conflict",
)


def _composed(said: Mapping[str, Any]) -> Composed:
    """Put together what was said, declared and found."""
    from modelreg.pipeline import compose_registration, detect_run, read_eval_results, read_metrics, read_registration

    declared = None if said["file"] is None else read_registration(said["file"])
    metrics_file = said["metrics"] or (declared.metrics_file if declared else None)
    results = said["eval_results"] or (declared.eval_results if declared else None)
    detected = detect_run(os.environ) if said["detect"] else None
    if said["detect"] and detected is None:
        raise usage("--detect finds no run", hint="It knows GitHub Actions, GitLab CI, Tekton and Argo.")
    return compose_registration(
        _direct(said),
        declared=declared,
        detected=detected,
        metrics=None if metrics_file is None else read_metrics(metrics_file),
        eval_results=None if results is None else read_eval_results(results),
        eval_uri=said["eval_uri"],
        params=properties(said["param"] or (), "--param") or None,
    )


def _direct(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said directly, as arguments of `register`."""
    arguments = {name: said[name] for name in _AS_SAID}
    arguments |= _named(said["words"] or ())
    for name in ("property", "model_property", "artifact_property"):
        plural = name.removesuffix("y") + "ies"
        arguments[plural] = properties(said[name] or (), f"--{name.replace('_', '-')}") or None
    arguments["labels"] = list(said["label"] or ()) or None
    arguments["metrics"] = numbers(said["metric"] or (), "--metric") or None
    arguments["higher_is_better"] = directions(said["higher"] or (), said["lower"] or ()) or None
    lineage = dict(source(said["source"] or ()) or {})
    if said["source_run"]:
        lineage.setdefault("id", said["source_run"])
    arguments["source"] = lineage or None
    arguments["restore"] = said["restore"] or None
    return arguments


def _named(words: Any) -> dict[str, str]:
    from modelreg.cli.kinds import VERSIONS
    from modelreg.cli.paths import parts_of

    if not words:
        return {}
    name, version = parts_of(VERSIONS.path, words)
    return {"name": name, "version": version}


def _say_done(session: Session, done: Registration) -> None:
    from modelreg.views.commands import quoted
    from modelreg.views.data import as_data

    for warning in done.warnings:
        session.out.warn(warning)
    session.done(
        str(done.outcome).replace("created", "Registered"),
        f"{done.reference} (id {done.version.id})",
        next_step=f"modelreg show {quoted(done.reference)}",
    )
    if session.out.form is Form.JSON:
        session.out.json(
            {
                "reference": done.reference,
                "outcome": _outcome(done),
                "model": as_data(done.model),
                "version": as_data(done.version),
                "artifact": None if done.artifact is None else as_data(done.artifact),
                "artifacts": [as_data(each) for each in done.artifacts],
                "warnings": list(done.warnings),
            }
        )
    else:
        session.out.names([done.reference])


def _outcome(answer: Registration | Plan) -> dict[str, Any]:
    outcome = answer.outcome
    return {
        "strongest": str(outcome),
        "model": outcome.model,
        "version": outcome.version,
        "artifact": outcome.artifact,
        "artifacts": list(outcome.artifacts),
    }


def _say_plan(session: Session, composed: Composed, plan: Plan) -> None:
    reference = f"{composed.request.name}@{composed.request.version}"
    for warning in plan.warnings:
        session.out.warn(warning)
    for write in plan.writes:
        session.out.say(f"  {write}")
    session.done(str(plan.outcome).replace("created", "Registered"), reference)
    if session.out.form is Form.JSON:
        writes = [
            {"what": each.what, "name": each.name, "happens": each.happens, "body": each.body} for each in plan.writes
        ]
        session.out.json({"reference": reference, "outcome": _outcome(plan), "writes": writes})
    else:
        session.out.names([reference])
