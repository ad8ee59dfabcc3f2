"""Registries for the tests of the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.web.page_site import Site, served


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[tuple[Site, httpx.Client]]:
    """Yield a served registry of its own with a model of two versions, and a client of its page."""
    with served(tmp_path / "r.db") as site, httpx.Client(base_url=site.url, timeout=30) as client:
        site.registry.register(
            "m", "1", uri="s3://m/1", model_format="onnx", metrics={"auc": 0.9}, higher_is_better={"auc": True}
        )
        site.registry.register("m", "2", uri="s3://m/2", model_format="onnx", metrics={"auc": 0.8}, labels=["old"])
        yield site, client
