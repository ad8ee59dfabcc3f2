"""What MLflow's registry offers and this one refuses: prompts and renaming."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import NOT_IMPLEMENTED
from mlflow.store.model_registry.abstract_store import AbstractStore

C = TypeVar("C", bound=type)

PROMPTS = "a Kubeflow Model Registry has no prompts; keep them in MLflow's own registry"
RENAME = (
    "the name of a model in a Kubeflow Model Registry is fixed, because services and references go by it; create a "
    "model of the new name and copy its versions with MlflowClient.copy_model_version"
)


def refuse(method: str, reason: str) -> NoReturn:
    """Raise MLflow's error for what a store does not implement.

    Args:
        method: The name of MLflow's method.
        reason: Why, and what to do instead.

    Raises:
        MlflowException: Always.
    """
    raise MlflowException(f"{method} is not supported: {reason}", error_code=NOT_IMPLEMENTED)


def without_prompts(cls: C) -> C:
    """Let every method about prompts that a class inherits from MLflow raise MLflow's error.

    Args:
        cls: The class.
    """
    for name in dir(AbstractStore):
        inherited = getattr(AbstractStore, name)
        if "prompt" in name and not name.startswith("_") and callable(inherited):
            setattr(cls, name, _refusing(name, inherited))
    return cls


def _refusing(name: str, inherited: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(inherited)
    def refused(*_args: Any, **_kwargs: Any) -> NoReturn:
        refuse(name, PROMPTS)

    return refused
