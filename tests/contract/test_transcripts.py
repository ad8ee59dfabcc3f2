"""The embedded registry gives the answers that real servers gave, and the correct one where theirs is an accident."""

from __future__ import annotations

import httpx
import pytest

from modelreg.local import LocalTransport
from tests.contract.replaying import ALPHA, SCENARIOS, V1, replay, steps_of


def test_all_recorded_steps_are_here() -> None:
    assert sum(len(steps_of(each)) for each in SCENARIOS) == 558


@pytest.mark.parametrize(
    ("scenario", "prefix"),
    [(each, prefix) for each in SCENARIOS for prefix in (ALPHA, V1) if (each, prefix) != ("experiments", V1)],
)
def test_a_scenario_agrees_in_process(scenario: str, prefix: str, store: str) -> None:
    with httpx.Client(base_url="http://any.host", transport=LocalTransport(store)) as client:
        assert replay(client, scenario, prefix=prefix) == []
