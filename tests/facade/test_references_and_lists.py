"""How records are named and lists are read: ids, names, references, orders by any key, slices, unknown keys."""

from __future__ import annotations

from typing import Any

import pytest

import modelreg
from modelreg import F
from modelreg.errors import InvalidInput, NotFound, UnknownArgument
from tests.facade.backends import own


@pytest.fixture
async def fraud(registry: Any) -> str:
    """Register versions of one model: numbers, a tie, a text and none under one key; return its name."""
    name = own("fraud")
    for version, value in (("1", 0.9), ("2", 0.95), ("3", 0.95), ("4", "high"), ("5", None)):
        given = {} if value is None else {"auc": value}
        direction = {"auc": True} if version == "1" else None
        metrics, properties = (given, None) if version == "1" else (None, given)
        await registry.register(name, version, metrics=metrics, properties=properties, higher_is_better=direction)
    return name


async def names(pager: Any) -> list[str]:
    return [record.name async for record in pager]


async def test_get_takes_an_id_or_a_name(registry: Any, fraud: str) -> None:
    model = await registry.models.get(name=fraud)
    assert (await registry.models.get(model.id)).name == fraud
    for given in ({}, {"id": model.id, "name": fraud}):
        with pytest.raises(InvalidInput):
            await registry.models.get(**given)
    with pytest.raises(NotFound):
        await registry.models.get(name=own("nobody"))
    assert (await registry.models.archive(name=fraud)).state == "ARCHIVED"
    assert (await registry.models.restore(name=fraud)).state == "LIVE"
    assert (await registry.versions.archive(name="5", model=fraud)).state == "ARCHIVED"


async def test_a_reference_is_taken_wherever_a_version_is_meant(registry: Any, fraud: str) -> None:
    reference = f"{fraud}@1"
    version = await registry.versions.get(reference)
    assert await registry.versions.find(reference) == version
    assert await registry.versions.find(version.id) == version
    assert (await registry.versions.update(reference, author="ana")).author == "ana"
    assert (await registry.versions.archive(reference)).state == "ARCHIVED"
    assert (await registry.versions.restore(reference)).state == "LIVE"
    await registry.artifacts.upsert("card", version=reference, kind="doc", uri="s3://card")
    assert await names(registry.artifacts.list(version=reference)) == ["card"]
    with pytest.raises(InvalidInput, match="give its model="):
        await registry.versions.find("1.4.0")


async def test_beside_a_model_a_text_is_a_name(registry: Any, fraud: str) -> None:
    odd = f"{fraud}@1"
    made = await registry.versions.upsert(odd, model=fraud)
    assert made.name == odd
    assert await registry.versions.find(odd, model=fraud) == made
    assert await registry.versions.get(odd, model=fraud) == made
    assert (await registry.versions.get("1", model=fraud)).name == "1"
    assert (await registry.versions.update("2", model=fraud, author="ana")).name == "2"
    with pytest.raises(NotFound):
        await registry.versions.get("7", model=fraud)


@pytest.mark.parametrize(("descending", "order"), [(False, "12345"), (True, "23145")])
async def test_numbers_come_first_and_what_is_missing_last(
    registry: Any, fraud: str, descending: bool, order: str
) -> None:
    assert "".join(await names(registry.versions.list(fraud, order_by=F("auc"), descending=descending))) == order


async def test_the_best_version_goes_by_the_remembered_direction(registry: Any, fraud: str) -> None:
    assert (await registry.versions.best(fraud, "auc")).name == "3"
    assert (await registry.versions.best(fraud, "auc", higher_is_better=False)).name == "1"
    await registry.versions.archive(f"{fraud}@3")
    assert (await registry.versions.best(fraud, "auc")).name == "2"
    assert await registry.versions.best(fraud, "f1", higher_is_better=True) is None
    with pytest.raises(InvalidInput) as raised:
        await registry.versions.best(fraud, "f1")
    assert raised.value.reason == "no_direction"


async def test_an_unknown_keyword_names_the_nearest(registry: Any) -> None:
    calls = (
        ("uri", lambda: registry.register("a", "1", urii="s3://m")),
        ("owner", lambda: registry.models.upsert("a", ownr="ana")),
        ("author", lambda: registry.versions.update("1", autor="ana")),
    )
    for nearest, call in calls:
        with pytest.raises(UnknownArgument, match=f"Did you mean {nearest}") as raised:
            await call()
        assert isinstance(raised.value, TypeError)
    with pytest.raises(UnknownArgument, match="Did you mean order_by"):
        registry.models.list(oder_by="ID")


def test_a_constructor_names_the_nearest_keyword_too() -> None:
    with pytest.raises(UnknownArgument, match=r"RegistrationRequest.*Did you mean uri"):
        modelreg.RegistrationRequest("a", "1", urii="s3://m")  # type: ignore[call-arg]
    with pytest.raises(UnknownArgument, match=r"ModelRegistry.*Did you mean timeout"):
        modelreg.ModelRegistry(timout=5)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="version"):
        modelreg.RegistrationRequest("a")  # type: ignore[call-arg]
