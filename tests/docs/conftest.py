"""The command line in this process, a folder of its own, and the servers for the pages that show them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.cli.conftest import alone, postgres_url, run
from tests.registries import postgres_server
from tests.unit.storage.conftest import environment, s3_server
from tests.unit.storage.test_hub_and_https import server

__all__ = ["alone", "environment", "postgres_server", "postgres_url", "run", "s3_server", "server"]


@pytest.fixture
def restored_environment() -> Iterator[None]:
    """Put back what an example changes in the environment."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def stores(s3_server: str, server: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start an S3 server with a bucket `models`, and a server that speaks the Hub's API."""
    import httpx

    httpx.put(f"{s3_server}/models").raise_for_status()
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
