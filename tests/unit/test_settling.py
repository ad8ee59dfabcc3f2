"""Changes of properties on a registry that honours no preconditions, while other clients change the same record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from modelreg import ModelRegistry
from modelreg._sync import recent
from modelreg.local import LocalTransport

BASE = "http://registry.test"


class WithoutPreconditions(httpx.BaseTransport):
    """An embedded registry whose responses carry no ETag, and where others act after chosen requests.

    Args:
        inner: The embedded registry.
    """

    def __init__(self, inner: LocalTransport) -> None:
        self.inner = inner
        self.methods: list[str] = []
        self.after_patches: list[Callable[[], object]] = []
        self.after_gets: list[Callable[[], object]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request."""
        response = self.inner.handle_request(request)
        self.methods.append(request.method)
        headers = [(name, value) for name, value in response.headers.items() if not name.startswith(("etag", "model"))]
        body = response.read()
        after = {"PATCH": self.after_patches, "GET": self.after_gets}.get(request.method)
        if after:
            after.pop(0)()
        return httpx.Response(response.status_code, headers=headers, content=body)


@pytest.fixture
def transport(tmp_path: Path) -> Iterator[WithoutPreconditions]:
    carrying = WithoutPreconditions(LocalTransport(f"sqlite:///{tmp_path / 'registry.db'}"))
    yield carrying
    carrying.inner.close()


@pytest.fixture
def registry(transport: WithoutPreconditions) -> Iterator[ModelRegistry]:
    with ModelRegistry(BASE, transport=transport) as made:
        made.models.upsert("fraud", properties={"before": 1})
        transport.methods.clear()
        yield made


@pytest.fixture
def overwrite(transport: WithoutPreconditions) -> Callable[..., Callable[[], object]]:
    """Return what makes another client's PATCH, whose map is the whole of the model's properties."""

    def overwrite(**properties: int) -> Callable[[], object]:
        typed = {key: {"metadataType": "MetadataIntValue", "int_value": str(n)} for key, n in properties.items()}

        def patch() -> httpx.Response:
            with httpx.Client(base_url=f"{BASE}/api/model_registry/v1", transport=transport.inner) as other:
                return other.patch("/registered_models/1", json={"customProperties": typed}).raise_for_status()

        return patch

    return overwrite


def properties(registry: ModelRegistry) -> dict[str, Any]:
    return dict(registry.models.get("1").properties)


def test_one_more_read_is_enough_where_nobody_else_writes(registry, transport):
    registry.models.update("1", properties={"mine": 1})
    assert transport.methods == ["GET", "PATCH", "GET"]


def test_a_key_that_another_client_overwrote_is_written_again(registry, transport, overwrite):
    transport.after_patches = [overwrite(before=1, other=2)]
    assert registry.models.update("1", properties={"mine": 1}).properties["mine"] == 1
    assert properties(registry) == {"before": 1, "other": 2, "mine": 1}


def test_a_key_that_holds_what_it_held_before_is_written_again(registry, transport, overwrite):
    transport.after_patches = [overwrite(before=1, other=2)]
    registry.models.update("1", properties={"before": 5})
    assert properties(registry) == {"before": 5, "other": 2}


def test_a_value_that_another_client_gave_the_key_stays(registry, transport, overwrite):
    transport.after_patches = [overwrite(before=1, mine=9)]
    registry.models.update("1", properties={"mine": 1})
    assert properties(registry) == {"before": 1, "mine": 9}


def test_a_removed_key_that_came_back_is_removed_again(registry, transport, overwrite):
    transport.after_patches = [overwrite(before=1, other=2)]
    registry.models.update("1", remove_properties=["before"])
    assert properties(registry) == {"other": 2}


def test_it_is_written_again_as_often_as_it_is_overwritten(registry, transport, overwrite):
    transport.after_patches = [overwrite(other=1), overwrite(other=2), overwrite(other=3)]
    registry.models.update("1", properties={"mine": 1})
    assert properties(registry) == {"other": 3, "mine": 1}


def test_it_reads_at_most_five_times(registry, transport, overwrite):
    transport.after_patches = [overwrite(other=number) for number in range(10)]
    registry.models.update("1", properties={"mine": 1})
    read_after_the_first_patch = transport.methods[1:].count("GET")
    assert 1 <= read_after_the_first_patch <= 5


def test_an_earlier_key_that_was_lost_since_goes_along_with_the_next_change(registry, transport, overwrite):
    registry.models.update("1", properties={"first": 1, "gone": 1})
    registry.models.update("1", remove_properties=["gone"])
    overwrite(before=1, gone=1)()
    transport.methods.clear()
    registry.models.update("1", properties={"second": 2})
    assert properties(registry) == {"before": 1, "first": 1, "second": 2}
    assert transport.methods.count("PATCH") == 1


def test_a_key_that_was_written_again_is_remembered_from_then_on(registry, overwrite, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(recent, "time", SimpleNamespace(monotonic=lambda: now[0]))
    registry.models.update("1", properties={"first": 1})
    for seconds, key in ((50, "second"), (50, "third")):
        overwrite(before=1)()
        now[0] += seconds
        registry.models.update("1", properties={key: 1})
    assert properties(registry) == {"before": 1, "first": 1, "second": 1, "third": 1}


def test_a_key_is_forgotten_after_a_minute(registry, overwrite, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(recent, "time", SimpleNamespace(monotonic=lambda: now[0]))
    registry.models.update("1", properties={"first": 1})
    overwrite(before=1)()
    now[0] += 61
    registry.models.update("1", properties={"second": 1})
    assert properties(registry) == {"before": 1, "second": 1}


def test_what_this_object_changed_between_reading_and_writing_stays(transport):
    with ModelRegistry(BASE, transport=transport, settle=False) as registry:
        registry.models.upsert("fraud", properties={"before": 1})
        transport.after_gets = [lambda: registry.models.upsert("fraud", properties={"between": 2})]
        registry.models.upsert("fraud", properties={"mine": 3})
        assert properties(registry) == {"before": 1, "between": 2, "mine": 3}


def test_without_settling_the_record_is_not_read_again(transport, overwrite):
    with ModelRegistry(BASE, transport=transport, settle=False) as registry:
        registry.models.upsert("fraud")
        transport.methods.clear()
        transport.after_patches = [overwrite(other=1)]
        registry.models.update("1", properties={"mine": 1})
        assert transport.methods == ["GET", "PATCH"]
        assert properties(registry) == {"other": 1}
