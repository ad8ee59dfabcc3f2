"""The command line in this process, a folder of its own, and PostgreSQL for the pages that show it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.cli.conftest import alone, postgres_url, run
from tests.registries import postgres_server
from tests.unit.storage.conftest import environment, s3_server

__all__ = ["alone", "environment", "postgres_server", "postgres_url", "run", "s3_server"]


@pytest.fixture
def restored_environment() -> Iterator[None]:
    """Put back what an example changes in the environment."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def models_bucket(s3_server: str, environment: pytest.MonkeyPatch) -> None:
    """Make `s3://models` a bucket on loopback."""
    import boto3

    environment.setenv("AWS_ENDPOINT_URL", s3_server)
    client = boto3.client("s3", endpoint_url=s3_server)
    client.create_bucket(Bucket="models")
