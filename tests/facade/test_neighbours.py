"""A database without case, as Kubeflow's default is: neighbours are named, never taken for the record itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from modelreg.errors import Conflict, InvalidInput
from modelreg.local import LocalTransport
from tests.facade.backends import Backend, closed, opened
from tests.quirks.transport import QuirkTransport

PAIRS = [
    ("UPPER", "upper"),
    ("über", "uber"),
    ("x🎉", "x🚀"),
    ("trailing", "trailing "),
    ("a_B", "A_b"),
    ("100%", "100% "),
]


@pytest.fixture
async def registry(tmp_path: Path, mode: str) -> AsyncIterator[Any]:
    transport = QuirkTransport(LocalTransport(f"sqlite:///{tmp_path / 'registry.db'}"), mysql=True)
    made = opened(Backend("mysql", lambda: None), mode, transport)
    yield made
    await closed(made)


@pytest.mark.parametrize(("there", "wanted"), PAIRS)
async def test_a_neighbour_is_a_conflict_that_names_it(registry: Any, there: str, wanted: str) -> None:
    model = await registry.models.upsert(there, owner="ana")
    assert await registry.models.find(wanted) is None
    with pytest.raises(Conflict) as raised:
        await registry.models.upsert(wanted, owner="eve")
    assert repr(there) in str(raised.value)
    assert repr(wanted) in str(raised.value)
    assert raised.value.resource == model.id
    assert (await registry.models.get(model.id)).owner == "ana"


@pytest.mark.parametrize(("there", "wanted"), PAIRS)
async def test_in_a_registration_too(registry: Any, there: str, wanted: str) -> None:
    await registry.register("fraud", there, uri="s3://there")
    with pytest.raises(Conflict, match="equal to"):
        await registry.register("fraud", wanted, uri="s3://wanted")
    assert [version.name async for version in registry.versions.list(model="fraud")] == [there]
    done = await registry.register(there, "1", uri="s3://w")
    with pytest.raises(Conflict, match="equal to"):
        await registry.register(wanted, "1", uri="s3://w")
    assert (await registry.register(there, "1", uri="s3://w")).version.id == done.version.id


async def test_external_ids_are_compared_exactly(registry: Any) -> None:
    await registry.models.upsert("fraud", external_id="Run-1")
    assert await registry.models.find(external_id="run-1") is None
    assert (await registry.models.find(external_id="Run-1")).name == "fraud"


async def test_no_property_is_lost_to_another_of_nearly_the_same_key(registry: Any) -> None:
    with pytest.raises(InvalidInput, match="keeps as one"):
        await registry.models.upsert("fraud", properties={"AUC": 1, "auc": 2})
    await registry.models.upsert("fraud", properties={"auc": 1})
    with pytest.raises(InvalidInput, match="'auc' and 'AUC'"):
        await registry.models.upsert("fraud", properties={"AUC": 2})
    renamed = await registry.models.upsert("fraud", properties={"AUC": 2}, remove_properties=["auc"])
    assert renamed.properties == {"AUC": 2}
