"""Comparisons look inside structs, put differences first, and never write two different values alike."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelreg import AsyncModelRegistry
from modelreg._compare import same_value
from modelreg._views.comparison_page import comparison_page
from modelreg._views.distinct_text import cut_apart, distinct_texts
from modelreg.errors import InvalidInput, NotFound


def test_keys_inside_structs_are_compared_one_by_one(filled):
    comparison = filled.compare("fraud@1", ("fraud", "2"))

    assert comparison.references == ("fraud@1", "fraud@2")
    depth = comparison.row("params.max_depth", "properties")
    assert (depth.values, depth.equal) == ((3, 6), False)
    assert comparison.row("params.seed", "properties").equal
    assert comparison.row("params", "properties") is None


def test_differences_come_first_in_every_section(filled):
    rows = filled.compare("fraud@1", "fraud@2").rows

    for section in {row.section for row in rows}:
        equal = [row.equal for row in rows if row.section == section]
        assert equal == sorted(equal)
    assert [row["equal"] for row in filled.compare("fraud@1", "fraud@2").to_dict()["rows"]] == [
        row.equal for row in rows
    ]


def test_a_metric_knows_its_change_and_direction(filled):
    row = filled.compare("fraud@1", "fraud@2").row("auc")
    assert (row.higher_is_better, row.changes[0].verdict) == (True, "better")
    assert filled.compare("fraud@2", "fraud@1").worse(["auc"])
    assert filled.compare("fraud@2", "fraud@1", higher_is_better={"auc": False}).worse(["auc"]) == ()


def test_a_key_that_is_a_number_here_and_a_text_there_keeps_both(registry):
    registry.register("m", "1", properties={"score": 0.5, "stage": "prod"})
    registry.register("m", "2", properties={"score": "n/a"}, labels=["stage"])
    comparison = registry.compare("m@1", "m@2")

    assert comparison.row("score").values == (0.5, None)
    assert comparison.row("score", "properties").values == (None, "n/a")
    assert comparison.row("stage", "properties").values == ("prod", None)
    assert comparison.row("stage", "labels").values == (False, True)


def test_records_references_and_pairs_are_taken(filled):
    record = filled.versions.get("fraud@1")
    assert filled.compare(record, "fraud@2") == filled.compare(("fraud", "1"), filled.versions.get("fraud@2"))


@pytest.mark.parametrize("references", [(), ("fraud@1",), ("fraud", "fraud@1"), (5, "fraud@1")])
def test_what_is_no_comparison_is_refused(filled, references):
    with pytest.raises(InvalidInput):
        filled.compare(*references)


def test_a_version_that_is_not_there_is_not_found(filled):
    with pytest.raises(NotFound) as caught:
        filled.compare("fraud@1", "fraud@9")
    assert caught.value.details["name"] == "9"


def test_long_values_are_cut_around_their_difference(filled):
    page = comparison_page(filled.compare("fraud@1", "fraud@2"), cell_width=24)
    (row,) = [row for block in page.blocks[1:] for row in block.rows if row[0] == "note"]

    assert len(row[1].value) <= 24
    assert ("1y" in row[1].value, "2y" in row[2].value) == (True, True)
    assert row[1].full == "x" * 50 + "1" + "y" * 50


def test_numbers_that_round_alike_are_written_apart(registry):
    for version, auc in (("1", 0.912341), ("2", 0.912342)):
        registry.register("m", version, metrics={"auc": auc})
    page = comparison_page(registry.compare("m@1", "m@2"))
    (row,) = [row for block in page.blocks[1:] for row in block.rows if row[0] == "auc"]
    assert (row[1].value, row[2].value) == ("0.912341", "0.912342")


VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=60)


@given(st.lists(VALUES | st.lists(VALUES, max_size=3), min_size=2, max_size=5), st.integers(1, 40))
def test_two_values_that_differ_are_never_written_alike(values, width):
    texts = distinct_texts(values, width)
    for text, value in zip(texts, values, strict=True):
        for other, beside in zip(texts, values, strict=True):
            assert (text == other) <= same_value(value, beside)


@given(st.lists(st.text("ab", min_size=1, max_size=200), min_size=2, max_size=6), st.integers(1, 60))
def test_texts_that_differ_stay_apart_when_they_are_cut(texts, width):
    assert len(set(cut_apart(texts, width))) == len(set(texts))


async def test_the_async_registry_compares_the_same(filled, tmp_path):
    async with AsyncModelRegistry(tmp_path / "registry.db") as registry:
        comparison = await registry.compare("fraud@1", "fraud@2")
        history = await registry.history("fraud", "auc")
    assert comparison == filled.compare("fraud@1", "fraud@2")
    assert [point.value for point in history.points] == [0.900003, 0.900006]
    assert pickle.loads(pickle.dumps((comparison, history))) == (comparison, history)


def test_a_history_counts_versions_without_the_metric(filled):
    filled.register("fraud", "3")
    history = filled.history("fraud", "auc")
    assert (history.without, history.higher_is_better, len(history.points)) == (1, True, 2)
    with pytest.raises(NotFound):
        filled.history("nowhere", "auc")
