"""Lends the contract's tests their registries."""

from tests.registries import client, new_store, postgres_registry, postgres_server, store

__all__ = ["client", "new_store", "postgres_registry", "postgres_server", "store"]
