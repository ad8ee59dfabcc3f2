"""What a list can do beside being iterated over."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from modelreg import F, ModelRegistry
from modelreg.errors import InvalidInput


@pytest.fixture
def registry(tmp_path):
    with ModelRegistry(tmp_path / "registry.db") as made:
        for number in range(3):
            made.register(
                "fraud", str(number), metrics={"auc": number / 10}, properties={"nested": {"a": [1, {"b": None}]}}
            )
        yield made


def test_a_slice_from_the_start_is_a_list_and_first_a_record(registry):
    versions = registry.versions.list("fraud")
    assert [version.name for version in versions[:2]] == ["0", "1"]
    assert [version.name for version in versions[:2][:1]] == ["0"]
    assert versions.first().name == "0"
    assert registry.models.list(where=F("owner") == "nobody").first() is None


@pytest.mark.parametrize("index", [0, -1, "a", slice(1, 2), slice(None, None, 2), slice(None, -1), slice(None, True)])
def test_any_other_index_says_what_to_write(registry, index):
    with pytest.raises(TypeError, match=r"pager\[:n\]"):
        registry.models.list()[index]


@pytest.mark.parametrize("ask", [len, bool])
def test_a_list_has_neither_a_length_nor_a_truth(registry, ask):
    with pytest.raises(TypeError, match="read"):
        ask(registry.models.list())


def test_unknown_keys_are_named_with_near_ones(registry):
    listed = registry.versions.list
    assert listed("fraud", where=F("acu") > 0.9).unknown_keys() == {"acu": ("auc",)}
    assert listed("fraud", order_by=F("acu")).unknown_keys() == {"acu": ("auc",)}
    assert listed("fraud", where=F("auc") > 0.9, order_by="CREATE_TIME").unknown_keys() == {}
    with pytest.raises(InvalidInput):
        listed("fraud", order_by="auc")


def test_the_repr_is_one_line_without_what_is_not_set(registry):
    shown = [repr(registry.versions.list("fraud", where=F("auc") > 0.9)), repr(registry.versions.get("fraud@1"))]
    assert not [text for text in shown if "\n" in text or "None, " in text or "=None" in text]


def test_properties_are_a_read_only_dict(registry):
    properties = registry.versions.get("fraud@1").properties
    plain = {"auc": 0.1, "nested": {"a": [1, {"b": None}]}}
    assert {**properties} == json.loads(json.dumps(properties)) == properties == plain
    assert copy.copy(properties) == copy.deepcopy(properties) == pickle.loads(pickle.dumps(properties)) == plain
    for change in (
        lambda: properties.update(a=1),
        lambda: properties["nested"].pop("a"),
        lambda: properties["nested"]["a"].append(2),
        properties["nested"]["a"][1].clear,
    ):
        with pytest.raises(TypeError, match="read-only"):
            change()
    assert properties == plain
