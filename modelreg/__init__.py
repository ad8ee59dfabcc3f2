"""Idempotent registration of models, versions and artifacts on a Kubeflow Model Registry, PostgreSQL or a local file.

Each public name is loaded when it is first asked for, so that importing the package costs next to nothing.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from modelreg import _html_repr

if TYPE_CHECKING:
    from modelreg import errors
    from modelreg._async.artifact_group import AsyncArtifacts
    from modelreg._async.environment_group import AsyncServingEnvironments
    from modelreg._async.experiment_group import AsyncExperiments
    from modelreg._async.model_group import AsyncModels
    from modelreg._async.pager import AsyncPager
    from modelreg._async.registry import AsyncModelRegistry
    from modelreg._async.run_group import AsyncRuns
    from modelreg._async.serve_model_group import AsyncServeModels
    from modelreg._async.service_group import AsyncInferenceServices
    from modelreg._async.version_group import AsyncVersions
    from modelreg._compare import Comparison, ComparisonRow, History, HistoryPoint, ValueChange
    from modelreg._config import ApiVersion, Described, Timeouts, TokenSource
    from modelreg._core.aliases import AliasMove, Promotion
    from modelreg._doctor import Check
    from modelreg._filters import F, Filter
    from modelreg._filters.options import ListOptions
    from modelreg._resolve import KServeUri, Resolved
    from modelreg._sync.artifact_group import Artifacts
    from modelreg._sync.environment_group import ServingEnvironments
    from modelreg._sync.experiment_group import Experiments
    from modelreg._sync.model_group import Models
    from modelreg._sync.pager import Pager
    from modelreg._sync.registry import ModelRegistry
    from modelreg._sync.run_group import Runs
    from modelreg._sync.serve_model_group import ServeModels
    from modelreg._sync.service_group import InferenceServices
    from modelreg._sync.version_group import Versions
    from modelreg._transfer import ImportedRecord, ImportReport
    from modelreg._types import (
        Artifact,
        ArtifactKind,
        ArtifactState,
        BulkResult,
        DataSet,
        DesiredState,
        DocArtifact,
        ExecutionState,
        Experiment,
        ExperimentRun,
        FileEntry,
        Happened,
        InferenceService,
        Metric,
        ModelArtifact,
        ModelVersion,
        OnConflict,
        OrderBy,
        Outcome,
        Parameter,
        Plan,
        PlannedWrite,
        Preview,
        Progress,
        ProgressCallback,
        Record,
        RegisteredModel,
        RegisterOptions,
        Registration,
        RegistrationRequest,
        RunStatus,
        ServeModel,
        ServingEnvironment,
        Signer,
        Source,
        State,
        Upload,
        Verified,
        Verifier,
    )
    from modelreg._types.parameters import (
        ArtifactFields,
        EnvironmentFields,
        ExperimentFields,
        ModelFields,
        RunFields,
        ServeModelFields,
        ServiceFields,
        VersionFields,
    )
    from modelreg.errors import ModelRegistryError

__version__ = "0.1.0"

# Where the public names are defined that are not in `modelreg._types`.
_MODULES = {
    "modelreg._async.registry": ["AsyncModelRegistry"],
    "modelreg._async.pager": ["AsyncPager"],
    "modelreg._async.model_group": ["AsyncModels"],
    "modelreg._async.version_group": ["AsyncVersions"],
    "modelreg._async.artifact_group": ["AsyncArtifacts"],
    "modelreg._async.environment_group": ["AsyncServingEnvironments"],
    "modelreg._async.service_group": ["AsyncInferenceServices"],
    "modelreg._async.serve_model_group": ["AsyncServeModels"],
    "modelreg._async.experiment_group": ["AsyncExperiments"],
    "modelreg._async.run_group": ["AsyncRuns"],
    "modelreg._sync.registry": ["ModelRegistry"],
    "modelreg._sync.pager": ["Pager"],
    "modelreg._sync.model_group": ["Models"],
    "modelreg._sync.version_group": ["Versions"],
    "modelreg._sync.artifact_group": ["Artifacts"],
    "modelreg._sync.environment_group": ["ServingEnvironments"],
    "modelreg._sync.service_group": ["InferenceServices"],
    "modelreg._sync.serve_model_group": ["ServeModels"],
    "modelreg._sync.experiment_group": ["Experiments"],
    "modelreg._sync.run_group": ["Runs"],
    "modelreg._compare": ["Comparison", "ComparisonRow", "History", "HistoryPoint", "ValueChange"],
    "modelreg._config": ["ApiVersion", "Described", "Timeouts", "TokenSource"],
    "modelreg._core.aliases": ["AliasMove", "Promotion"],
    "modelreg._doctor": ["Check"],
    "modelreg.errors": ["ModelRegistryError"],
    "modelreg._filters": ["F", "Filter"],
    "modelreg._filters.options": ["ListOptions"],
    "modelreg._resolve": ["KServeUri", "Resolved"],
    "modelreg._transfer": ["ImportReport", "ImportedRecord"],
    "modelreg._types.parameters": [
        "ArtifactFields",
        "EnvironmentFields",
        "ExperimentFields",
        "ModelFields",
        "RunFields",
        "ServeModelFields",
        "ServiceFields",
        "VersionFields",
    ],
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "AliasMove",
    "ApiVersion",
    "Artifact",
    "ArtifactFields",
    "ArtifactKind",
    "ArtifactState",
    "Artifacts",
    "AsyncArtifacts",
    "AsyncExperiments",
    "AsyncInferenceServices",
    "AsyncModelRegistry",
    "AsyncModels",
    "AsyncPager",
    "AsyncRuns",
    "AsyncServeModels",
    "AsyncServingEnvironments",
    "AsyncVersions",
    "BulkResult",
    "Check",
    "Comparison",
    "ComparisonRow",
    "DataSet",
    "Described",
    "DesiredState",
    "DocArtifact",
    "EnvironmentFields",
    "ExecutionState",
    "Experiment",
    "ExperimentFields",
    "ExperimentRun",
    "Experiments",
    "F",
    "FileEntry",
    "Filter",
    "Happened",
    "History",
    "HistoryPoint",
    "ImportReport",
    "ImportedRecord",
    "InferenceService",
    "InferenceServices",
    "KServeUri",
    "ListOptions",
    "Metric",
    "ModelArtifact",
    "ModelFields",
    "ModelRegistry",
    "ModelRegistryError",
    "ModelVersion",
    "Models",
    "OnConflict",
    "OrderBy",
    "Outcome",
    "Pager",
    "Parameter",
    "Plan",
    "PlannedWrite",
    "Preview",
    "Progress",
    "ProgressCallback",
    "Promotion",
    "Record",
    "RegisterOptions",
    "RegisteredModel",
    "Registration",
    "RegistrationRequest",
    "Resolved",
    "RunFields",
    "RunStatus",
    "Runs",
    "ServeModel",
    "ServeModelFields",
    "ServeModels",
    "ServiceFields",
    "ServingEnvironment",
    "ServingEnvironments",
    "Signer",
    "Source",
    "State",
    "Timeouts",
    "TokenSource",
    "Upload",
    "ValueChange",
    "Verified",
    "Verifier",
    "VersionFields",
    "Versions",
    "__version__",
    "errors",
]


def __getattr__(name: str) -> object:
    """Load a public name."""
    if name == "errors":
        return import_module("modelreg.errors")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOME.get(name, "modelreg._types")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)


def _load_html() -> Callable[[object], str | None]:
    draw: Callable[[object], str | None] = import_module("modelreg._views.html").notebook
    return draw


_html_repr.use(_load_html)
