"""Fixtures of the contract's tests: registries, and projects to run the commands in."""

from tests.contract.spec_runs import hub, run, whole
from tests.registries import client, new_store, postgres_registry, postgres_server, store

__all__ = ["client", "hub", "new_store", "postgres_registry", "postgres_server", "run", "store", "whole"]
