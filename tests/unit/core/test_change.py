"""The decision: nothing that was not given changes, and nothing is sent when nothing differs."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from modelreg._core.change import (
    Change,
    Desired,
    Policy,
    PropertyEdit,
    decide,
    property_edit,
    refuse_merging_keys,
    under,
)
from modelreg._core.resources import ARTIFACTS, MODELS, RUNS, SERVE_MODELS, VERSIONS
from modelreg._core.values import to_wire
from modelreg._types import ExperimentRun, Metric, ModelArtifact, ModelVersion, Record, RegisteredModel, ServeModel
from modelreg.errors import InvalidInput

RESOURCES = {RegisteredModel: MODELS, ModelVersion: VERSIONS, ExperimentRun: RUNS, ServeModel: SERVE_MODELS}


def patch(there: Record, fields: dict[str, Any], edit: PropertyEdit) -> Any:
    """Return the body of the PATCH; None when nothing is sent."""
    record = type(there)
    return decide(there, Desired(resource=RESOURCES[record], record=record, name="", fields=fields, edit=edit)).body


def creation(fields: dict[str, Any], edit: PropertyEdit) -> Any:
    """Return the body of the POST."""
    return decide(None, Desired(resource=MODELS, record=RegisteredModel, name="m", fields=fields, edit=edit)).body


def model(**wire: Any) -> RegisteredModel:
    return RegisteredModel(id="1", name="m", wire=({"id": "1", "name": "m", "state": "LIVE", **wire}))


def archived_version(**wire: Any) -> ModelVersion:
    return ModelVersion(
        id="2", name="v", model_id="1", wire=({"name": "v", "registeredModelId": "1", "state": "ARCHIVED", **wire})
    )


def struct_text(text: str) -> dict[str, Any]:
    return {"metadataType": "MetadataStructValue", "struct_value": text}


def test_nothing_is_sent_when_nothing_differs() -> None:
    there = model(description="d", customProperties={"s": struct_text('{"a":1}'), **to_wire({"auc": 0.5})})
    assert patch(there, {"description": "d"}, property_edit({"s": {"a": 1}, "auc": 0.5})) is None
    assert patch(model(), {"description": "", "language": []}, PropertyEdit()) is None


def test_what_describes_the_files_goes_with_their_uri() -> None:
    known = to_wire({"digest": "sha256:ab", "size_bytes": 1, "file_count": 1, "team": "risk"})
    there = ModelArtifact(id="4", name="a", wire={"uri": "s3://old", "state": "LIVE", "customProperties": known})

    def body(uri: str, given: Any = None) -> Any:
        desired = Desired(
            resource=ARTIFACTS, record=ModelArtifact, name="a", fields={"uri": uri}, edit=property_edit(given)
        )
        return decide(there, desired).body

    assert body("s3://new") == {"uri": "s3://new", "state": "LIVE", "customProperties": to_wire({"team": "risk"})}
    assert body("s3://new", {"digest": "sha256:cd"})["customProperties"] == to_wire(
        {"team": "risk", "digest": "sha256:cd"}
    )
    assert body("s3://old") is None


def test_the_state_is_restated() -> None:
    assert patch(archived_version(), {"description": "new"}, PropertyEdit()) == {
        "description": "new",
        "state": "ARCHIVED",
    }
    run = ExperimentRun(id="3", name="r", wire=({"status": "FINISHED", "state": "ARCHIVED"}))
    assert patch(run, {"description": "x"}, PropertyEdit()) == {
        "description": "x",
        "status": "FINISHED",
        "state": "ARCHIVED",
    }
    assert patch(archived_version(), {"state": "LIVE"}, PropertyEdit()) == {"state": "LIVE"}


def test_properties_merge_replace_and_go() -> None:
    there = model(customProperties=to_wire({"a": 1, "b": "x"}))
    assert patch(there, {}, property_edit({"b": "y"})) == {
        "state": "LIVE",
        "customProperties": to_wire({"a": 1, "b": "y"}),
    }
    assert patch(there, {}, property_edit({"b": "x"}, replace=True)) == {
        "state": "LIVE",
        "customProperties": to_wire({"b": "x"}),
    }
    assert patch(there, {}, property_edit({}, replace=True)) == {"state": "LIVE", "customProperties": {}}
    assert patch(there, {}, property_edit(None, remove=["a", "not there"])) == {
        "state": "LIVE",
        "customProperties": to_wire({"b": "x"}),
    }
    assert patch(there, {}, property_edit(None, remove=["not there"])) is None


def test_a_struct_is_restated_in_base64_with_every_patch() -> None:
    there = model(customProperties={"s": struct_text('{"a":[1,2],"b":null}'), **to_wire({"k": "v"})})
    sent = patch(there, {"owner": "ana"}, PropertyEdit())
    assert sent == {
        "owner": "ana",
        "state": "LIVE",
        "customProperties": to_wire({"s": {"a": [1, 2], "b": None}, "k": "v"}),
    }


def test_keys_that_a_database_makes_one_are_named_with_their_argument() -> None:
    with pytest.raises(InvalidInput, match=r"^properties has the keys 'AUC' and 'auc'"):
        refuse_merging_keys(["AUC", "other", "auc"])
    with pytest.raises(InvalidInput, match=r"^labels has"):
        refuse_merging_keys(["AUC", "auc"], what="labels")
    for current in (["AUC"], ["auc"]):
        with pytest.raises(InvalidInput):
            refuse_merging_keys(["AUC", "auc"], current)
    refuse_merging_keys(["AUC", "auc"], ["auc", "AUC"])
    refuse_merging_keys(["AUC", "auc2"])


def test_clearing() -> None:
    assert patch(model(description="d"), {"description": ""}, PropertyEdit()) == {"description": "", "state": "LIVE"}
    assert patch(model(language=["en"]), {"language": []}, PropertyEdit()) == {"language": [], "state": "LIVE"}


def test_what_only_a_post_can_set_is_refused() -> None:
    for way in ("fields", "fixed"):
        wanted = Desired(resource=VERSIONS, record=ModelVersion, name="v")
        with pytest.raises(InvalidInput) as raised:
            decide(archived_version(), attrs.evolve(wanted, **{way: {"registeredModelId": "9"}}))
        assert raised.value.reason == "fixed_field"
        assert raised.value.details == {"resource": "version", "name": "v", "field": "model_id"}
        same = attrs.evolve(wanted, **{way: {"registeredModelId": "1"}})
        assert decide(archived_version(), same).happens == "unchanged"


def test_keys_that_mysql_would_merge_are_refused_unless_they_are_there() -> None:
    with pytest.raises(InvalidInput, match="'AUC' and 'auc', which a registry on MySQL keeps as one"):
        creation({}, property_edit({"AUC": 1, "auc": 2}))
    with pytest.raises(InvalidInput, match="'auc' and 'AUC'"):
        patch(model(customProperties=to_wire({"auc": 1})), {}, property_edit({"AUC": 2}))
    told_apart = model(customProperties=to_wire({"auc": 1, "AUC": 2}))
    assert patch(told_apart, {}, property_edit({"x": 1})) is not None


def test_a_creation_leaves_out_an_empty_map() -> None:
    assert creation({}, PropertyEdit()) == {"name": "m"}
    assert creation({}, property_edit({"a": 1})) == {"name": "m", "customProperties": to_wire({"a": 1})}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"given": [1]}, "give a dict"),
        ({"given": {"a": 1}, "remove": "a"}, r"such as \['a'\]"),
        ({"given": None, "replace": True}, r"properties=\{\} removes"),
        ({"given": {"a": 1}, "remove": ["a"]}, "remove_properties and properties both name 'a'"),
        ({"given": None, "remove": 0}, "remove_properties is a int.*list of keys"),
        ({"given": None, "remove": ["a", 1]}, "remove_properties holds 1.*list of keys"),
        ({"given": 5, "what": "model_properties"}, "model_properties is a int"),
        ({"given": {"a": 1, "A": 1}, "what": "metrics"}, "metrics has the keys 'a' and 'A'"),
        ({"given": 5}, "properties is a int"),
    ],
)
def test_what_contradicts_itself_is_refused(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        property_edit(**arguments)


def change(existing: Record | None, policy: Policy | None = None, **desired: Any) -> Change:
    wanted = Desired(resource=MODELS, record=RegisteredModel, name="m", **desired)
    return decide(existing, wanted, policy or Policy())


def test_what_becomes_of_a_record() -> None:
    assert change(None).happens == "created"
    assert change(model()).happens == "unchanged"
    assert change(model(), fields={"owner": "ana"}).happens == "updated"
    archived = model(state="ARCHIVED")
    assert change(archived).happens == "unchanged"
    refused = change(archived, Policy(restore=False))
    assert (refused.happens, refused.body) == ("conflict", None)
    assert refused.conflict is not None
    assert (refused.conflict.reason, refused.conflict.resource) == ("archived", "1")
    assert refused.conflict.details == {"resource": "model", "name": "m", "id": "1"}
    assert change(archived, Policy(restore=True)).body == {"state": "LIVE"}


@pytest.mark.parametrize("restore", [None, False])
@pytest.mark.parametrize("state", [None, "LIVE", "ARCHIVED"])
@pytest.mark.parametrize("fields", [{}, {"owner": "ana"}])
def test_a_change_holds_what_it_was_decided_from(restore: bool | None, state: str | None, fields: Any) -> None:
    existing = None if state is None else model(state=state)
    wanted = Desired(resource=MODELS, record=RegisteredModel, name="m", fields=fields)
    decided = decide(existing, wanted, Policy(restore=restore))
    assert (decided.existing, decided.desired, decided.policy) == (existing, wanted, Policy(restore=restore))


def test_a_zero_is_sent_where_nothing_is() -> None:
    metric = Metric(id="5", name="loss", wire={"id": "5", "name": "loss"})
    wanted = Desired(resource=ARTIFACTS, record=Metric, name="loss", fields={"value": 0.0})
    assert decide(metric, wanted).body == {"value": 0.0}


def test_a_model_artifact_with_another_uri() -> None:
    raw = {"id": "3", "name": "w", "artifactType": "model-artifact", "uri": "s3://old", "state": "LIVE"}
    there = ModelArtifact(id="3", name="w", uri="s3://old", wire=raw)
    wanted = Desired(resource=ARTIFACTS, record=ModelArtifact, name="w", fields={"uri": "s3://new"})
    failed = decide(there, wanted, Policy(on_conflict="fail"))
    assert failed.conflict is not None
    assert (failed.conflict.reason, failed.conflict.resource) == ("uri_differs", "3")
    assert failed.conflict.details == {"name": "w", "id": "3", "registered_uri": "s3://old", "uri": "s3://new"}
    assert "on_conflict" in str(failed.conflict.hint)
    assert (failed.existing, failed.desired, failed.policy) == (there, wanted, Policy(on_conflict="fail"))
    kept = decide(there, wanted, Policy(on_conflict="unchanged"))
    assert (kept.happens, kept.body) == ("unchanged", None)
    assert (kept.existing, kept.desired, kept.policy) == (there, wanted, Policy(on_conflict="unchanged"))
    for fields in ({}, {"uri": "s3://old"}):
        assert decide(there, attrs.evolve(wanted, fields=fields), Policy(on_conflict="fail")).happens == "unchanged"
    assert decide(there, wanted, Policy(on_conflict="update")).body == {
        "artifactType": "model-artifact",
        "uri": "s3://new",
        "state": "LIVE",
    }


def test_a_resource_that_cannot_be_changed() -> None:
    there = ServeModel(id="4", name="s", wire={"id": "4", "name": "s", "lastKnownState": "NEW"})
    assert patch(there, {"lastKnownState": "NEW"}, PropertyEdit()) is None
    with pytest.raises(InvalidInput) as raised:
        patch(there, {"lastKnownState": "RUNNING"}, PropertyEdit())
    assert raised.value.reason == "cannot_be_changed"
    assert raised.value.details == {"resource": "serve_model", "name": "s", "fields": ["lastKnownState"]}
    with pytest.raises(InvalidInput) as raised:
        patch(there, {"lastKnownState": "RUNNING"}, property_edit({"a": 1}))
    assert raised.value.details["fields"] == ["lastKnownState", "properties"]


def test_a_child_gets_the_id_of_its_parent_when_it_is_there() -> None:
    wanted = Desired(resource=VERSIONS, record=ModelVersion, name="1")
    created = under(decide(None, wanted), "17")
    assert created.body == {"name": "1", "registeredModelId": "17"}
    assert created.desired.parent_id == "17"
    there = decide(archived_version(), wanted)
    assert under(there, "17") is there
    card = under(decide(None, Desired(resource=ARTIFACTS, record=ModelArtifact, name="w")), "2")
    assert (card.body, card.desired.parent_id) == ({"name": "w"}, "2")
