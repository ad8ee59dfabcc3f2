"""Decides which generated endpoint serves which verb of which resource, and how a caller names a parent."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from modelreg.convert.names import version_name
from modelreg.errors import InvalidInput
from modelreg.types import (
    Artifact,
    Experiment,
    ExperimentRun,
    InferenceService,
    Metric,
    ModelVersion,
    Record,
    RegisteredModel,
    ServeModel,
    ServingEnvironment,
)


@attrs.frozen(kw_only=True)
class Resource:
    """One resource of the contract.

    Attributes:
        words: What a person calls one of them.
        get: Endpoint by id.
        find: Endpoint by name under a parent, or by external id; None where the contract has none.
        list: Endpoint of all.
        list_under: Endpoint of those under one parent, whose id is its first argument.
        create: Endpoint that creates; with `create_under` the parent's id is its first argument.
        update: Endpoint that patches; None where the contract has none.
        body, change: The generated models of the two bodies; empty where the kind of artifact decides.
        parent: The wire field of a body that holds the parent's id.
        filters: Whether lists on real servers honour `filterQuery`.
        finds_names: Whether `find` is of use for a name; where kinds may share one, only a list tells.
    """

    record: type[Record]
    words: str
    get: str
    find: str | None = None
    list: str | None = None
    list_under: str | None = None
    create: str
    create_under: bool = False
    update: str | None = None
    body: str = ""
    change: str = ""
    parent: str | None = None
    filters: bool = True
    finds_names: bool = True


MODELS = Resource(
    record=RegisteredModel,
    words="registered model",
    get="get_registered_model",
    find="find_registered_model",
    list="get_registered_models",
    create="create_registered_model",
    update="update_registered_model",
    body="RegisteredModelCreate",
    change="RegisteredModelUpdate",
)
VERSIONS = Resource(
    record=ModelVersion,
    words="model version",
    get="get_model_version",
    find="find_model_version",
    list="get_model_versions",
    list_under="get_registered_model_versions",
    create="create_model_version",
    update="update_model_version",
    body="ModelVersionCreate",
    change="ModelVersionUpdate",
    parent="registeredModelId",
)
ARTIFACTS = Resource(
    record=Artifact,
    words="artifact",
    get="get_artifact",
    find="find_artifact",
    list="get_artifacts",
    list_under="get_model_version_artifacts",
    create="upsert_model_version_artifact",
    create_under=True,
    update="update_artifact",
    finds_names=False,
)
RUN_ARTIFACTS = attrs.evolve(
    ARTIFACTS,
    list_under="get_experiment_run_artifacts",
    create="upsert_experiment_run_artifact",
)
ENVIRONMENTS = Resource(
    record=ServingEnvironment,
    words="serving environment",
    get="get_serving_environment",
    find="find_serving_environment",
    list="get_serving_environments",
    create="create_serving_environment",
    update="update_serving_environment",
    body="ServingEnvironmentCreate",
    change="ServingEnvironmentUpdate",
    filters=False,
)
SERVICES = Resource(
    record=InferenceService,
    words="inference service",
    get="get_inference_service",
    find="find_inference_service",
    list="get_inference_services",
    list_under="get_environment_inference_services",
    create="create_inference_service",
    update="update_inference_service",
    body="InferenceServiceCreate",
    change="InferenceServiceUpdate",
    parent="servingEnvironmentId",
    filters=False,
)
SERVES = Resource(
    record=ServeModel,
    words="serve model",
    get="",
    list_under="get_inference_service_serves",
    create="create_inference_service_serve",
    create_under=True,
    body="ServeModelCreate",
    filters=False,
)
EXPERIMENTS = Resource(
    record=Experiment,
    words="experiment",
    get="get_experiment",
    find="find_experiment",
    list="get_experiments",
    create="create_experiment",
    update="update_experiment",
    body="ExperimentCreate",
    change="ExperimentUpdate",
)
RUNS = Resource(
    record=ExperimentRun,
    words="experiment run",
    get="get_experiment_run",
    find="find_experiment_run",
    list="get_experiment_runs",
    list_under="get_experiment_experiment_runs",
    create="create_experiment_run",
    update="update_experiment_run",
    body="ExperimentRunCreate",
    change="ExperimentRunUpdate",
    parent="experimentId",
)
METRIC_HISTORY = Resource(
    record=Metric,
    words="metric",
    get="",
    list="get_experiment_runs_metric_history",
    list_under="get_experiment_run_metric_history",
    create="",
)


@attrs.frozen
class Parent:
    """A parent as a caller said it: by id, or by name under a parent of its own."""

    resource: Resource
    id: str | None = attrs.field(default=None, kw_only=True)
    name: str | None = attrs.field(default=None, kw_only=True)
    parent: Parent | None = attrs.field(default=None, kw_only=True)

    def __str__(self) -> str:
        """Name it as an error should."""
        return f"{self.resource.words} {self.name!r}" if self.id is None else f"{self.resource.words} with id {self.id}"


def model_parent(model: RegisteredModel | str | None, model_id: str | int | None) -> Parent | None:
    """Read `model=` and `model_id=`."""
    return _parent(MODELS, "model", model, model_id)


def version_parent(version: ModelVersion | str | Sequence[str] | None, version_id: str | int | None) -> Parent | None:
    """Read `version=`, which names a version by its pair or by `model@version`, and `version_id=`."""
    if version is None or isinstance(version, Record) or version_id is not None:
        return _parent(VERSIONS, "version", version, version_id)
    said = version_name(version)
    return Parent(VERSIONS, name=said.version, parent=Parent(MODELS, name=said.model))


def environment_parent(environment: ServingEnvironment | str | None, environment_id: str | int | None) -> Parent | None:
    """Read `environment=` and `environment_id=`."""
    return _parent(ENVIRONMENTS, "environment", environment, environment_id)


def service_parent(service: InferenceService | None, service_id: str | int | None) -> Parent | None:
    """Read `service=` and `service_id=`; a name alone does not say which service."""
    if isinstance(service, str):
        raise InvalidInput(
            f"service is {service!r}, and services are named under an environment; give the record, which "
            "inference_services.find(name, environment=...) answers, or service_id="
        )
    return _parent(SERVICES, "service", service, service_id)


def experiment_parent(experiment: Experiment | str | None, experiment_id: str | int | None) -> Parent | None:
    """Read `experiment=` and `experiment_id=`."""
    return _parent(EXPERIMENTS, "experiment", experiment, experiment_id)


def required(parent: Parent | None, argument: str) -> Parent:
    """Insist on a parent.

    Raises:
        InvalidInput: None was said.
    """
    if parent is None:
        raise InvalidInput(f"{argument} is missing; give {argument}= or {argument}_id=")
    return parent


def record_id(record: Record | str | int, resource: Resource) -> str:
    """Read a record or an id.

    Raises:
        InvalidInput: It is a record of something else, a record that was never sent, or no id.
    """
    if isinstance(record, Record):
        if not isinstance(record, resource.record):
            raise InvalidInput(f"this is a {type(record).__name__}; give a {resource.record.__name__} or an id")
        if not record.id:
            raise InvalidInput(f"this {resource.words} has no id, it was never in a registry; upsert it first")
        return record.id
    if not is_id(record):
        raise InvalidInput(f"{record!r} is no id of a {resource.words}; ids are digits, and find() takes a name")
    return str(record)


def is_id(said: object) -> bool:
    """Whether it can be an id: a whole number, or digits."""
    return (isinstance(said, int) and not isinstance(said, bool) and said >= 0) or (
        isinstance(said, str) and re.fullmatch("[0-9]+", said) is not None
    )


def _parent(
    resource: Resource, argument: str, said: Record | str | Sequence[str] | None, by_id: str | int | None
) -> Parent | None:
    if said is not None and by_id is not None:
        raise InvalidInput(f"{argument} and {argument}_id are both given; say one of them")
    if by_id is not None:
        if not is_id(by_id):
            raise InvalidInput(f"{argument}_id is {by_id!r}; ids are digits, and {argument}= takes a name")
        return Parent(resource, id=str(by_id))
    if said is None:
        return None
    if isinstance(said, str):
        return Parent(resource, name=said)
    if isinstance(said, Record):
        return Parent(resource, id=record_id(said, resource), name=said.name)
    raise InvalidInput(f"{argument} is {said!r}; give a {resource.record.__name__} or its name")
