"""`register`: said once, true; said again, unchanged; a conflict writes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from modelreg import DataSet, DocArtifact, Metric, ModelArtifact, Parameter, Plan, Source
from modelreg.errors import Conflict, InvalidInput
from tests.facade.backends import own

SAID: dict[str, Any] = {
    "uri": "s3://models/fraud/1.4.0/model.onnx",
    "model_format": "onnx",
    "model_format_version": "1",
    "properties": {"auc": 0.94, "features": 31, "params": {"depth": 6}},
    "labels": ["candidate"],
    "metrics": {"loss": 0.1},
    "higher_is_better": {"auc": True, "loss": False},
    "description": "the version",
    "author": "ana",
    "owner": "bo",
    "model_description": "the model",
    "model_properties": {"tier": "gold"},
    "storage_key": "k",
    "storage_path": "p",
    "service_account_name": "sa",
    "source": Source(kind="kfp", class_="pipelinerun", group="ns", id="run-1", name="nightly"),
    "artifact_properties": {"sha256": "abc"},
}


async def everything(registry: Any) -> list[Any]:
    """Read all that a registry holds of a model, for comparing before and after."""
    model = await registry.models.find(own("fraud"))
    held = [model.raw]
    async for version in registry.versions.list(model=model):
        held.append(version.raw)
        held += [artifact.raw async for artifact in registry.artifacts.list(version=version)]
    return held


async def test_everything_has_its_place(registry: Any) -> None:
    done = await registry.register(own("fraud"), "1.4.0", external_id=own("v-ext"), **SAID)
    assert str(done.outcome) == "created"
    assert (done.outcome.model, done.outcome.version, done.outcome.artifact) == ("created",) * 3
    assert done.reference == own("fraud@1.4.0")
    model = await registry.models.get(done.model.id)
    assert (model.name, model.owner, model.description) == (own("fraud"), "bo", "the model")
    assert model.properties["tier"] == "gold"
    assert model.higher_is_better == {"auc": True, "loss": False}
    version = await registry.versions.find("1.4.0", model=own("fraud"))
    assert (version.id, version.author, version.description) == (done.version.id, "ana", "the version")
    assert version.external_id == own("v-ext")
    assert version.properties == {
        "auc": 0.94,
        "features": 31,
        "params": {"depth": 6},
        "loss": 0.1,
        "candidate": "",
    }
    assert version.labels == ("candidate",)
    artifact = await registry.artifacts.get(done.artifact.id)
    assert isinstance(artifact, ModelArtifact)
    assert (artifact.name, artifact.uri, artifact.model_format) == (own("fraud"), SAID["uri"], "onnx")
    assert (artifact.storage_key, artifact.storage_path, artifact.service_account_name) == ("k", "p", "sa")
    assert artifact.source == SAID["source"]
    assert artifact.properties == {"sha256": "abc"}
    assert done.artifacts == (done.artifact,)


async def test_said_again_it_is_unchanged_and_nothing_is_written(registry: Any, sent: list[str]) -> None:
    first = await registry.register(own("fraud"), "1.4.0", **SAID)
    before = await everything(registry)
    del sent[:]
    again = await registry.register(own("fraud"), "1.4.0", **SAID)
    assert len(sent) <= 3
    assert str(again.outcome) == "unchanged"
    assert (again.model.id, again.version.id, again.artifact.id) == (
        first.model.id,
        first.version.id,
        first.artifact.id,
    )
    assert await everything(registry) == before


async def test_what_differs_is_merged(registry: Any) -> None:
    await registry.register(own("fraud"), "1.4.0", **SAID)
    done = await registry.register(
        own("fraud"),
        "1.4.0",
        uri=SAID["uri"],
        description="better",
        properties={"f1": 0.8},
        source={"name": "weekly"},
    )
    assert (done.outcome.model, done.outcome.version, done.outcome.artifact) == ("unchanged", "updated", "updated")
    assert done.version.properties["auc"] == 0.94
    assert done.version.properties["f1"] == 0.8
    assert (done.artifact.source_name, done.artifact.source_id) == ("weekly", "run-1")


async def test_other_weights_are_a_conflict_that_writes_nothing(registry: Any) -> None:
    await registry.register(own("fraud"), "1.4.0", **SAID)
    before = await everything(registry)
    with pytest.raises(Conflict) as raised:
        await registry.register(own("fraud"), "1.4.0", uri="s3://other", properties={"new": 1}, owner="eve")
    assert raised.value.reason == "uri_differs"
    assert raised.value.details["registered_uri"] == SAID["uri"]
    assert raised.value.details["uri"] == "s3://other"
    assert 'on_conflict="update"' in str(raised.value)
    assert await everything(registry) == before


async def test_on_conflict(registry: Any) -> None:
    first = await registry.register(own("fraud"), "1.4.0", **SAID)
    before = await everything(registry)
    kept = await registry.register(own("fraud"), "1.4.0", uri="s3://other", owner="eve", on_conflict="unchanged")
    assert str(kept.outcome) == "unchanged"
    assert kept.artifact.uri == SAID["uri"]
    assert await everything(registry) == before
    moved = await registry.register(own("fraud"), "1.4.0", uri="s3://other", on_conflict="update")
    assert (moved.outcome.artifact, moved.artifact.id, moved.artifact.uri) == (
        "updated",
        first.artifact.id,
        "s3://other",
    )
    with pytest.raises(InvalidInput, match="on_conflict is 'maybe'; it is one of fail, update, unchanged"):
        await registry.register(own("fraud"), "1.4.0", on_conflict="maybe")


async def test_into_what_is_archived(registry: Any) -> None:
    done = await registry.register(own("fraud"), "1", uri="s3://a")
    await registry.versions.archive(done.version)
    with pytest.raises(Conflict, match="restore=True"):
        await registry.register(own("fraud"), "1", uri="s3://a")
    assert (await registry.register(own("fraud"), "1", uri="s3://a", restore=True)).version.state == "LIVE"
    await registry.models.archive(done.model)
    other = await registry.register(own("other"), "1")
    assert other.artifact is None
    assert (await registry.models.find(own("fraud"))).state == "ARCHIVED"


async def test_a_model_archived_since_it_was_met_is_not_taken_for_live(registry: Any) -> None:
    done = await registry.register(own("fraud"), "1", uri="s3://a")
    await registry.models.archive(done.model)
    with pytest.raises(Conflict, match="is archived"):
        await registry.register(own("fraud"), "1", uri="s3://a")


async def test_an_archived_model_refuses_a_new_version(registry: Any, backend: Any, mode: str) -> None:
    model = await registry.models.upsert(own("fraud"))
    await registry.models.archive(model)
    with pytest.raises(Conflict, match="restore=True") as raised:
        await registry.register(own("fraud"), "2", uri="s3://a")
    assert raised.value.reason == "archived"
    assert await registry.versions.find("2", model=own("fraud")) is None
    restored = await registry.register(own("fraud"), "2", uri="s3://a", restore=True)
    assert (restored.model.state, restored.outcome.model) == ("LIVE", "updated")


async def test_other_artifacts_come_before_the_model_artifact(registry: Any) -> None:
    done = await registry.register(
        own("fraud"),
        "1",
        uri="s3://w",
        artifacts=[
            DocArtifact(name="card", uri="s3://card"),
            DataSet(name="train", uri="s3://d", digest="sha256:0", properties={"rows": 10}),
            Metric(name="auc", value=0.9),
            Parameter(name="lr", value="0.1", parameter_type="number"),
        ],
    )
    assert [artifact.kind for artifact in done.artifacts] == ["doc", "dataset", "metric", "parameter", "model"]
    assert done.outcome.artifacts == ("created",) * 5
    assert done.artifacts[1].properties == {"rows": 10}
    newest = await registry.artifacts.list(version=done.version, descending=True).first()
    assert newest.id == done.artifact.id


async def test_a_document_after_the_model_artifact_is_kept_as_a_property(registry: Any) -> None:
    await registry.register(own("fraud"), "1", uri="s3://w")
    late = [DocArtifact(name="card", uri="s3://card"), Metric(name="auc", value=0.9)]
    done = await registry.register(own("fraud"), "1", uri="s3://w", artifacts=late)
    assert done.version.properties == {"doc_card": "s3://card", "metric_auc": 0.9}
    assert len(done.warnings) == 2
    assert "DocArtifact 'card' is kept as the property 'doc_card'" in done.warnings[0]
    newest = await registry.artifacts.list(version=done.version, descending=True).first()
    assert newest.kind == "model"
    again = await registry.register(own("fraud"), "1", uri="s3://w", artifacts=late)
    assert str(again.outcome) == "unchanged"


async def test_the_only_model_artifact_is_the_one_that_is_meant(registry: Any) -> None:
    """Weights that another client registered under another name are not doubled."""
    version = await registry.versions.upsert("1", model=await registry.models.upsert(own("fraud")))
    made = await registry.artifacts.upsert("weights", version=version, uri="s3://w")
    done = await registry.register(own("fraud"), "1", uri="s3://w", model_format="onnx")
    assert (done.artifact.id, done.outcome.artifact) == (made.id, "updated")
    with pytest.raises(Conflict):
        await registry.register(own("fraud"), "1", uri="s3://elsewhere")
    second = await registry.register(own("fraud"), "1", uri="s3://other", artifact_name="quantised")
    assert second.outcome.artifact == "created"


async def test_a_half_made_registration_is_finished(registry: Any) -> None:
    await registry.models.upsert(own("fraud"))
    await registry.versions.upsert("1", model=own("fraud"), properties={"auc": 0.5})
    done = await registry.register(own("fraud"), "1", uri="s3://w", metrics={"auc": 0.9})
    assert (done.outcome.model, done.outcome.version, done.outcome.artifact) == ("unchanged", "updated", "created")


async def test_a_plan_writes_nothing(registry: Any, sent: list[str]) -> None:
    plan = await registry.plan(own("fraud"), "1", **SAID)
    assert isinstance(plan, Plan)
    assert str(plan.outcome) == "created"
    assert str(plan).splitlines() == [
        f"created model {own('fraud')!r}",
        "created version '1'",
        f"created artifact {own('fraud')!r}",
    ]
    assert all(request.startswith("GET") for request in sent)
    await registry.register(own("fraud"), "1", **SAID)
    plan = await registry.plan(own("fraud"), "1", owner="eve")
    assert str(plan).splitlines() == [f"updated model {own('fraud')!r}: owner, state", "unchanged version '1'"]


async def test_bad_input_writes_nothing(registry: Any, sent: list[str]) -> None:
    for wrong, says in (
        ({"metrics": {"auc": "high"}}, "metrics\\['auc'\\] is 'high'; give a number"),
        ({"metrics": {"auc": float("nan")}}, "nan"),
        ({"model_format": "onnx"}, "model_format describes the model artifact, and without uri there is none"),
        ({"uri": ""}, "uri is empty"),
        ({"uri": 7}, "uri is a int"),
        ({"labels": "candidate"}, "give a list of strings"),
        ({"metrics": {"auc": 1}, "properties": {"auc": 2}}, "properties and metrics give different values of 'auc'"),
        ({"higher_is_better": {"auc": "yes"}}, "give True or False"),
        ({"artifacts": [DocArtifact(name="a"), DocArtifact(name="a")]}, "names DocArtifact 'a' twice"),
        ({"artifacts": ["card"]}, "give records such as DocArtifact"),
        ({"artifacts": [DocArtifact(name="")]}, "name of an artifact is empty"),
        ({"uri": "s3://a", "source": {"run": "1"}}, "source has the key 'run'"),
        ({"uri": "s3://a", "source": 7}, "source is 7"),
    ):
        with pytest.raises(InvalidInput, match=says):
            await registry.register(own("fraud"), "1", **wrong)
    assert sent == []


async def test_no_more_requests_than_it_takes(registry: Any, sent: list[str]) -> None:
    # Which version an old server speaks is found out by the first request of all, which is then sent again.
    await registry.models.find(own("anybody"))
    del sent[:]
    await registry.register(own("fraud"), "1", uri="s3://1", owner="ana")
    assert len(sent) <= 4
    del sent[:]
    await registry.register(own("fraud"), "2", uri="s3://2", owner="ana")
    assert len(sent) <= 4
    del sent[:]
    await registry.register(own("fraud"), "2", uri="s3://2", owner="ana")
    assert len(sent) <= 3


async def test_a_new_version_of_a_known_model(backend: Any, mode: str, registry: Any, sent: list[str]) -> None:
    await registry.models.upsert(own("fraud"))
    await registry.versions.upsert("1", model=own("fraud"))
    del sent[:]
    await registry.register(own("fraud"), "2", uri="s3://2")
    assert len(sent) <= 4


async def test_latest(registry: Any) -> None:
    for version in ("1", "2", "3"):
        await registry.register(own("fraud"), version)
    assert (await registry.versions.latest(own("fraud"))).name == "3"
    await registry.versions.archive(await registry.versions.find("3", model=own("fraud")))
    assert (await registry.versions.latest(own("fraud"))).name == "2"
