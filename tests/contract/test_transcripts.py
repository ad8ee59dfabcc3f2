"""The embedded registry gives the answers that real servers gave, and the correct one where theirs is a quirk."""

from __future__ import annotations

import httpx
import pytest

from modelreg.local import LocalTransport
from tests.contract.replaying import ALPHA, SCENARIOS, SCENARIOS_OF_VERSIONS, V1, replay, steps_of_version


def test_all_recorded_steps_are_here() -> None:
    counts = [sum(len(steps_of_version(each, prefix)) for each in SCENARIOS) for prefix in (ALPHA, V1)]
    assert counts == [694, 645]


@pytest.mark.parametrize(("scenario", "prefix"), SCENARIOS_OF_VERSIONS)
def test_a_scenario_agrees_in_process(scenario: str, prefix: str, store: str) -> None:
    with httpx.Client(base_url="http://any.host", transport=LocalTransport(store)) as client:
        assert replay(client, scenario, prefix=prefix) == []
