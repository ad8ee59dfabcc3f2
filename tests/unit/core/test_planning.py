"""Plans: the requests of changes, with `{...}` for the ids of what is not there yet."""

from __future__ import annotations

import attrs
import pytest

from modelreg._core.change import Policy, decide
from modelreg._core.desired import desired_record
from modelreg._core.fields import read_record
from modelreg._core.planning import plan_of
from modelreg._core.resources import ARTIFACTS, MODELS, VERSIONS
from modelreg._types import DocArtifact, Plan, PlannedWrite, RegisteredModel
from modelreg.errors import Conflict

THERE = read_record(RegisteredModel, {"id": "7", "name": "fraud", "state": "ARCHIVED"})


def test_what_is_created_at_the_top() -> None:
    write = PlannedWrite(
        resource="model",
        name="fraud",
        happens="created",
        method="POST",
        path="/registered_models",
        body={"name": "fraud", "owner": "ana"},
    )
    plan = plan_of(decide(None, desired_record(MODELS, "fraud", {"owner": "ana"})))
    assert plan == Plan(writes=(write,), outcome="created")


def test_what_is_created_under_a_parent() -> None:
    version = desired_record(VERSIONS, "1", {})
    (write,) = plan_of(decide(None, version)).writes
    assert (write.method, write.path, write.body) == ("POST", "/model_versions", {"name": "1"})
    card = desired_record(ARTIFACTS, "card", {"uri": "s3://c"}, record=DocArtifact)
    (write,) = plan_of(decide(None, card)).writes
    assert (write.path, write.body) == (
        "/model_versions/{version_id}/artifacts",
        {"name": "card", "artifactType": "doc-artifact", "uri": "s3://c"},
    )
    (write,) = plan_of(decide(None, attrs.evolve(card, parent_id="9"))).writes
    assert write.path == "/model_versions/9/artifacts"


def test_what_is_changed_and_what_is_not() -> None:
    plan = plan_of(decide(THERE, desired_record(MODELS, None, {"owner": "ana"})))
    assert plan.outcome == "updated"
    assert plan.writes == (
        PlannedWrite(
            resource="model",
            name="fraud",
            happens="updated",
            method="PATCH",
            path="/registered_models/7",
            body={"owner": "ana", "state": "ARCHIVED"},
        ),
    )
    plan = plan_of(decide(THERE, desired_record(MODELS, None, {})))
    assert plan == Plan(
        writes=(PlannedWrite(resource="model", name="fraud", happens="unchanged"),), outcome="unchanged"
    )


def test_a_conflict_is_raised_as_the_verb_raises_it() -> None:
    with pytest.raises(Conflict) as raised:
        plan_of(decide(THERE, desired_record(MODELS, "fraud", {}), Policy(restore=False)))
    assert raised.value.reason == "archived"
