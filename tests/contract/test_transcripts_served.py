"""``modelreg serve`` gives the recorded responses over a real socket, from both databases.

With a token, because without one it takes writes as application/json only, where real servers take text/plain too.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.contract.replaying import SCENARIOS_OF_VERSIONS, replay
from tests.registries import empty, new_postgres_url
from tests.serving import ServedRegistry, serving

# The same recordings as in process, over a socket: part of `make test-all`.
pytestmark = pytest.mark.heavy

TOKEN = "replayed"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ServedRegistry, str]]:
    folder = tmp_path_factory.mktemp("served")
    if request.param == "sqlite":
        store = f"sqlite:///{folder / 'registry.db'}"
    else:
        store = new_postgres_url(request.getfixturevalue("postgres_server"))
    token = folder / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    with serving(folder / "log", "--store", store, "--token-file", str(token)) as served:
        yield served, store


@pytest.fixture
def empty_server(server: tuple[ServedRegistry, str]) -> Iterator[httpx.Client]:
    served, store = server
    empty(store)
    with httpx.Client(base_url=served.url, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        yield client


@pytest.mark.parametrize(("scenario", "prefix"), SCENARIOS_OF_VERSIONS)
def test_a_scenario_agrees_over_a_socket(scenario: str, prefix: str, empty_server: httpx.Client) -> None:
    assert replay(empty_server, scenario, prefix=prefix) == []
