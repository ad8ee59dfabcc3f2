"""What the unit tests share."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest


@pytest.fixture
def nine_hours_ahead() -> Iterator[None]:
    """Run a test in a time zone that is nine hours ahead of UTC."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TZ", "AHEAD-9")
        time.tzset()
        yield
    time.tzset()
