"""The command line in this process, a folder of its own, and PostgreSQL for the pages that show it."""

from __future__ import annotations

from tests.cli.conftest import alone, postgres_url, run
from tests.registries import postgres_server

__all__ = ["alone", "postgres_server", "postgres_url", "run"]
