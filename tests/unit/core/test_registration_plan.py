"""The plan: what is there and what is wanted decide the writes, or the conflict, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest

from modelreg import DocArtifact, RegistrationRequest
from modelreg.core.fields import read_record
from modelreg.core.registration import (
    Existing,
    RegistrationChange,
    desired_registration,
    plan_registration,
)
from modelreg.core.registration_plan import registration_plan
from modelreg.core.values import to_wire
from modelreg.errors import Conflict, InvalidInput
from modelreg.types import Artifact, ModelVersion, RegisteredModel


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


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("properties", 5),
        ("labels", 5),
        ("labels", [1]),
        ("metrics", [1]),
        ("artifacts", None),
        ("artifacts", "card"),
        ("model_properties", "x"),
        ("higher_is_better", ["auc"]),
        ("on_conflict", "maybe"),
        ("alias", "1"),
        ("alias", "latest"),
    ],
)
def test_an_argument_of_the_wrong_kind_is_named(argument: str, value: Any) -> None:
    with pytest.raises(InvalidInput, match=argument):
        desired_registration(RegistrationRequest("fraud", "1", **{argument: value}))
