"""Lends the embedded registry's tests their registries."""

from tests.registries import client, postgres_server, postgres_url, store

__all__ = ["client", "postgres_server", "postgres_url", "store"]
