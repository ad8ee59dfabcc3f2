"""`modelreg register`: a registration put together from options, a file, CI and evaluation results."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from modelreg._cli.failures import usage
from modelreg._cli.lookups import split_names
from modelreg._cli.option_values import (
    directions,
    given_values,
    keyword_options,
    properties,
    sign_option,
    signer,
    text_option,
)
from modelreg._cli.session import Argument, Offers, Session, command, flag, outcome_data
from modelreg._core.resources import VERSIONS
from modelreg._types import DataSet, DocArtifact, RegisterOptions

if TYPE_CHECKING:
    from modelreg._types import Registration
    from modelreg.pipeline import Composed

# Keywords of `register` that are no option, or one of another form.
_WITHOUT = ("higher_is_better", "artifacts", "run", "files", "sign", "progress")
_FILE = click.Path(path_type=Path)


def _file(name: str, *declared: str, help: str) -> click.Option:
    return click.Option([*declared, name], type=_FILE, metavar="FILE", help=help)


@command(
    "register",
    Argument(
        "words",
        nargs=-1,
        metavar="[NAME VERSION]",
        help="The model's name and the version's: fraud 1.4.0 or fraud@1.4.0, unless the file holds them",
    ),
    click.Option(
        ["--files"],
        type=_FILE,
        metavar="PATH",
        help="A file or folder to upload first; the model artifact gets its URI and digest",
    ),
    sign_option("The private key to sign the files with"),
    *keyword_options(RegisterOptions, without=_WITHOUT),
    click.Option(["--run"], nargs=2, metavar="EXPERIMENT RUN", help="The experiment run that made the model"),
    text_option("higher", "--higher", help="A metric of which more is better; remembered", metavar="METRIC", many=True),
    text_option("lower", "--lower", help="A metric of which less is better; remembered", metavar="METRIC", many=True),
    text_option("dataset", "--dataset", help="A data set of the version", metavar="NAME=URI", many=True),
    text_option("document", "--document", help="A document of the version", metavar="NAME=URI", many=True),
    _file("metrics_file", "--metrics", help="Metrics, as a JSON object in a file"),
    text_option("param", "--param", help="A parameter of the training", metavar="KEY=VALUE", many=True),
    _file("eval_results", "--eval-results", help="lm-eval's results, a file or its folder"),
    text_option("eval_uri", "--eval-uri", help="The URI of the results for others", metavar="URI"),
    text_option("source_run", "--source-run", help="The run that made it: the id of the lineage", metavar="ID"),
    _file("file", "--file", "-f", help="A registration.yaml that declares it"),
    flag("detect", "--detect", help="Take run, commit and actor from GitHub Actions, GitLab CI, Tekton or Argo"),
    offers=Offers.CHANGE,
    examples=[
        "register fraud 1.4.0 --uri s3://models/fraud/1.4.0/model.onnx --format onnx -p depth=6 --label candidate",
        "register fraud 1.4.0 --files out/model --to s3://models",
        "register fraud@1.4.0 --metric auc=0.94 --higher auc",
        "register fraud 1.5.0 --uri s3://models/fraud/1.5.0 --metrics metrics.json --eval-results results.json",
        "register fraud 1.6.0 --uri s3://models/fraud/1.6.0 --card card.md --dataset train=s3://data/train",
        "register --file registration.yaml --dry-run",
    ],
)
def register(session: Session, **given: Any) -> None:
    """Register a model version and its artifact. Safe to repeat: it completes or updates what is there.

    Options win over --file, and that over --detect. With --files they are uploaded first, to where --to or
    MODEL_REGISTRY_STORE says. The model artifact is written last.
    """
    composed = _compose(given)
    for warning in composed.warnings:
        session.out.warn(warning)
    arguments = composed.arguments()
    if session.dry:
        reference = f"{composed.request.name}@{composed.request.version}"
        plan = _with_progress(session, session.registry.plan, arguments)
        if plan.upload is not None:
            session.out.note(f"  upload {plan.upload.size:,} bytes, to {plan.upload.uri}")
        session.plan(plan, reference, reference, done="Registered" if str(plan.outcome) == "created" else None)
    else:
        print_registration(session, _with_progress(session, session.registry.register, arguments))


def _with_progress(session: Session, verb: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Call a verb, and show how far its files are."""
    if arguments.get("files") is None:
        return verb(**arguments)
    from modelreg._cli.weights import TransferProgress

    with TransferProgress(session) as progress:
        return verb(**{**arguments, "progress": progress})


def _compose(given: Mapping[str, Any]) -> Composed:
    """Put together what was given, declared and detected."""
    from modelreg.pipeline import compose_registration, detect_run, read_eval_results, read_metrics, read_registration

    declared = None if given["file"] is None else read_registration(given["file"])
    metrics_file = given["metrics_file"] or (declared.metrics_file if declared else None)
    results = given["eval_results"] or (declared.eval_results if declared else None)
    detected = detect_run(os.environ) if given["detect"] else None
    if given["detect"] and detected is None:
        raise usage("--detect finds no run", hint="It knows GitHub Actions, GitLab CI, Tekton and Argo.")
    return compose_registration(
        _arguments(given),
        declared=declared,
        detected=detected,
        metrics=None if metrics_file is None else read_metrics(metrics_file),
        eval_results=None if results is None else read_eval_results(results),
        eval_uri=given["eval_uri"],
        params=properties(given["param"] or (), "--param") or None,
    )


def _arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given as arguments of `register`."""
    arguments = {name: given.get(name) for name in RegisterOptions.__annotations__}
    if given["words"]:
        arguments["name"], arguments["version"] = split_names(VERSIONS.path, given["words"])
    arguments["higher_is_better"] = directions(given["higher"], given["lower"]) or None
    lineage = arguments["source"]
    if isinstance(lineage, str):
        raise usage(f"--source {lineage!r} is not KEY=VALUE", hint="It takes kind, class, group, id and name.")
    arguments["sign"] = signer(given["sign"])
    arguments["artifacts"] = [
        *(DocArtifact(name=name, uri=uri) for name, uri in _pairs(given["document"], "--document")),
        *(DataSet(name=name, uri=uri) for name, uri in _pairs(given["dataset"], "--dataset")),
    ] or None
    if given["source_run"]:
        arguments["source"] = {"id": given["source_run"], **(lineage or {})}
    return given_values(arguments)


def _pairs(given: Sequence[str] | None, option: str) -> Iterator[tuple[str, str]]:
    """Read names and URIs."""
    for pair in given or ():
        name, equals, uri = pair.partition("=")
        if not (name and equals and uri):
            raise usage(f"{option} {pair!r} is not NAME=URI", hint=f"Write {option} train=s3://data/train.")
        yield name, uri


def print_registration(session: Session, done: Registration) -> None:
    """Print what is registered."""
    from modelreg._core.record_data import as_data
    from modelreg._views.commands import quoted

    for warning in done.warnings:
        session.warn(warning)
    happened = str(done.outcome)
    session.done(
        "Registered" if happened == "created" else happened,
        f"{done.reference} (id {done.version.id})",
        next_step=f"modelreg show {quoted(done.reference)}",
    )
    data = {
        "reference": done.reference,
        "outcome": outcome_data(done.outcome),
        "model": as_data(done.model),
        "version": as_data(done.version),
        "artifact": None if done.artifact is None else as_data(done.artifact),
        "artifacts": [as_data(each) for each in done.artifacts],
        "warnings": list(done.warnings),
    }
    session.out.result(data, [done.reference])
