"""The operations of the contract that each resource uses, as the generated functions that build their requests.

Every operation is referenced as the generated function, so that one that is renamed in the contract, or whose
parameters change, is a type error here. Nothing of the generated client is imported before a resource is first used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, Unpack

import attrs

if TYPE_CHECKING:
    from modelreg_rest.models import ArtifactTypeQueryParam, OrderByField, SortOrder

# The keyword arguments of a request, as httpx takes them: method, url, params, json, headers.
Request = dict[str, Any]
Body = Mapping[str, Any]


class PageQuery(TypedDict, total=False):
    """What selects and orders a page of a list, as every list takes it."""

    filter_query: str
    page_size: str
    order_by: OrderByField
    sort_order: SortOrder
    next_page_token: str


class ArtifactPageQuery(PageQuery, total=False):
    """What selects a page of artifacts."""

    artifact_type: ArtifactTypeQueryParam


class MetricPageQuery(PageQuery, total=False):
    """What selects a page of a metric's history."""

    name: str
    step_ids: str


class _List(Protocol):
    def __call__(self, **query: Unpack[PageQuery]) -> Request: ...


class _ListUnder(Protocol):
    def __call__(self, parent_id: str, /, **query: Unpack[PageQuery]) -> Request: ...


class _Create(Protocol):
    def __call__(self, body: Body, parent_id: str, /) -> Request: ...


@attrs.frozen(kw_only=True)
class Endpoints:
    """The request builders of one resource; None where the contract has no such operation.

    Attributes:
        get: By id.
        find: By name under a parent (name, parent's id).
        find_external: By external id.
        list: Everything.
        list_under: What is under one parent.
        create: From a body, under a parent's id; where the body names the parent, the id is not used.
        update: By id, from a body.
    """

    get: Callable[[str], Request] | None = None
    find: Callable[[str, str], Request] | None = None
    find_external: Callable[[str], Request] | None = None
    list: _List | None = None
    list_under: _ListUnder | None = None
    create: _Create | None = None
    update: Callable[[str, Body], Request] | None = None


def page_query(
    *,
    page_size: int,
    order_by: str = "ID",
    descending: bool = False,
    filter_query: str | None = None,
    token: str | None = None,
    artifact_type: str | None = None,
    name: str | None = None,
    step_ids: str | None = None,
) -> Any:
    """Return the query of a page; what is None is left out.

    Args:
        page_size: How many records to ask for.
        order_by: "ID", "CREATE_TIME" or "LAST_UPDATE_TIME".
        descending: Whether the last comes first.
        filter_query: Which records, as servers take it.
        token: The token that the page before gave.
        artifact_type: The kind of artifact, by its wire name; for lists of artifacts.
        name: The metric's name; for metric histories.
        step_ids: The steps, joined by commas; for metric histories.
    """
    from modelreg_rest.models import ArtifactTypeQueryParam, OrderByField, SortOrder

    query: dict[str, Any] = {"page_size": str(page_size), "order_by": OrderByField(order_by)}
    if descending:
        query["sort_order"] = SortOrder.DESC
    if artifact_type is not None:
        query["artifact_type"] = ArtifactTypeQueryParam(artifact_type)
    given = {"filter_query": filter_query, "next_page_token": token, "name": name, "step_ids": step_ids}
    query.update({key: value for key, value in given.items() if value is not None})
    return query


def models() -> Endpoints:
    """Return the operations of registered models."""
    from modelreg_rest.api.model_registry_service import (
        create_registered_model,
        find_registered_model,
        get_registered_model,
        get_registered_models,
        update_registered_model,
    )
    from modelreg_rest.models import RegisteredModelCreate, RegisteredModelUpdate

    return Endpoints(
        get=get_registered_model.request,
        find=lambda name, _: find_registered_model.request(name=name),
        find_external=lambda key: find_registered_model.request(external_id=key),
        list=get_registered_models.request,
        create=lambda body, _: create_registered_model.request(body=RegisteredModelCreate.from_dict(body)),
        update=lambda key, body: update_registered_model.request(key, body=RegisteredModelUpdate.from_dict(body)),
    )


def versions() -> Endpoints:
    """Return the operations of model versions."""
    from modelreg_rest.api.model_registry_service import (
        create_model_version,
        find_model_version,
        get_model_version,
        get_model_versions,
        get_registered_model_versions,
        update_model_version,
    )
    from modelreg_rest.models import ModelVersionCreate, ModelVersionUpdate

    return Endpoints(
        get=get_model_version.request,
        find=lambda name, parent_id: find_model_version.request(name=name, parent_resource_id=parent_id),
        find_external=lambda key: find_model_version.request(external_id=key),
        list=get_model_versions.request,
        list_under=get_registered_model_versions.request,
        create=lambda body, _: create_model_version.request(body=ModelVersionCreate.from_dict(body)),
        update=lambda key, body: update_model_version.request(key, body=ModelVersionUpdate.from_dict(body)),
    )


def artifacts() -> Endpoints:
    """Return the operations of the artifacts of a version."""
    from modelreg_rest.api.model_registry_service import (
        find_artifact,
        get_artifact,
        get_artifacts,
        get_model_version_artifacts,
        update_artifact,
        upsert_model_version_artifact,
    )

    return Endpoints(
        get=get_artifact.request,
        find_external=lambda key: find_artifact.request(external_id=key),
        list=get_artifacts.request,
        list_under=get_model_version_artifacts.request,
        create=lambda body, key: upsert_model_version_artifact.request(key, body=_artifact(body)),
        update=lambda key, body: update_artifact.request(key, body=_artifact_update(body)),
    )


def run_artifacts() -> Endpoints:
    """Return the operations of what an experiment run logged."""
    from modelreg_rest.api.model_registry_service import get_experiment_run_artifacts, upsert_experiment_run_artifact

    return attrs.evolve(
        artifacts(),
        list_under=get_experiment_run_artifacts.request,
        create=lambda body, key: upsert_experiment_run_artifact.request(key, body=_artifact(body)),
    )


def metric_history() -> Endpoints:
    """Return the operations of the values that metrics had."""
    from modelreg_rest.api.model_registry_service import (
        get_experiment_run_metric_history,
        get_experiment_runs_metric_history,
    )

    return Endpoints(
        list=get_experiment_runs_metric_history.request,
        list_under=get_experiment_run_metric_history.request,
    )


def environments() -> Endpoints:
    """Return the operations of serving environments."""
    from modelreg_rest.api.model_registry_service import (
        create_serving_environment,
        find_serving_environment,
        get_serving_environment,
        get_serving_environments,
        update_serving_environment,
    )
    from modelreg_rest.models import ServingEnvironmentCreate, ServingEnvironmentUpdate

    return Endpoints(
        get=get_serving_environment.request,
        find=lambda name, _: find_serving_environment.request(name=name),
        find_external=lambda key: find_serving_environment.request(external_id=key),
        list=get_serving_environments.request,
        create=lambda body, _: create_serving_environment.request(body=ServingEnvironmentCreate.from_dict(body)),
        update=lambda key, body: update_serving_environment.request(key, body=ServingEnvironmentUpdate.from_dict(body)),
    )


def services() -> Endpoints:
    """Return the operations of inference services."""
    from modelreg_rest.api.model_registry_service import (
        create_inference_service,
        find_inference_service,
        get_environment_inference_services,
        get_inference_service,
        get_inference_services,
        update_inference_service,
    )
    from modelreg_rest.models import InferenceServiceCreate, InferenceServiceUpdate

    return Endpoints(
        get=get_inference_service.request,
        find=lambda name, parent_id: find_inference_service.request(name=name, parent_resource_id=parent_id),
        find_external=lambda key: find_inference_service.request(external_id=key),
        list=get_inference_services.request,
        list_under=get_environment_inference_services.request,
        create=lambda body, _: create_inference_service.request(body=InferenceServiceCreate.from_dict(body)),
        update=lambda key, body: update_inference_service.request(key, body=InferenceServiceUpdate.from_dict(body)),
    )


def served(service_id: str) -> tuple[Request, Request]:
    """Return the requests for the model and for the version that an inference service serves."""
    from modelreg_rest.api.model_registry_service import get_inference_service_model, get_inference_service_version

    return get_inference_service_model.request(service_id), get_inference_service_version.request(service_id)


def serve_models() -> Endpoints:
    """Return the operations of serve models; the contract can neither find nor change one."""
    from modelreg_rest.api.model_registry_service import create_inference_service_serve, get_inference_service_serves
    from modelreg_rest.models import ServeModelCreate

    return Endpoints(
        list_under=get_inference_service_serves.request,
        create=lambda body, key: create_inference_service_serve.request(key, body=ServeModelCreate.from_dict(body)),
    )


def experiments() -> Endpoints:
    """Return the operations of experiments."""
    from modelreg_rest.api.model_registry_service import (
        create_experiment,
        find_experiment,
        get_experiment,
        get_experiments,
        update_experiment,
    )
    from modelreg_rest.models import ExperimentCreate, ExperimentUpdate

    return Endpoints(
        get=get_experiment.request,
        find=lambda name, _: find_experiment.request(name=name),
        find_external=lambda key: find_experiment.request(external_id=key),
        list=get_experiments.request,
        create=lambda body, _: create_experiment.request(body=ExperimentCreate.from_dict(body)),
        update=lambda key, body: update_experiment.request(key, body=ExperimentUpdate.from_dict(body)),
    )


def runs() -> Endpoints:
    """Return the operations of experiment runs."""
    from modelreg_rest.api.model_registry_service import (
        create_experiment_run,
        find_experiment_run,
        get_experiment_experiment_runs,
        get_experiment_run,
        get_experiment_runs,
        update_experiment_run,
    )
    from modelreg_rest.models import ExperimentRunCreate, ExperimentRunUpdate

    return Endpoints(
        get=get_experiment_run.request,
        find=lambda name, parent_id: find_experiment_run.request(name=name, parent_resource_id=parent_id),
        find_external=lambda key: find_experiment_run.request(external_id=key),
        list=get_experiment_runs.request,
        list_under=get_experiment_experiment_runs.request,
        create=lambda body, _: create_experiment_run.request(body=ExperimentRunCreate.from_dict(body)),
        update=lambda key, body: update_experiment_run.request(key, body=ExperimentRunUpdate.from_dict(body)),
    )


def _artifact(body: Body) -> Any:
    """Return the generated artifact of a body's kind."""
    from modelreg_rest.models import DataSet, DocArtifact, Metric, ModelArtifact, Parameter

    kinds: dict[str, Any] = {
        "model-artifact": ModelArtifact,
        "doc-artifact": DocArtifact,
        "dataset-artifact": DataSet,
        "metric": Metric,
        "parameter": Parameter,
    }
    return kinds[body["artifactType"]].from_dict(body)


def _artifact_update(body: Body) -> Any:
    """Return the generated change of an artifact of a body's kind."""
    from modelreg_rest.models import (
        DataSetUpdate,
        DocArtifactUpdate,
        MetricUpdate,
        ModelArtifactUpdate,
        ParameterUpdate,
    )

    kinds: dict[str, Any] = {
        "model-artifact": ModelArtifactUpdate,
        "doc-artifact": DocArtifactUpdate,
        "dataset-artifact": DataSetUpdate,
        "metric": MetricUpdate,
        "parameter": ParameterUpdate,
    }
    return kinds[body["artifactType"]].from_dict(body)
