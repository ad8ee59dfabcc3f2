"""The plan: what is there and what is wanted decide the writes, or the conflict, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest

from modelreg import DocArtifact, RegistrationRequest
from modelreg.core.fields import read_record
from modelreg.core.registration import intents_of
from modelreg.core.values import to_wire
from modelreg.errors import Conflict
from modelreg.plan import Seen, Steps, planned
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


def steps(seen: Seen, **said: Any) -> Steps:
    return planned(seen, intents_of(RegistrationRequest("fraud", "1", **said)))


def happens(plan: Steps) -> list[str]:
    return [plan.model.happens, plan.version.happens, *(step.happens for step in plan.artifacts)]


def test_into_an_empty_registry() -> None:
    plan = steps(Seen(), uri="s3://w", metrics={"auc": 0.9})
    assert happens(plan) == ["created", "created", "created"]
    assert plan.model.body == {"name": "fraud"}
    assert plan.version.body == {"name": "1", "customProperties": to_wire({"auc": 0.9})}
    assert plan.artifacts[0].body == {"name": "fraud", "uri": "s3://w"}


def test_into_each_half_made_registration() -> None:
    assert happens(steps(Seen(model=model()), uri="s3://w")) == ["unchanged", "created", "created"]
    half = Seen(model=model(), version=version())
    assert happens(steps(half, uri="s3://w")) == ["unchanged", "unchanged", "created"]
    with_card = Seen(model=model(), version=version(), artifacts=[artifact("doc-artifact", name="card")])
    said = {"uri": "s3://w", "artifacts": [DocArtifact(name="card", uri="s3://c")]}
    assert happens(steps(with_card, **said)) == ["unchanged", "unchanged", "updated", "created"]


def test_weights_without_a_place_are_given_one() -> None:
    seen = Seen(model=model(), version=version(), artifacts=[artifact()])
    assert happens(steps(seen, uri="s3://w")) == ["unchanged", "unchanged", "updated"]


@pytest.mark.parametrize("state", ["model", "version"])
def test_the_archived_refuse_and_are_restored(state: str) -> None:
    archived = {"state": "ARCHIVED"}
    seen = Seen(
        model=model(**archived) if state == "model" else model(),
        version=version(**archived) if state == "version" else version(),
    )
    with pytest.raises(Conflict, match="restore=True"):
        steps(seen)
    plan = steps(seen, restore=True)
    assert getattr(plan, state).body == {"state": "LIVE"}
    assert sorted(happens(plan)) == ["unchanged", "updated"]


def test_other_weights() -> None:
    seen = Seen(model=model(), version=version(), artifacts=[artifact(uri="s3://old")])
    with pytest.raises(Conflict, match="'s3://old', not at 's3://new'"):
        steps(seen, uri="s3://new")
    assert happens(steps(seen, uri="s3://new", on_conflict="update", owner="ana")) == [
        "updated",
        "unchanged",
        "updated",
    ]
    kept = steps(seen, uri="s3://new", on_conflict="unchanged", owner="ana", metrics={"auc": 1})
    assert happens(kept) == ["unchanged", "unchanged", "unchanged"]
    merged = steps(seen, uri="s3://old", on_conflict="unchanged", owner="ana")
    assert happens(merged) == ["updated", "unchanged", "unchanged"]


def test_what_is_not_written_when_the_weights_stay_where_they_are() -> None:
    seen = Seen(
        model=model(),
        version=version(),
        artifacts=[artifact("doc-artifact", name="card", uri="s3://c"), artifact(uri="s3://old")],
    )
    said = {"artifacts": [DocArtifact(name="card", uri="s3://other"), DocArtifact(name="late", uri="s3://l")]}
    kept = steps(seen, uri="s3://new", on_conflict="unchanged", **said)
    assert happens(kept) == ["unchanged"] * 4
    assert kept.version.body is None
