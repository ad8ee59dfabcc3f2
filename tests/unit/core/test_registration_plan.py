"""The plan: what is there and what is wanted decide the writes, or the conflict, and nothing else does."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from modelreg import DocArtifact, Outcome, RegistrationRequest
from modelreg._core.change import Policy
from modelreg._core.fields import read_record
from modelreg._core.registration import (
    Existing,
    RegistrationChange,
    desired_registration,
    model_counterpart,
    outcome,
    plan_registration,
)
from modelreg._core.registration_plan import registration_plan
from modelreg._core.values import to_wire
from modelreg._types import Artifact, DataSet, Metric, ModelArtifact, ModelVersion, Parameter, RegisteredModel
from modelreg.errors import Conflict, InvalidInput


def model(**wire: Any) -> RegisteredModel:
    made: RegisteredModel = read_record(RegisteredModel, {"id": "1", "name": "fraud", "state": "LIVE", **wire})
    return made


def version(**wire: Any) -> ModelVersion:
    made: ModelVersion = read_record(
        ModelVersion, {"id": "2", "name": "1", "registeredModelId": "1", "state": "LIVE", **wire}
    )
    return made


def artifact(kind: str = "model-artifact", **wire: Any) -> Artifact:
    made: Artifact = read_record(Artifact, {"id": "3", "name": "fraud", "artifactType": kind, **wire})
    return made


def changes(existing: Existing, **given: Any) -> RegistrationChange:
    return plan_registration(existing, desired_registration(RegistrationRequest("fraud", "1", **given)))


def happens(plan: RegistrationChange) -> list[str]:
    return [plan.model.happens, plan.version.happens, *(each.happens for each in plan.artifacts)]


def test_into_an_empty_registry() -> None:
    plan = changes(Existing(), uri="s3://w", metrics={"auc": 0.9})
    assert happens(plan) == ["created", "created", "created"]
    assert plan.warnings == ()
    assert plan.model.body == {"name": "fraud"}
    assert plan.version.body == {"name": "1", "customProperties": to_wire({"auc": 0.9})}
    assert plan.artifacts[0].body == {"name": "fraud", "artifactType": "model-artifact", "uri": "s3://w"}


def test_into_each_half_made_registration() -> None:
    assert happens(changes(Existing(model=model()), uri="s3://w")) == ["unchanged", "created", "created"]
    half = Existing(model=model(), version=version())
    assert happens(changes(half, uri="s3://w")) == ["unchanged", "unchanged", "created"]
    with_card = Existing(model=model(), version=version(), artifacts=[artifact("doc-artifact", name="card")])
    said = {"uri": "s3://w", "artifacts": [DocArtifact(name="card", uri="s3://c")]}
    assert happens(changes(with_card, **said)) == ["unchanged", "unchanged", "updated", "created"]


def test_weights_without_a_place_are_given_one() -> None:
    seen = Existing(model=model(), version=version(), artifacts=[artifact()])
    assert happens(changes(seen, uri="s3://w")) == ["unchanged", "unchanged", "updated"]


@pytest.mark.parametrize("state", ["model", "version"])
def test_the_archived_refuse_and_are_restored(state: str) -> None:
    archived = {"state": "ARCHIVED"}
    seen = Existing(
        model=model(**archived) if state == "model" else model(),
        version=version(**archived) if state == "version" else version(),
    )
    with pytest.raises(Conflict, match="restore=True"):
        changes(seen)
    plan = changes(seen, restore=True)
    assert getattr(plan, state).body == {"state": "LIVE"}
    assert sorted(happens(plan)) == ["unchanged", "updated"]


def test_other_weights() -> None:
    seen = Existing(model=model(), version=version(), artifacts=[artifact(uri="s3://old")])
    with pytest.raises(Conflict) as raised:
        changes(seen, uri="s3://new")
    assert raised.value.reason == "uri_differs"
    assert happens(changes(seen, uri="s3://new", on_conflict="update", owner="ana")) == [
        "updated",
        "unchanged",
        "updated",
    ]
    kept = changes(seen, uri="s3://new", on_conflict="unchanged", owner="ana", metrics={"auc": 1})
    assert happens(kept) == ["unchanged", "unchanged", "unchanged"]
    merged = changes(seen, uri="s3://old", on_conflict="unchanged", owner="ana")
    assert happens(merged) == ["updated", "unchanged", "unchanged"]


def test_what_is_not_written_when_the_weights_stay_where_they_are() -> None:
    seen = Existing(
        model=model(),
        version=version(),
        artifacts=[artifact("doc-artifact", name="card", uri="s3://c"), artifact(uri="s3://old")],
    )
    said = {"artifacts": [DocArtifact(name="card", uri="s3://other"), DocArtifact(name="late", uri="s3://l")]}
    kept = changes(seen, uri="s3://new", on_conflict="unchanged", **said)
    assert happens(kept) == ["unchanged"] * 4
    assert kept.version.body is None


def test_the_requests_of_a_plan() -> None:
    desired = desired_registration(RegistrationRequest("fraud", "1", uri="s3://w", alias="champion"))
    plan = registration_plan(plan_registration(Existing(), desired), desired)
    assert [(write.resource, write.happens, write.method, write.path) for write in plan.writes] == [
        ("model", "created", "POST", "/registered_models"),
        ("version", "created", "POST", "/model_versions"),
        ("artifact", "created", "POST", "/model_versions/{version_id}/artifacts"),
        ("model", "updated", "PATCH", "/registered_models/{model_id}"),
    ]
    assert plan.writes[1].body == {"name": "1"}
    there = registration_plan(plan_registration(Existing(model=model(), version=version()), desired), desired)
    assert [(write.happens, write.path) for write in there.writes] == [
        ("unchanged", None),
        ("unchanged", None),
        ("created", "/model_versions/2/artifacts"),
        ("updated", "/registered_models/1"),
    ]
    with_model = registration_plan(plan_registration(Existing(model=model()), desired), desired)
    assert with_model.writes[1].body == {"name": "1", "registeredModelId": "1"}


def test_the_only_model_artifact_is_meant_whatever_its_name() -> None:
    seen = Existing(model=model(), version=version(), artifacts=[artifact(name="weights", uri="s3://w")])
    assert happens(changes(seen, uri="s3://w")) == ["unchanged"] * 3
    assert happens(changes(seen, uri="s3://w", artifact_name="other")) == ["unchanged", "unchanged", "created"]
    both = attrs.evolve(seen, artifacts=[*seen.artifacts, artifact(id="4", name="more", uri="s3://w")])
    assert happens(changes(both, uri="s3://w")) == ["unchanged", "unchanged", "created"]
    two = {"uri": "s3://w", "artifacts": [ModelArtifact(name="x", uri="s3://x")]}
    assert happens(changes(seen, **two)) == ["unchanged", "unchanged", "created", "created"]


def test_the_model_artifact_that_a_registration_is_about() -> None:
    weights = artifact(uri="s3://w")
    seen = Existing(artifacts=[artifact("doc-artifact", id="9"), weights])
    for given, found in (({"uri": "s3://w"}, weights), ({"uri": "s3://w", "artifact_name": "x"}, None), ({}, None)):
        assert model_counterpart(seen, desired_registration(RegistrationRequest("fraud", "1", **given))) is found
    two = {"uri": "s3://w", "artifacts": [ModelArtifact(name="x")]}
    assert model_counterpart(seen, desired_registration(RegistrationRequest("fraud", "1", **two))) is weights


@pytest.mark.parametrize(
    ("late", "key", "value"),
    [
        (DocArtifact(name="card", uri="s3://c", description="d"), "doc_card", "s3://c"),
        (DocArtifact(name="card", description="d"), "doc_card", "d"),
        (DocArtifact(name="card"), "doc_card", ""),
        (DataSet(name="train", digest="sha256:1", description="d"), "dataset_train", "sha256:1"),
        (DataSet(name="train", uri="s3://t", digest="sha256:1"), "dataset_train", "s3://t"),
        (Metric(name="auc", value=0.9), "metric_auc", 0.9),
        (Metric(name="auc", description="d"), "metric_auc", ""),
        (Parameter(name="depth", value="6"), "parameter_depth", "6"),
    ],
)
def test_an_artifact_that_would_be_newer_than_the_weights_becomes_a_property(
    late: Artifact, key: str, value: object
) -> None:
    seen = Existing(model=model(), version=version(), artifacts=[artifact(uri="s3://w")])
    plan = changes(seen, uri="s3://w", artifacts=[late], properties={"a": 1})
    assert happens(plan) == ["unchanged", "updated", "unchanged"]
    assert plan.version.body == {"state": "LIVE", "customProperties": to_wire({"a": 1, key: value})}
    assert len(plan.warnings) == 1
    assert repr(key) in plan.warnings[0]
    desired = desired_registration(RegistrationRequest("fraud", "1", uri="s3://w", artifacts=[late]))
    assert registration_plan(plan, desired).warnings == plan.warnings
    again = attrs.evolve(seen, version=version(customProperties=to_wire({key: value})))
    assert happens(changes(again, artifacts=[late])) == ["unchanged", "unchanged"]


def test_an_artifact_that_is_there_stays_an_artifact() -> None:
    seen = Existing(
        model=model(),
        version=version(),
        artifacts=[artifact("doc-artifact", id="9", name="card", uri="s3://c"), artifact(uri="s3://w")],
    )
    plan = changes(seen, artifacts=[DocArtifact(name="card", uri="s3://other")])
    assert (happens(plan), plan.warnings) == (["unchanged", "unchanged", "updated"], ())


def test_the_key_of_a_late_artifact_fits() -> None:
    seen = Existing(model=model(), version=version(), artifacts=[artifact(uri="s3://w")])
    plan = changes(seen, artifacts=[Parameter(name="n" * 240, value="6")])
    assert plan.version.body is not None
    assert list(plan.version.body["customProperties"]) == ["parameter_" + "n" * 240]


def test_what_stays_as_it_is_is_told_as_it_is() -> None:
    seen = Existing(model=model(), version=version(), artifacts=[artifact(uri="s3://old")])
    request = RegistrationRequest("fraud", "1", uri="s3://new", on_conflict="unchanged", owner="ana")
    desired = desired_registration(request)
    kept = plan_registration(seen, desired)
    assert [each.existing for each in kept.changes] == [seen.model, seen.version, seen.artifacts[0]]
    assert [each.desired for each in kept.changes] == [desired.model, desired.version, *desired.artifacts]
    assert {each.policy for each in kept.changes} == {Policy()}
    write = registration_plan(kept, desired).writes[2]
    assert (write.resource, write.name, write.happens) == ("artifact", "fraud", "unchanged")
    renamed = attrs.evolve(seen, artifacts=[artifact(name="weights", uri="s3://old")])
    assert [each.existing for each in plan_registration(renamed, desired).artifacts] == renamed.artifacts


def test_an_alias_is_checked_against_the_model() -> None:
    there = model(customProperties=to_wire({"alias.Champion": "1", "alias.2": "1"}))
    with pytest.raises(InvalidInput, match="'champion'"):
        changes(Existing(model=there), alias="champion")
    changes(Existing(model=there), alias="Champion")
    request = desired_registration(RegistrationRequest("fraud", "Champion"))
    with pytest.raises(InvalidInput, match=r"^version is 'Champion'"):
        plan_registration(Existing(model=there), request)
    plan_registration(Existing(model=there, version=version(name="Champion")), request)


def test_the_move_of_an_alias_is_planned_last() -> None:
    kept = {"tier": "gold", "params": {"a": 1}}
    there = model(state="LIVE", customProperties=to_wire(kept))
    desired = desired_registration(RegistrationRequest("fraud", "1", alias="prod", model_properties={"b": 2}))
    write = registration_plan(plan_registration(Existing(model=there), desired), desired).writes[-1]
    assert (write.resource, write.name, write.happens, write.method) == ("model", "fraud", "updated", "PATCH")
    assert write.body is not None
    assert write.body.keys() == {"state", "customProperties"}
    assert write.body["state"] == "LIVE"
    properties = dict(write.body["customProperties"])
    (move,) = json.loads(properties.pop("alias-history.prod")["string_value"])
    assert (move["version"], move["since"][-1]) == ("1", "Z")
    assert properties == to_wire({**kept, "b": 2, "alias.prod": "1"})
    new = registration_plan(plan_registration(Existing(), desired), desired).writes[-1]
    assert (new.path, new.name) == ("/registered_models/{model_id}", "fraud")
    assert new.body is not None
    assert new.body["state"] == "LIVE"
    pointed = Existing(model=model(customProperties=to_wire({"alias.prod": "1", "b": 2})), version=version())
    assert len(registration_plan(plan_registration(pointed, desired), desired).writes) == 2
    unnamed = desired_registration(RegistrationRequest("fraud", "1"))
    assert len(registration_plan(plan_registration(Existing(), unnamed), unnamed).writes) == 2


def test_the_alias_of_an_archived_model_leaves_its_state() -> None:
    archived = model(state="ARCHIVED")
    desired = desired_registration(RegistrationRequest("fraud", "1", alias="prod", restore=True))
    write = registration_plan(plan_registration(Existing(model=archived), desired), desired).writes[-1]
    assert write.body is not None
    assert write.body["state"] == "ARCHIVED"


def test_the_outcome_names_each_record_and_remembers_what_was_created() -> None:
    given = {"uri": "s3://w", "owner": "ana", "artifacts": [DocArtifact(name="card", uri="s3://c")]}
    seen = Existing(model=model(), version=version())
    plan = changes(seen, **given)
    assert outcome(plan, {}) == Outcome(
        model="updated", version="unchanged", artifact="created", artifacts=("created", "created")
    )
    earlier: Any = {("ModelVersion", "1"): "created", ("RegisteredModel", "1"): "created"}
    assert outcome(plan, earlier).version == "created"
    assert outcome(plan, earlier).model == "updated"
    desired = desired_registration(RegistrationRequest("fraud", "1", **given))
    assert registration_plan(plan, desired).outcome == outcome(plan, {})
    there = attrs.evolve(seen, artifacts=[artifact("doc-artifact", name="card", uri="s3://c")])
    half = outcome(changes(there, **given), {})
    assert (half.artifact, half.artifacts) == ("created", ("unchanged", "created"))
    bare = outcome(changes(Existing(), artifacts=[DocArtifact(name="card")]), {})
    assert (bare.artifact, bare.artifacts) == (None, ("created",))
