"""Translation of modelreg's errors into MLflow's, at one edge: every public method of a class."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import (
    DEADLINE_EXCEEDED,
    INTERNAL_ERROR,
    INVALID_PARAMETER_VALUE,
    NOT_IMPLEMENTED,
    PERMISSION_DENIED,
    REQUEST_LIMIT_EXCEEDED,
    RESOURCE_ALREADY_EXISTS,
    RESOURCE_CONFLICT,
    RESOURCE_DOES_NOT_EXIST,
    TEMPORARILY_UNAVAILABLE,
    UNAUTHENTICATED,
)

from modelreg import errors

C = TypeVar("C", bound=type)

_TAKEN = frozenset({"name_taken", "name_equal_in_database", "external_id_taken"})
_CODES: tuple[tuple[type[errors.ModelRegistryError], int], ...] = (
    (errors.NotFound, RESOURCE_DOES_NOT_EXIST),
    (errors.Conflict, RESOURCE_CONFLICT),
    (errors.InvalidInput, INVALID_PARAMETER_VALUE),
    (errors.Unauthorized, UNAUTHENTICATED),
    (errors.Forbidden, PERMISSION_DENIED),
    (errors.RateLimited, REQUEST_LIMIT_EXCEEDED),
    (errors.ConnectionFailed, TEMPORARILY_UNAVAILABLE),
    (errors.DeadlineExceeded, DEADLINE_EXCEEDED),
    (errors.UnsupportedByServer, NOT_IMPLEMENTED),
)


def error_code(error: errors.ModelRegistryError) -> int:
    """Return the code that MLflow has for an error."""
    if error.reason in _TAKEN:
        return RESOURCE_ALREADY_EXISTS
    if isinstance(error, errors.ServerError) and error.status in (502, 503, 504):
        return TEMPORARILY_UNAVAILABLE
    return next((code for kind, code in _CODES if isinstance(error, kind)), INTERNAL_ERROR)


def with_mlflow_errors(cls: C) -> C:
    """Let every public method of a class raise MLflow's error where it would raise one of modelreg's.

    Args:
        cls: The class; what it inherits stays as it is.
    """
    for name, method in list(vars(cls).items()):
        if inspect.isfunction(method) and not name.startswith("_"):
            setattr(cls, name, _translating(method))
    return cls


def _translating(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except errors.ModelRegistryError as error:
            raise MlflowException(str(error), error_code=error_code(error)) from error

    return called
