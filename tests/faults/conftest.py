"""Fixtures of the fault tests."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["async", "sync"])
def mode(request: pytest.FixtureRequest) -> str:
    """Return "async" and "sync", one after the other."""
    return str(request.param)
