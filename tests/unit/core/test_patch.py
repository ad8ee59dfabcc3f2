"""The smallest patch: nothing that was not said changes, and nothing is sent when nothing differs."""

from __future__ import annotations

from typing import Any

import pytest

from modelreg.core.change import PropertyEdit, creation, patch, property_edit
from modelreg.core.values import to_wire
from modelreg.errors import InvalidInput
from modelreg.types import ExperimentRun, ModelVersion, RegisteredModel


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


def test_clearing() -> None:
    assert patch(model(description="d"), {"description": ""}, PropertyEdit()) == {"description": "", "state": "LIVE"}
    assert patch(model(language=["en"]), {"language": []}, PropertyEdit()) == {"language": [], "state": "LIVE"}


def test_what_only_a_post_can_say_is_refused() -> None:
    with pytest.raises(InvalidInput, match="model_id of 'v' is '1' and can only be said when it is created; '9'"):
        patch(archived_version(), {"registeredModelId": "9"}, PropertyEdit())
    assert patch(archived_version(), {"registeredModelId": "1"}, PropertyEdit()) is None


def test_keys_that_mysql_would_merge_are_refused_unless_they_are_there() -> None:
    with pytest.raises(InvalidInput, match="'AUC' and 'auc', which a registry on MySQL keeps as one"):
        creation({}, property_edit({"AUC": 1, "auc": 2}))
    with pytest.raises(InvalidInput, match="'auc' and 'AUC'"):
        patch(model(customProperties=to_wire({"auc": 1})), {}, property_edit({"AUC": 2}))
    told_apart = model(customProperties=to_wire({"auc": 1, "AUC": 2}))
    assert patch(told_apart, {}, property_edit({"x": 1})) is not None


def test_a_creation_leaves_out_an_empty_map() -> None:
    assert creation({"name": "m"}, PropertyEdit()) == {"name": "m"}
    assert creation({"name": "m"}, property_edit({"a": 1})) == {"name": "m", "customProperties": to_wire({"a": 1})}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"values": [1]}, "give a dict"),
        ({"values": {"a": 1}, "remove": "a"}, r"such as \['a'\]"),
        ({"values": None, "replace": True}, r"properties=\{\} clears"),
        ({"values": {"a": 1}, "remove": ["a"]}, "both name 'a'"),
    ],
)
def test_what_contradicts_itself_is_refused(arguments: dict[str, Any], says: str) -> None:
    values = arguments.pop("values")
    with pytest.raises(InvalidInput, match=says):
        property_edit(values, **arguments)
