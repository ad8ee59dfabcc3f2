"""The embedded registry: the whole contract from a SQLite file or PostgreSQL, in this process or served.

It imports nothing else of the package, so that it stays an independent witness of the contract.
"""

from __future__ import annotations

from modelreg.local._registry.errors import BatchLost, LocalError, MissingExtra, NewerStore, StoreBusy, StoreError
from modelreg.local._registry.location import default_store
from modelreg.local.transport import LocalTransport

__all__ = [
    "BatchLost",
    "LocalError",
    "LocalTransport",
    "MissingExtra",
    "NewerStore",
    "StoreBusy",
    "StoreError",
    "default_store",
]
