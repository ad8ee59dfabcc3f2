"""The routes of both versions of the API: the operation of every path and method, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from modelreg.local._registry import artifact_operations, operations
from modelreg.local._registry.json_responses import Response, Version
from modelreg.local._registry.operations import Request
from modelreg.local._registry.resource_table import (
    EXPERIMENT,
    EXPERIMENT_RUN,
    INFERENCE_SERVICE,
    MODEL_VERSION,
    REGISTERED_MODEL,
    SERVE_MODEL,
    SERVING_ENVIRONMENT,
    Resource,
)

Operation: TypeAlias = Callable[[Request], Response]
Methods: TypeAlias = dict[str, Operation]
#: Paths as their segments; None stands for an id.
Segments: TypeAlias = tuple[str | None, ...]


def _of(resource: Resource, plural: str) -> dict[Segments, Methods]:
    return {
        (resource.table,): {"GET": partial(operations.find, resource=resource)},
        (plural,): {
            "GET": partial(operations.list_all, resource=resource),
            "POST": partial(operations.create, resource=resource),
        },
        (plural, None): {
            "GET": partial(operations.get, resource=resource),
            "PATCH": partial(operations.update, resource=resource),
        },
    }


def _children(resource: Resource, of: str, plural: str) -> dict[Segments, Methods]:
    return {
        (of, None, plural): {
            "GET": partial(operations.list_all, resource=resource, under_path=True),
            "POST": partial(operations.create, resource=resource, under_path=True),
        }
    }


def _artifacts(singular: str, plural: str, *, typed: bool) -> dict[Segments, Methods]:
    return {
        (singular,): {"GET": partial(artifact_operations.find, typed=typed)},
        (plural,): {
            "GET": partial(artifact_operations.list_all, typed=typed),
            "POST": partial(artifact_operations.create, typed=typed),
        },
        (plural, None): {
            "GET": partial(artifact_operations.get, typed=typed),
            "PATCH": partial(artifact_operations.update, typed=typed),
        },
    }


def _artifacts_of(parent: Resource, plural: str) -> dict[Segments, Methods]:
    return {
        (plural, None, "artifacts"): {
            "GET": partial(artifact_operations.list_all, parent=parent),
            "POST": partial(artifact_operations.upsert, parent=parent),
        }
    }


_BOTH: dict[Segments, Methods] = {
    **_of(REGISTERED_MODEL, "registered_models"),
    **_children(MODEL_VERSION, "registered_models", "versions"),
    **_of(MODEL_VERSION, "model_versions"),
    **_artifacts_of(MODEL_VERSION, "model_versions"),
    **_artifacts("artifact", "artifacts", typed=False),
    **_artifacts("model_artifact", "model_artifacts", typed=True),
    **_of(SERVING_ENVIRONMENT, "serving_environments"),
    **_children(INFERENCE_SERVICE, "serving_environments", "inference_services"),
    **_of(INFERENCE_SERVICE, "inference_services"),
    ("inference_services", None, "model"): {"GET": partial(operations.get_served, resource=REGISTERED_MODEL)},
    ("inference_services", None, "version"): {"GET": partial(operations.get_served, resource=MODEL_VERSION)},
    **_children(SERVE_MODEL, "inference_services", "serves"),
}
_ALPHA: dict[Segments, Methods] = {
    **_of(EXPERIMENT, "experiments"),
    **_children(EXPERIMENT_RUN, "experiments", "experiment_runs"),
    **_of(EXPERIMENT_RUN, "experiment_runs"),
    **_artifacts_of(EXPERIMENT_RUN, "experiment_runs"),
    ("experiment_runs", "metric_history"): {"GET": artifact_operations.metric_history},
    ("experiment_runs", None, "metric_history"): {"GET": partial(artifact_operations.metric_history, under_path=True)},
}
ROUTES: Mapping[Version, Mapping[Segments, Methods]] = MappingProxyType({"v1": _BOTH, "v1alpha3": {**_BOTH, **_ALPHA}})


def find_route(version: Version, segments: tuple[str, ...]) -> tuple[Methods, str] | None:
    """Return the methods of a path and the id in it; a path that names something goes before one with an id."""
    routes = ROUTES[version]
    if (methods := routes.get(segments)) is not None:
        return methods, ""
    if len(segments) > 1 and segments[1] and (methods := routes.get((segments[0], None, *segments[2:]))) is not None:
        return methods, segments[1]
    return None
