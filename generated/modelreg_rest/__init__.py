"""A client library for accessing Kubeflow Model Registry"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import AuthenticatedClient, Client

__version__ = "1.0.0"

__all__ = (
    "AuthenticatedClient",
    "Client",
    "__version__",
)

if not TYPE_CHECKING:

    def __getattr__(name):
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(".client", __name__), name)
        globals()[name] = value
        return value
