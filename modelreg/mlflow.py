"""MLflow's model registry on this one: a store for MLflow's SDK, and the way from an MLflow registry into this one.

MLflow finds the store by its entry points, for addresses such as `modelreg+https://registry.example.com`. Nothing of
MLflow is imported before one of the names below is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from modelreg.errors import MissingExtra

if TYPE_CHECKING:
    from modelreg._mlflow.importing import import_mlflow
    from modelreg._mlflow.reading import read_records
    from modelreg._mlflow.store import ModelRegistryStore

__all__ = ["ModelRegistryStore", "import_mlflow", "read_records"]

_HOME = {
    "ModelRegistryStore": "modelreg._mlflow.store",
    "import_mlflow": "modelreg._mlflow.importing",
    "read_records": "modelreg._mlflow.reading",
}


def __getattr__(name: str) -> object:
    """Load a public name.

    Raises:
        MissingExtra: MLflow is not installed.
    """
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        import_module("mlflow.version")
    except ImportError as error:
        raise MissingExtra("this needs MLflow's SDK", hint="pip install 'modelreg[mlflow]'") from error
    value: object = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value
