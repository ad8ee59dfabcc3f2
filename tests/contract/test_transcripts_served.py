"""``modelreg serve`` gives the recorded answers over a real socket, from both databases."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.contract.replaying import SCENARIOS_OF_VERSIONS, replay
from tests.registries import empty, new_postgres_url
from tests.serving import ServedRegistry, serving


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ServedRegistry, str]]:
    folder = tmp_path_factory.mktemp("served")
    if request.param == "sqlite":
        store = f"sqlite:///{folder / 'registry.db'}"
    else:
        store = new_postgres_url(request.getfixturevalue("postgres_server"))
    with serving(folder / "log", "--store", store) as served:
        yield served, store


@pytest.fixture
def empty_server(server: tuple[ServedRegistry, str]) -> Iterator[httpx.Client]:
    served, store = server
    empty(store)
    with httpx.Client(base_url=served.url) as client:
        yield client


@pytest.mark.parametrize(("scenario", "prefix"), SCENARIOS_OF_VERSIONS)
def test_a_scenario_agrees_over_a_socket(scenario: str, prefix: str, empty_server: httpx.Client) -> None:
    assert replay(empty_server, scenario, prefix=prefix) == []
