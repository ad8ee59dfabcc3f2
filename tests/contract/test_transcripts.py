"""The embedded registry gives the answers that real servers gave, and the correct one where theirs is an accident."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from modelreg.local import LocalTransport
from tests.contract.replaying import ALPHA, SCENARIOS, V1, replay, steps_of


def test_all_recorded_steps_are_here() -> None:
    assert sum(len(steps_of(each)) for each in SCENARIOS) == 558


@pytest.mark.parametrize("prefix", [ALPHA, V1])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_agrees_in_process(scenario: str, prefix: str, tmp_path: Path) -> None:
    if scenario == "experiments" and prefix == V1:
        pytest.skip("v1 has no experiments")
    with httpx.Client(base_url="http://any.host", transport=LocalTransport(tmp_path / "registry.db")) as client:
        assert replay(client, scenario, prefix=prefix) == []
