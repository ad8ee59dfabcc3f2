"""Decides which names are public; each is loaded when it is first asked for, so that importing costs next to nothing.

from modelreg import ModelRegistry, F
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelreg import errors
    from modelreg._async.registry import AsyncModelRegistry
    from modelreg._sync.registry import ModelRegistry
    from modelreg.config import Timeouts
    from modelreg.errors import ModelRegistryError
    from modelreg.filters import F, Filter
    from modelreg.types import (
        Artifact,
        BulkResult,
        DataSet,
        DocArtifact,
        Experiment,
        ExperimentRun,
        InferenceService,
        Metric,
        ModelArtifact,
        ModelVersion,
        Outcome,
        Parameter,
        Plan,
        RegisteredModel,
        Registration,
        RegistrationRequest,
        ServeModel,
        ServingEnvironment,
        Source,
    )

__version__ = "0.1.0"

__all__ = [
    "Artifact",
    "AsyncModelRegistry",
    "BulkResult",
    "DataSet",
    "DocArtifact",
    "Experiment",
    "ExperimentRun",
    "F",
    "Filter",
    "InferenceService",
    "Metric",
    "ModelArtifact",
    "ModelRegistry",
    "ModelRegistryError",
    "ModelVersion",
    "Outcome",
    "Parameter",
    "Plan",
    "RegisteredModel",
    "Registration",
    "RegistrationRequest",
    "ServeModel",
    "ServingEnvironment",
    "Source",
    "Timeouts",
    "__version__",
    "errors",
]

_HOME = {
    "AsyncModelRegistry": "modelreg._async.registry",
    "ModelRegistry": "modelreg._sync.registry",
    "Timeouts": "modelreg.config",
    "ModelRegistryError": "modelreg.errors",
    "F": "modelreg.filters",
    "Filter": "modelreg.filters",
}


def __getattr__(name: str) -> object:
    """Load a public name."""
    if name == "errors":
        return import_module("modelreg.errors")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOME.get(name, "modelreg.types")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
