"""A field that the server's API version lacks is refused before anything is sent, naming the version that has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from modelreg import ModelRegistry
from modelreg._wire import version
from modelreg.errors import UnsupportedByServer
from modelreg.local import LocalTransport
from tests.facade.backends import Recording


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return Recording(LocalTransport(tmp_path / "registry.db"))


@pytest.mark.parametrize(
    ("schema", "verb"),
    [
        ("RegisteredModelCreate", lambda r: r.models.upsert("fresh", owner="ana")),
        ("RegisteredModelUpdate", lambda r: r.models.upsert("known", owner="ana")),
        ("RegisteredModelCreate", lambda r: r.register("fresh", "1", owner="ana")),
    ],
)
def test_a_field_of_another_version(
    monkeypatch: pytest.MonkeyPatch, recording: Recording, schema: str, verb: Any
) -> None:
    with ModelRegistry("http://registry.test", transport=recording, api_version="v1alpha3") as registry:
        registry.models.upsert("known")
        monkeypatch.setattr(version, "FIELD_VERSIONS", {schema: {"owner": ("v1",)}})
        monkeypatch.setattr(version, "PARTIAL_FIELDS", frozenset({"owner"}))
        del recording.requests[:]
        with pytest.raises(UnsupportedByServer) as raised:
            verb(registry)
        assert raised.value.reason == "unsupported_version"
        assert raised.value.details == {"needs": ("v1",), "field": f"{schema}.owner"}
        assert all(request.startswith("GET") for request in recording.requests)
