"""The groups of the resources: the verbs that all have, and those that one has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from modelreg._cli.listing import write_records
from modelreg._cli.lookups import find_record, path_argument, split_names, version_name
from modelreg._cli.option_values import keyword_option, moment, properties, text_option
from modelreg._cli.session import Offers, Session, command, flag
from modelreg._cli.verbs import ResourceGroup, happened_to, print_change, show_record
from modelreg._core.resources import (
    ARTIFACTS,
    ENVIRONMENTS,
    EXPERIMENTS,
    METRIC_HISTORY,
    MODELS,
    RUNS,
    SERVE_MODELS,
    SERVICES,
    VERSIONS,
)
from modelreg._types.choices import ArtifactKind, strongest

if TYPE_CHECKING:
    from modelreg._types import Plan


@command(
    "latest",
    path_argument(MODELS.path),
    offers=Offers.OBJECT,
    examples=["versions latest fraud", "versions latest fraud -q"],
)
def _latest(session: Session, path: Sequence[str]) -> None:
    """Show a model's newest version that is LIVE."""
    model = find_record(session.registry, MODELS, split_names(MODELS.path, path))
    _show_version(session, model, session.registry.versions.latest(model), "LIVE version")


@command(
    "best",
    path_argument(MODELS.path),
    text_option("metric", "--metric", help="The metric that is compared", metavar="METRIC", required=True),
    flag("higher", "--higher", help="More is better [default: what the model remembers]"),
    flag("lower", "--lower", help="Less is better"),
    offers=Offers.OBJECT,
    examples=["versions best fraud --metric auc", "versions best fraud --metric loss --lower -q"],
)
def _best(session: Session, path: Sequence[str], metric: str, higher: bool, lower: bool) -> None:
    """Show a model's best LIVE version by a metric, the newest of equal ones."""
    if higher and lower:
        raise click.UsageError("--higher and --lower exclude each other")
    model = find_record(session.registry, MODELS, split_names(MODELS.path, path))
    direction = higher if higher or lower else None
    best = session.registry.versions.best(model, metric, higher_is_better=direction)
    _show_version(session, model, best, f"LIVE version with a number {metric!r}")


def _show_version(session: Session, model: Any, version: Any, what: str) -> None:
    """Show a version of a model, or fail where there is none."""
    if version is None:
        from modelreg.errors import NotFound

        raise NotFound(
            f"model {model.name!r} has no {what}", hint=f"`modelreg versions list {model.name}` shows what it has."
        )
    show_record(session, VERSIONS, version, (model.name,))


@command("renew", path_argument(VERSIONS.path), offers=Offers.OBJECT, examples=["artifacts renew fraud@1.4.0"])
def _renew(session: Session, path: Sequence[str]) -> None:
    """Make the model artifact a version's newest one again, which is what KServe loads."""
    names = split_names(VERSIONS.path, path)
    artifact = session.registry.artifacts.renew(version_name(names))
    print_change(session, ARTIFACTS, artifact, names, "Renewed")


@command(
    "model", path_argument(SERVICES.path), offers=Offers.OBJECT, examples=["inference-services model prod fraud-svc"]
)
def _service_model(session: Session, path: Sequence[str]) -> None:
    """Show the model that a service serves."""
    service = find_record(session.registry, SERVICES, split_names(SERVICES.path, path))
    show_record(session, MODELS, session.registry.inference_services.get_model(service))


@command(
    "version",
    path_argument(SERVICES.path),
    offers=Offers.OBJECT,
    examples=["inference-services version prod fraud-svc"],
)
def _service_version(session: Session, path: Sequence[str]) -> None:
    """Show the version that a service serves: its own, else the newest of its model."""
    service = find_record(session.registry, SERVICES, split_names(SERVICES.path, path))
    show_record(session, VERSIONS, session.registry.inference_services.get_version(service))


@command(
    "log-metric",
    path_argument(RUNS.path),
    text_option("name", "--name", help="The metric's name", metavar="METRIC", required=True),
    click.Option(["--value"], type=float, metavar="NUMBER", required=True, help="The number"),
    click.Option(["--step"], type=int, metavar="NUMBER", help="The training step it belongs to"),
    text_option("timestamp", "--timestamp", help="When it was measured, in ISO 8601 [default: now]", metavar="TIME"),
    offers=Offers.CHANGE,
    examples=["runs log-metric tuning run-1 --name loss --value 0.3 --step 1"],
)
def _log_metric(
    session: Session, path: Sequence[str], name: str, value: float, step: int | None, timestamp: str | None
) -> None:
    """Log a number; the run keeps the newest of each name, its history every one."""
    run = find_record(session.registry, RUNS, split_names(RUNS.path, path))
    at = None if timestamp is None else moment(timestamp, "--timestamp")
    if session.dry:
        from modelreg._core.change import decide
        from modelreg._core.planning import plan_of
        from modelreg._core.run_logs import metric_point

        point = decide(None, metric_point(run.id, name, value, step=step, timestamp=at))
        session.plan(plan_of(point), f"artifact {name}", name)
        return
    metric = session.registry.runs.log_metric(run, name, value, step=step, timestamp=at)
    print_change(session, ARTIFACTS, metric, (), "created")


@command(
    "log-params",
    path_argument(RUNS.path),
    text_option(
        "param", "--param", help="A parameter; a JSON literal, else text", metavar="KEY=VALUE", many=True, required=True
    ),
    offers=Offers.CHANGE,
    examples=["runs log-params tuning run-1 --param depth=6 --param optimizer=adam"],
)
def _log_params(session: Session, path: Sequence[str], param: Sequence[str]) -> None:
    """Log parameters, as text with their type; one that is there with another value is changed."""
    from modelreg._core.record_data import as_data

    run = find_record(session.registry, RUNS, split_names(RUNS.path, path))
    given = properties(param, "--param")
    before = {each.name: each for each in session.registry.runs.list_artifacts(run, kind="parameter")}
    what = f"{len(given)} parameters of run {run.name}"
    if session.dry:
        session.plan(_parameters_plan(run.id, before, given), what, run.id)
        return
    logged = session.registry.runs.log_params(run, given)
    session.done(strongest(happened_to(before.get(each.name), each) for each in logged), what)
    session.out.result([as_data(each) for each in logged], [each.name for each in logged])


def _parameters_plan(run_id: str, existing: Mapping[str, Any], given: Mapping[str, Any]) -> Plan:
    """Return what logging parameters would write."""
    from modelreg._core.change import decide
    from modelreg._core.planning import planned_write
    from modelreg._core.run_logs import run_parameter
    from modelreg._types import Plan

    changes = [decide(existing.get(key), run_parameter(run_id, key, value)) for key, value in given.items()]
    writes = tuple(planned_write(change) for change in changes)
    return Plan(writes=writes, outcome=strongest(write.happens for write in writes))


_COLUMNS = text_option("columns", "--columns", help="Which columns", metavar="KEYS")


@command(
    "artifacts",
    path_argument(RUNS.path),
    keyword_option("kind", ArtifactKind, "Only artifacts of this kind"),
    _COLUMNS,
    offers=Offers.ROWS,
    examples=["runs artifacts tuning run-1 --kind metric"],
)
def _run_artifacts(session: Session, path: Sequence[str], kind: Any, columns: str | None) -> None:
    """List what a run logged: its newest metrics, its parameters and other artifacts."""
    run = find_record(session.registry, RUNS, split_names(RUNS.path, path))
    records = list(session.registry.runs.list_artifacts(run, kind=kind))
    write_records(session, ARTIFACTS, records, columns=columns or "id,name,kind,value,uri,updated")


@command(
    "metric-history",
    path_argument(RUNS.path),
    text_option("name", "--name", help="Only this metric", metavar="METRIC"),
    _COLUMNS,
    offers=Offers.ROWS,
    examples=["runs metric-history tuning run-1 --name loss --csv"],
)
def _metric_history(session: Session, path: Sequence[str], name: str | None, columns: str | None) -> None:
    """List every value that a run logged, the oldest first."""
    run = find_record(session.registry, RUNS, split_names(RUNS.path, path))
    write_records(session, METRIC_HISTORY, list(session.registry.runs.metric_history(run, name)), columns=columns)


models = ResourceGroup(MODELS, "Registered models, named in the whole registry.")
versions = ResourceGroup(
    VERSIONS, "Model versions, named under their model: fraud@1.4.0, or fraud 1.4.0.", _latest, _best
)
artifacts = ResourceGroup(ARTIFACTS, "Artifacts of every kind, named under their version: fraud@1.4.0 card.", _renew)
serving_environments = ResourceGroup(ENVIRONMENTS, "Serving environments, in which services run.")
inference_services = ResourceGroup(
    SERVICES,
    "Inference services, named under their environment: prod fraud-svc.",
    _service_model,
    _service_version,
)
serve_models = ResourceGroup(
    SERVE_MODELS, "Which versions services serve or served, named under the service: prod fraud-svc first."
)
experiments = ResourceGroup(EXPERIMENTS, "Experiments, named in the whole registry.")
runs = ResourceGroup(
    RUNS,
    "Experiment runs, named under their experiment: tuning run-1.",
    _log_metric,
    _log_params,
    _run_artifacts,
    _metric_history,
)
