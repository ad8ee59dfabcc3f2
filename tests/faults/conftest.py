"""Lends the fault tests both colours."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["async", "sync"])
def colour(request: pytest.FixtureRequest) -> str:
    """Return each colour."""
    return str(request.param)
