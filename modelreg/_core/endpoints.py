"""The operations of the contract that each resource uses, as the generated functions that build their requests.

Every operation is referenced as the generated function, so that one that is renamed in the contract, or whose
parameters change, is a type error here. Nothing of the generated client is imported before a resource is first used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, Unpack

import attrs

if TYPE_CHECKING:
    from modelreg_rest.models import OrderByField, SortOrder

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


class _List(Protocol):
    def __call__(self, **query: Unpack[PageQuery]) -> Request: ...


class _ListUnder(Protocol):
    def __call__(self, parent_id: str, /, **query: Unpack[PageQuery]) -> Request: ...


class _Find(Protocol):
    def __call__(self, *, name: str = ..., external_id: str = ...) -> Request: ...


class _FindUnder(Protocol):
    def __call__(self, *, name: str = ..., external_id: str = ..., parent_resource_id: str = ...) -> Request: ...


class _Create(Protocol):
    def __call__(self, *, body: Body) -> Request: ...


class _CreateUnder(Protocol):
    def __call__(self, parent_id: str, /, *, body: Body) -> Request: ...


class _Update(Protocol):
    def __call__(self, id: str, /, *, body: Body) -> Request: ...


@attrs.frozen(kw_only=True)
class Endpoints:
    """The request builders of one resource; None where the contract has no such operation.

    Attributes:
        get: By id.
        find: By name or external id, at the top.
        find_under: By name under a parent, or by external id.
        list: Everything.
        list_under: What is under one parent.
        create: From a body, which names the parent where there is one.
        create_under: Under a parent's id, from a body.
        update: By id, from a body.
    """

    get: Callable[[str], Request] | None = None
    find: _Find | None = None
    find_under: _FindUnder | None = None
    list: _List | None = None
    list_under: _ListUnder | None = None
    create: _Create | None = None
    create_under: _CreateUnder | None = None
    update: _Update | None = None


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

    return Endpoints(
        get=get_registered_model.request,
        find=find_registered_model.request,
        list=get_registered_models.request,
        create=create_registered_model.request,
        update=update_registered_model.request,
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

    return Endpoints(
        get=get_model_version.request,
        find_under=find_model_version.request,
        list=get_model_versions.request,
        list_under=get_registered_model_versions.request,
        create=create_model_version.request,
        update=update_model_version.request,
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
        find_under=find_artifact.request,
        list=get_artifacts.request,
        list_under=get_model_version_artifacts.request,
        create_under=upsert_model_version_artifact.request,
        update=update_artifact.request,
    )


def run_artifacts() -> Endpoints:
    """Return the operations of what an experiment run logged."""
    from modelreg_rest.api.model_registry_service import get_experiment_run_artifacts, upsert_experiment_run_artifact

    return attrs.evolve(
        artifacts(),
        list_under=get_experiment_run_artifacts.request,
        create_under=upsert_experiment_run_artifact.request,
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

    return Endpoints(
        get=get_serving_environment.request,
        find=find_serving_environment.request,
        list=get_serving_environments.request,
        create=create_serving_environment.request,
        update=update_serving_environment.request,
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

    return Endpoints(
        get=get_inference_service.request,
        find_under=find_inference_service.request,
        list=get_inference_services.request,
        list_under=get_environment_inference_services.request,
        create=create_inference_service.request,
        update=update_inference_service.request,
    )


def served(service_id: str) -> tuple[Request, Request]:
    """Return the requests for the model and for the version that an inference service serves."""
    from modelreg_rest.api.model_registry_service import get_inference_service_model, get_inference_service_version

    return get_inference_service_model.request(service_id), get_inference_service_version.request(service_id)


def serve_models() -> Endpoints:
    """Return the operations of serve models; the contract can neither find nor change one."""
    from modelreg_rest.api.model_registry_service import create_inference_service_serve, get_inference_service_serves

    return Endpoints(
        list_under=get_inference_service_serves.request,
        create_under=create_inference_service_serve.request,
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

    return Endpoints(
        get=get_experiment.request,
        find=find_experiment.request,
        list=get_experiments.request,
        create=create_experiment.request,
        update=update_experiment.request,
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

    return Endpoints(
        get=get_experiment_run.request,
        find_under=find_experiment_run.request,
        list=get_experiment_runs.request,
        list_under=get_experiment_experiment_runs.request,
        create=create_experiment_run.request,
        update=update_experiment_run.request,
    )
