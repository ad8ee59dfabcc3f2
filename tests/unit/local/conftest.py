"""Fixtures of the embedded registry's tests."""

from tests.registries import client, new_store, postgres_registry, postgres_server, store

__all__ = ["client", "new_store", "postgres_registry", "postgres_server", "store"]
