"""Which API versions serve which operation, field and value.

Each table holds only what stands in some versions and not in all; the versions stand in the order of preference.
"""

from collections.abc import Mapping

Versions = tuple[str, ...]

VERSIONS: Versions = ("v1", "v1alpha3")

# By schema: its fields, those it has from its bases too.
FIELD_VERSIONS: Mapping[str, Mapping[str, Versions]] = {
    "BaseArtifact": {"experimentId": ("v1alpha3",), "experimentRunId": ("v1alpha3",)},
    "DataSet": {"experimentId": ("v1alpha3",), "experimentRunId": ("v1alpha3",)},
    "DocArtifact": {"experimentId": ("v1alpha3",), "experimentRunId": ("v1alpha3",)},
    "Metric": {"experimentId": ("v1alpha3",), "experimentRunId": ("v1alpha3",)},
    "ModelArtifact": {"experimentId": ("v1alpha3",), "experimentRunId": ("v1alpha3",)},
    "Parameter": {"experimentId": ("v1alpha3",), "experimentRunId": ("v1alpha3",)},
}

# By enum, by `Schema.field` and by `operation.parameter`: the values.
VALUE_VERSIONS: Mapping[str, Mapping[str, Versions]] = {}

# By operation: its parameters.
PARAMETER_VERSIONS: Mapping[str, Mapping[str, Versions]] = {}

SCHEMA_VERSIONS: Mapping[str, Versions] = {
    "Experiment": ("v1alpha3",),
    "ExperimentCreate": ("v1alpha3",),
    "ExperimentList": ("v1alpha3",),
    "ExperimentRun": ("v1alpha3",),
    "ExperimentRunCreate": ("v1alpha3",),
    "ExperimentRunList": ("v1alpha3",),
    "ExperimentRunState": ("v1alpha3",),
    "ExperimentRunStatus": ("v1alpha3",),
    "ExperimentRunUpdate": ("v1alpha3",),
    "ExperimentState": ("v1alpha3",),
    "ExperimentUpdate": ("v1alpha3",),
    "MetricList": ("v1alpha3",),
}

OPERATION_VERSIONS: Mapping[str, Versions] = {
    "create_experiment": ("v1alpha3",),
    "create_experiment_experiment_run": ("v1alpha3",),
    "create_experiment_run": ("v1alpha3",),
    "find_experiment": ("v1alpha3",),
    "find_experiment_run": ("v1alpha3",),
    "get_experiment": ("v1alpha3",),
    "get_experiment_experiment_runs": ("v1alpha3",),
    "get_experiment_run": ("v1alpha3",),
    "get_experiment_run_artifacts": ("v1alpha3",),
    "get_experiment_run_metric_history": ("v1alpha3",),
    "get_experiment_runs": ("v1alpha3",),
    "get_experiment_runs_metric_history": ("v1alpha3",),
    "get_experiments": ("v1alpha3",),
    "update_experiment": ("v1alpha3",),
    "update_experiment_run": ("v1alpha3",),
    "upsert_experiment_run_artifact": ("v1alpha3",),
}

# By method, number of segments and first segment: the segments (None is a parameter) and the operation.
_ROUTES: Mapping[tuple[str, int, str], tuple[tuple[tuple[str | None, ...], str], ...]] = {
    ("get", 1, "artifact"): ((("artifact",), "find_artifact"),),
    ("get", 1, "artifacts"): ((("artifacts",), "get_artifacts"),),
    ("get", 1, "experiment"): ((("experiment",), "find_experiment"),),
    ("get", 1, "experiment_run"): ((("experiment_run",), "find_experiment_run"),),
    ("get", 1, "experiment_runs"): ((("experiment_runs",), "get_experiment_runs"),),
    ("get", 1, "experiments"): ((("experiments",), "get_experiments"),),
    ("get", 1, "inference_service"): ((("inference_service",), "find_inference_service"),),
    ("get", 1, "inference_services"): ((("inference_services",), "get_inference_services"),),
    ("get", 1, "model_artifact"): ((("model_artifact",), "find_model_artifact"),),
    ("get", 1, "model_artifacts"): ((("model_artifacts",), "get_model_artifacts"),),
    ("get", 1, "model_version"): ((("model_version",), "find_model_version"),),
    ("get", 1, "model_versions"): ((("model_versions",), "get_model_versions"),),
    ("get", 1, "registered_model"): ((("registered_model",), "find_registered_model"),),
    ("get", 1, "registered_models"): ((("registered_models",), "get_registered_models"),),
    ("get", 1, "serving_environment"): ((("serving_environment",), "find_serving_environment"),),
    ("get", 1, "serving_environments"): ((("serving_environments",), "get_serving_environments"),),
    ("get", 2, "artifacts"): ((("artifacts", None), "get_artifact"),),
    ("get", 2, "experiment_runs"): (
        (("experiment_runs", "metric_history"), "get_experiment_runs_metric_history"),
        (("experiment_runs", None), "get_experiment_run"),
    ),
    ("get", 2, "experiments"): ((("experiments", None), "get_experiment"),),
    ("get", 2, "inference_services"): ((("inference_services", None), "get_inference_service"),),
    ("get", 2, "model_artifacts"): ((("model_artifacts", None), "get_model_artifact"),),
    ("get", 2, "model_versions"): ((("model_versions", None), "get_model_version"),),
    ("get", 2, "registered_models"): ((("registered_models", None), "get_registered_model"),),
    ("get", 2, "serving_environments"): ((("serving_environments", None), "get_serving_environment"),),
    ("get", 3, "experiment_runs"): (
        (("experiment_runs", None, "artifacts"), "get_experiment_run_artifacts"),
        (("experiment_runs", None, "metric_history"), "get_experiment_run_metric_history"),
    ),
    ("get", 3, "experiments"): ((("experiments", None, "experiment_runs"), "get_experiment_experiment_runs"),),
    ("get", 3, "inference_services"): (
        (("inference_services", None, "model"), "get_inference_service_model"),
        (("inference_services", None, "serves"), "get_inference_service_serves"),
        (("inference_services", None, "version"), "get_inference_service_version"),
    ),
    ("get", 3, "model_versions"): ((("model_versions", None, "artifacts"), "get_model_version_artifacts"),),
    ("get", 3, "registered_models"): ((("registered_models", None, "versions"), "get_registered_model_versions"),),
    ("get", 3, "serving_environments"): (
        (("serving_environments", None, "inference_services"), "get_environment_inference_services"),
    ),
    ("patch", 2, "artifacts"): ((("artifacts", None), "update_artifact"),),
    ("patch", 2, "experiment_runs"): ((("experiment_runs", None), "update_experiment_run"),),
    ("patch", 2, "experiments"): ((("experiments", None), "update_experiment"),),
    ("patch", 2, "inference_services"): ((("inference_services", None), "update_inference_service"),),
    ("patch", 2, "model_artifacts"): ((("model_artifacts", None), "update_model_artifact"),),
    ("patch", 2, "model_versions"): ((("model_versions", None), "update_model_version"),),
    ("patch", 2, "registered_models"): ((("registered_models", None), "update_registered_model"),),
    ("patch", 2, "serving_environments"): ((("serving_environments", None), "update_serving_environment"),),
    ("post", 1, "artifacts"): ((("artifacts",), "create_artifact"),),
    ("post", 1, "experiment_runs"): ((("experiment_runs",), "create_experiment_run"),),
    ("post", 1, "experiments"): ((("experiments",), "create_experiment"),),
    ("post", 1, "inference_services"): ((("inference_services",), "create_inference_service"),),
    ("post", 1, "model_artifacts"): ((("model_artifacts",), "create_model_artifact"),),
    ("post", 1, "model_versions"): ((("model_versions",), "create_model_version"),),
    ("post", 1, "registered_models"): ((("registered_models",), "create_registered_model"),),
    ("post", 1, "serving_environments"): ((("serving_environments",), "create_serving_environment"),),
    ("post", 3, "experiment_runs"): ((("experiment_runs", None, "artifacts"), "upsert_experiment_run_artifact"),),
    ("post", 3, "experiments"): ((("experiments", None, "experiment_runs"), "create_experiment_experiment_run"),),
    ("post", 3, "inference_services"): ((("inference_services", None, "serves"), "create_inference_service_serve"),),
    ("post", 3, "model_versions"): ((("model_versions", None, "artifacts"), "upsert_model_version_artifact"),),
    ("post", 3, "registered_models"): ((("registered_models", None, "versions"), "create_registered_model_version"),),
    ("post", 3, "serving_environments"): (
        (("serving_environments", None, "inference_services"), "create_environment_inference_service"),
    ),
}

# The first segments of paths with an operation that some versions lack; every version serves the operations below any
# other first segment, if one does.
PARTIAL_ROOTS: frozenset[str] = frozenset(
    root for (_, _, root), routes in _ROUTES.items() if any(operation in OPERATION_VERSIONS for _, operation in routes)
)


def versions_of(method: str, path: str) -> Versions:
    """Return the API versions that serve a request, the preferred one first; none when there is no such operation.

    Args:
        method: The HTTP method, in any case.
        path: The path after the version's prefix, as it is sent: `/registered_models/17`.
    """
    operation = operation_of(method, path)
    return () if operation is None else OPERATION_VERSIONS.get(operation, VERSIONS)


def operation_of(method: str, path: str) -> str | None:
    """Return the name of the operation of a request, which is its module's name below `api`; None when there is none.

    Args:
        method: The HTTP method, in any case.
        path: The path after the version's prefix, as it is sent: `/registered_models/17`.
    """
    segments = path.split("/")[1:]
    if not segments:
        return None
    for pattern, operation in _ROUTES.get((method.lower(), len(segments), segments[0]), ()):
        for part, segment in zip(pattern, segments, strict=True):
            if part is not None and part != segment:
                break
        else:
            return operation
    return None
