"""Aliases and promotions: a name that moves, moved by a gate, with a record of every move."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from modelreg import F, ModelRegistry
from modelreg.errors import Conflict, InvalidInput, NotFound
from tests.facade.backends import own


async def three_versions(registry: Any) -> None:
    for version, auc in (("1.4.0", 0.94), ("1.5.0", 0.93), ("1.6.0", 0.97)):
        await registry.register(
            own("fraud"), version, uri=f"s3://{version}", metrics={"auc": auc}, higher_is_better={"auc": True}
        )


def reference(version: str) -> str:
    return f"{own('fraud')}@{version}"


async def test_an_alias_points_at_a_version_and_is_a_reference(registry: Any) -> None:
    await three_versions(registry)
    model = await registry.models.set_alias(own("fraud"), "champion", version="1.4.0", by="ana", reason="first")
    assert model.properties["alias.champion"] == "1.4.0"
    assert await registry.models.aliases(own("fraud")) == {"champion": "1.4.0"}
    assert (await registry.versions.get(reference("champion"))).name == "1.4.0"
    assert (await registry.versions.find(reference("champion"))).name == "1.4.0"
    await registry.versions.update(reference("champion"), description="the one")
    assert (await registry.versions.get(reference("1.4.0"))).description == "the one"
    await registry.models.delete_alias(own("fraud"), "champion")
    assert await registry.models.aliases(own("fraud")) == {}
    assert await registry.versions.find(reference("champion")) is None
    moves = await registry.models.promotions(own("fraud"), "champion")
    assert [(move.version, move.by, move.reason) for move in moves] == [(None, None, None), ("1.4.0", "ana", "first")]


async def test_a_version_of_that_name_comes_before_an_alias(registry: Any) -> None:
    await three_versions(registry)
    await registry.models.update(
        name=own("fraud"), properties={"alias.1.6.0": "1.4.0"}
    )  # as another client could write it
    assert (await registry.versions.get(reference("1.6.0"))).name == "1.6.0"


@pytest.mark.parametrize("alias", ["1", "v2", "V2", "latest", "1.4.0", "a b", "x" * 101, "", "CHAMPION"])
async def test_what_cannot_be_an_alias(registry: Any, alias: str) -> None:
    await three_versions(registry)
    await registry.models.set_alias(own("fraud"), "champion", version="1.4.0")
    with pytest.raises(InvalidInput, match="alias is"):
        await registry.models.set_alias(own("fraud"), alias, version="1.4.0")
    assert await registry.models.aliases(own("fraud")) == {"champion": "1.4.0"}


async def test_a_version_cannot_take_the_name_of_an_alias(registry: Any, sent: list[str]) -> None:
    await three_versions(registry)
    await registry.models.set_alias(own("fraud"), "champion", version="1.4.0")
    del sent[:]
    with pytest.raises(InvalidInput, match="is an alias"):
        await registry.register(own("fraud"), "champion", uri="s3://x")
    with pytest.raises(InvalidInput, match="is an alias"):
        await registry.versions.upsert("champion", model=own("fraud"))
    assert all(request.startswith("GET") for request in sent)


async def test_an_alias_of_what_is_not_there(registry: Any) -> None:
    await three_versions(registry)
    with pytest.raises(NotFound):
        await registry.models.set_alias(own("fraud"), "champion", version="9")
    with pytest.raises(NotFound):
        await registry.models.set_alias(own("other"), "champion", version="1.4.0")


async def test_promotion_by_a_gate(registry: Any) -> None:
    await three_versions(registry)
    first = await registry.promote(reference("1.4.0"), "champion", if_better="auc")
    assert (first.promoted, first.changed, first.previous, first.refused) == (True, True, None, ())
    worse = await registry.promote(reference("1.5.0"), "champion", if_better="auc")
    assert (worse.promoted, worse.changed, worse.previous) == (False, False, "1.4.0")
    assert worse.refused == ("auc 0.93 is not better than 0.94",)
    better = await registry.promote(
        reference("1.6.0"), "champion", if_better="auc", where=F("auc") > 0.95, reason="Q4", by="ana"
    )
    assert (better.promoted, better.changed, better.previous) == (True, True, "1.4.0")
    again = await registry.promote(reference("1.6.0"), "champion", if_better="missing", where=F("auc") > 2)
    assert (again.promoted, again.changed, again.previous) == (True, False, "1.6.0")
    moves = await registry.models.promotions(own("fraud"), "champion")
    assert [(move.version, move.by, move.reason) for move in moves] == [("1.6.0", "ana", "Q4"), ("1.4.0", None, None)]


@pytest.mark.parametrize(
    ("gate", "says"),
    [
        ({"if_better": "auc"}, "not better"),  # a tie
        ({"if_better": "f1"}, "no number f1"),
        ({"if_better": "loss"}, "is not known"),
        ({"where": F("auc") > 0.99}, "does not satisfy"),
    ],
)
async def test_promotion_refused(registry: Any, sent: list[str], gate: dict[str, Any], says: str) -> None:
    for version in ("1", "2"):
        await registry.register(
            own("fraud"), version, metrics={"auc": 0.9, "loss": 1.0}, higher_is_better={"auc": True}
        )
    await registry.models.set_alias(own("fraud"), "champion", version="1")
    del sent[:]
    refused = await registry.promote(reference("2"), "champion", **gate)
    assert (refused.promoted, refused.changed, refused.previous) == (False, False, "1")
    assert says in refused.refused[0]
    assert all(request.startswith("GET") for request in sent)


async def test_an_archived_version_is_not_promoted(registry: Any) -> None:
    await three_versions(registry)
    await registry.versions.archive(reference("1.6.0"))
    assert "archived" in (await registry.promote(reference("1.6.0"), "champion")).refused[0]


async def test_archiving_what_an_alias_points_at(registry: Any) -> None:
    await three_versions(registry)
    await registry.models.set_alias(own("fraud"), "champion", version="1.4.0")
    for archive in (
        registry.versions.archive(reference("1.4.0")),
        registry.versions.update(reference("1.4.0"), state="ARCHIVED"),
        registry.versions.upsert("1.4.0", model=own("fraud"), state="ARCHIVED"),
    ):
        with pytest.raises(Conflict) as raised:
            await archive
        assert raised.value.reason == "alias_in_use"
        assert raised.value.details["aliases"] == ("champion",)
    assert (await registry.versions.get(reference("1.4.0"))).state == "LIVE"
    assert (await registry.versions.archive(reference("1.4.0"), force=True)).state == "ARCHIVED"
    assert await registry.models.aliases(own("fraud")) == {}


async def test_registering_with_an_alias_and_a_card(registry: Any, tmp_path: Path) -> None:
    card = tmp_path / "README.md"
    card.write_text("# Fraud\n", encoding="utf-8")
    plan = await registry.plan(own("fraud"), "1", uri="s3://a", alias="challenger", card=card)
    assert [write.resource for write in plan.writes] == ["model", "version", "artifact", "model"]
    assert plan.writes[-1].body["customProperties"]["alias.challenger"]["string_value"] == "1"
    done = await registry.register(own("fraud"), "1", uri="s3://a", alias="challenger", card=card)
    assert (done.model.readme, done.model.properties["alias.challenger"]) == ("# Fraud\n", "1")
    again = await registry.register(own("fraud"), "1", uri="s3://a", alias="challenger", card="# Fraud\n")
    assert str(again.outcome) == "unchanged"
    with pytest.raises(InvalidInput, match="card"):
        await registry.register(own("fraud"), "1", card=tmp_path / "missing.md")


async def test_a_plan_of_a_promotion_writes_nothing(registry: Any, sent: list[str]) -> None:
    await three_versions(registry)
    del sent[:]
    plan = await registry.plan_promote(reference("1.4.0"), "champion")
    assert (str(plan.outcome), plan.writes[0].resource, plan.writes[0].method) == ("updated", "model", "PATCH")
    assert all(request.startswith("GET") for request in sent)


async def test_one_of_two_promotions_wins_each_round(backend: Any, registry: Any) -> None:
    """Both moves are in the history, whoever was last."""
    await three_versions(registry)
    rounds = 4
    for _ in range(rounds):
        with ThreadPoolExecutor(2) as pool:
            loop = asyncio.get_running_loop()
            done = await asyncio.gather(
                *(loop.run_in_executor(pool, _promote, backend, version) for version in ("1.4.0", "1.5.0"))
            )
        holder = (await registry.models.aliases(own("fraud")))["racer"]
        assert holder in ("1.4.0", "1.5.0")
        assert all(each.promoted for each in done)
        await registry.models.delete_alias(own("fraud"), "racer")
    moves = [move.version for move in await registry.models.promotions(own("fraud"), "racer")]
    assert sorted(moves, key=str).count("1.4.0") == sorted(moves, key=str).count("1.5.0") == rounds
    assert moves.count(None) == rounds


def _promote(backend: Any, version: str) -> Any:
    with ModelRegistry(backend.base, transport=backend.transport(), api_version=backend.api_version) as other:
        return other.promote(reference(version), "racer")


async def test_promotion_into_another_registry(registry: Any, mode: str, tmp_path: Path) -> None:
    from modelreg import AsyncModelRegistry
    from tests.facade.backends import Awaitable

    await three_versions(registry)
    await registry.models.set_alias(own("fraud"), "champion", version="1.4.0")
    address = tmp_path / "production.db"
    production = AsyncModelRegistry(address) if mode == "async" else ModelRegistry(address)
    there = production if mode == "async" else Awaitable(production)
    done = await registry.promote(reference("1.5.0"), "champion", if_better="auc", to=production)
    assert (done.promoted, done.changed, done.previous) == (True, True, None)
    version = await there.versions.get(reference("champion"))
    assert (version.name, version.properties["auc"]) == ("1.5.0", 0.93)
    assert [each.uri async for each in there.artifacts.list(reference("champion"))] == ["s3://1.5.0"]
    assert await there.models.aliases(own("fraud")) == {"champion": "1.5.0"}
    again = await registry.promote(reference("1.5.0"), "champion", if_better="auc", to=production)
    assert (again.promoted, again.changed) == (True, False)
    if mode == "async":
        await production.aclose()
    else:
        production.close()


async def test_promotion_copies_the_files_too(registry: Any, mode: str, tmp_path: Path, monkeypatch: Any) -> None:
    from modelreg import AsyncModelRegistry
    from tests.facade.backends import Awaitable

    monkeypatch.setenv("MODEL_REGISTRY_STORE", tmp_path.as_uri())
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "model.bin").write_bytes(b"weights")
    await registry.register(
        own("fraud"), "1", files=tmp_path / "made", to=(tmp_path / "one").as_uri(), model_format="onnx"
    )
    address = tmp_path / "production.db"
    production = AsyncModelRegistry(address) if mode == "async" else ModelRegistry(address)
    there = production if mode == "async" else Awaitable(production)
    other = (tmp_path / "other").as_uri()
    for changed in (True, False):
        done = await registry.promote(reference("1"), "champion", to=production, files_to=other)
        assert (done.promoted, done.changed) == (True, changed)
    artifact = await there.artifacts.list(reference("champion")).first()
    assert artifact.uri.startswith(other)
    assert artifact.model_format == "onnx"
    assert (await there.verify(reference("champion"))).files == 1
    with pytest.raises(InvalidInput, match="files_to"):
        await registry.promote(reference("1"), "champion", files_to=other)
    await (production.aclose() if mode == "async" else there.close())
