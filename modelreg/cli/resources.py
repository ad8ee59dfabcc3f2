"""Decides which commands the groups of resources have beside the verbs that all of them share."""

from __future__ import annotations

from typing import Annotated

import typer

from modelreg.cli import kinds
from modelreg.cli.completing import complete
from modelreg.cli.kinds import Kind
from modelreg.cli.lazy import new_app
from modelreg.cli.listing import write_records
from modelreg.cli.output import Form
from modelreg.cli.paths import found, found_service, parts_of
from modelreg.cli.said import moment, properties
from modelreg.cli.session import Offers, Session, command
from modelreg.cli.verbs import add_verbs, show_record, told

_HELP = {
    "models": "Registered models, named in the whole registry.",
    "versions": "Model versions, named under their model: fraud@1.4.0, or fraud 1.4.0.",
    "artifacts": "Artifacts of every kind, named under their version: fraud@1.4.0 card.",
    "serving_environments": "Serving environments, in which services run.",
    "inference_services": "Inference services, named under their environment: prod fraud-svc.",
    "serve_models": "Acts of serving, named under their service: prod fraud-svc first.",
    "experiments": "Experiments, named in the whole registry.",
    "runs": "Experiment runs, named under their experiment: tuning run-1.",
}


def _group(kind: Kind) -> typer.Typer:
    app = new_app(_HELP[kind.group])

    @app.callback(invoke_without_command=True)
    def _help(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            print(context.get_help())

    add_verbs(app, kind)
    return app


models = _group(kinds.MODELS)
versions = _group(kinds.VERSIONS)
artifacts = _group(kinds.ARTIFACTS)
serving_environments = _group(kinds.ENVIRONMENTS)
inference_services = _group(kinds.SERVICES)
serve_models = _group(kinds.SERVES)
experiments = _group(kinds.EXPERIMENTS)
runs = _group(kinds.RUNS)

ModelName = Annotated[
    str, typer.Argument(metavar="MODEL", help="The model's name", autocompletion=complete(kinds.MODELS.path))
]
ServiceName = Annotated[
    list[str],
    typer.Argument(
        metavar=kinds.SERVICES.shape,
        help="The environment's name, then the service's",
        autocompletion=complete(kinds.SERVICES.path),
    ),
]
RunName = Annotated[
    list[str],
    typer.Argument(
        metavar=kinds.RUNS.shape,
        help="The experiment's name, then the run's",
        autocompletion=complete(kinds.RUNS.path),
    ),
]


@command(versions, "latest", offers=Offers.OBJECT, examples=["versions latest fraud", "versions latest fraud -q"])
def _latest(session: Session, path: ModelName) -> None:
    """Show a model's newest version that is LIVE."""
    from modelreg.errors import NotFound

    model = found(session.registry, kinds.MODELS, (path,))
    version = session.registry.versions.latest(model)
    if version is None:
        raise NotFound(
            f"model {path!r} has no LIVE version", hint=f"`modelreg versions list {path}` shows what it has."
        )
    show_record(session, kinds.VERSIONS, version, (model.name,))


@command(inference_services, "model", offers=Offers.OBJECT, examples=["inference-services model prod fraud-svc"])
def _service_model(session: Session, path: ServiceName) -> None:
    """Show the model that a service serves."""
    service = found_service(session.registry, *parts_of(kinds.SERVICES.path, path))
    show_record(session, kinds.MODELS, session.registry.inference_services.model(service))


@command(inference_services, "version", offers=Offers.OBJECT, examples=["inference-services version prod fraud-svc"])
def _service_version(session: Session, path: ServiceName) -> None:
    """Show the version that a service serves: its own, else the newest of its model."""
    service = found_service(session.registry, *parts_of(kinds.SERVICES.path, path))
    show_record(session, kinds.VERSIONS, session.registry.inference_services.version(service))


@command(
    runs,
    "log-metric",
    offers=Offers.CHANGE,
    examples=["runs log-metric tuning run-1 --name loss --value 0.3 --step 1"],
)
def _log_metric(
    session: Session,
    path: RunName,
    name: Annotated[str, typer.Option("--name", help="What was measured")],
    value: Annotated[float, typer.Option("--value", help="The number")],
    step: Annotated[int | None, typer.Option("--step", help="The training step it belongs to")] = None,
    timestamp: Annotated[
        str | None, typer.Option("--timestamp", help="When it was measured, in ISO 8601 [default: now]")
    ] = None,
) -> None:
    """Log a number; the run keeps the newest of each name, its history every one."""
    run = found(session.writing, kinds.RUNS, parts_of(kinds.RUNS.path, path))
    moment_said = moment(timestamp, "--timestamp")
    metric = session.writing.runs.log_metric(run, name, value, step=step, timestamp=moment_said)
    told(session, kinds.ARTIFACTS, metric, ())


@command(
    runs,
    "log-params",
    offers=Offers.CHANGE,
    examples=["runs log-params tuning run-1 --param depth=6 --param optimizer=adam"],
)
def _log_params(
    session: Session,
    path: RunName,
    param: Annotated[
        list[str], typer.Option("--param", metavar="KEY=VALUE", help="A setting; a JSON literal, else text; repeatable")
    ],
) -> None:
    """Log settings, as text with their type; one that is there with another value is changed."""
    run = found(session.writing, kinds.RUNS, parts_of(kinds.RUNS.path, path))
    logged = session.writing.runs.log_params(run, properties(param, "--param"))
    happened = session.witness.happened if session.witness else "unchanged"
    session.done(happened, f"{len(logged)} parameters of run {run.name}")
    if session.out.form is Form.JSON:
        from modelreg.views.data import as_data

        session.out.json([as_data(each) for each in logged])
    else:
        session.out.names(each.name for each in logged)


@command(runs, "artifacts", offers=Offers.ROWS, examples=["runs artifacts tuning run-1 --kind metric"])
def _run_artifacts(
    session: Session,
    path: RunName,
    kind: Annotated[
        str | None, typer.Option("--kind", help="model, doc, dataset, metric or parameter", metavar="KIND")
    ] = None,
    columns: Annotated[str | None, typer.Option("--columns", metavar="KEYS", help="Which columns")] = None,
) -> None:
    """List what a run logged: its newest metrics, its parameters and other artifacts."""
    run = found(session.registry, kinds.RUNS, parts_of(kinds.RUNS.path, path))
    records = list(session.registry.runs.artifacts(run, kind=kind))
    write_records(session, "Artifact", records, columns=columns or "id,name,kind,value,uri,updated")


@command(
    runs,
    "metric-history",
    offers=Offers.ROWS,
    examples=["runs metric-history tuning run-1 --name loss --csv"],
)
def _metric_history(
    session: Session,
    path: RunName,
    name: Annotated[str | None, typer.Option("--name", help="Only this metric")] = None,
    columns: Annotated[str | None, typer.Option("--columns", metavar="KEYS", help="Which columns")] = None,
) -> None:
    """List every value that a run logged, the oldest first."""
    run = found(session.registry, kinds.RUNS, parts_of(kinds.RUNS.path, path))
    records = list(session.registry.runs.metric_history(run, name))
    write_records(session, "Metric", records, columns=columns)
