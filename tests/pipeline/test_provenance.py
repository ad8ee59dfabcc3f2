from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from modelreg._pipeline.provenance import BUDGET, TEXT_LENGTH, properties_of


def kept(value, key="x"):
    return properties_of("training_", {key: value}).properties.get(f"training_{key}")


@pytest.mark.parametrize(
    ("value", "stays"),
    [
        (1, 1),
        (1.0, 1.0),
        (1e-5, 1e-5),
        (True, True),
        ("adam", "adam"),
        ("0.5", "0.5"),
        (Decimal("0.5"), 0.5),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (2**40, 2**40),
    ],
)
def test_a_number_stays_a_number_and_a_text_a_text(value, stays):
    result = kept(value)
    assert (result, type(result)) == (stays, type(stays))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (float("nan"), "NaN"),
        (float("inf"), "Infinity"),
        (float("-inf"), "-Infinity"),
        (np.float64("nan"), "NaN"),
        (2**60, str(2**60)),
        ([0.9, 0.999], "[0.9, 0.999]"),
        ((1, {"a": None}), '[1, {"a": null}]'),
    ],
)
def test_what_no_number_can_hold_is_kept_as_text(value, text):
    assert kept(value) == text


@pytest.mark.parametrize("value", [None, "", b"bytes", object(), pytest.param(10**5000, id="long"), {}])
def test_what_says_nothing_or_cannot_be_kept_is_left_out(value):
    assert properties_of("training_", {"bad": value, "good": 1}).properties == {"training_good": 1}


def test_every_bad_value_is_said_and_none_drops_the_rest():
    flat = properties_of(
        "eval_", {"a": float("nan"), "b": b"x", "k" * 300: 1, "nul\x00": 1, "text": "a\x00b", "good": 2}
    )

    assert flat.properties == {"eval_a": "NaN", "eval_text": "ab", "eval_good": 2}
    assert len(flat.warnings) == 5


def test_nested_values_are_flattened_and_clashes_keep_the_first():
    flat = properties_of("training_", {"a_b": 1, "a": {"b": 2, "c": {"d": 3}}, "LR": 1, "lr": 2})

    assert flat.properties == {"training_a_b": 1, "training_a_c_d": 3, "training_LR": 1}
    assert len(flat.warnings) == 2


def test_framework_keys_and_a_doubled_prefix_go():
    flat = properties_of(
        "training_", {"display_name": "m", "store_session_info": "x", "training_loss": 1, "n": {"display_name": 2}}
    )

    assert flat.properties == {"training_loss": 1, "training_n_display_name": 2}


def test_odd_keys_are_kept_as_they_are():
    values = {"top 1 accuracy": 0.5, "🎯": 1, "a'b\\c": 2, "%": 3}

    assert properties_of("eval_", values).properties == {f"eval_{key}": value for key, value in values.items()}


def test_ten_thousand_values_keep_the_budget_and_say_how_many_went():
    flat = properties_of("eval_", {f"m{n}": n for n in range(10_000)})

    assert len(flat.properties) == BUDGET + 1
    assert flat.properties["eval_left_out"] == 10_000 - BUDGET
    assert flat.warnings == (f"{10_000 - BUDGET} more eval_* values are left out: {BUDGET} are kept at most",)


def test_ten_thousand_bad_values_do_not_flood_the_log():
    flat = properties_of("eval_", {f"m{n}": b"" for n in range(10_000)})

    assert (flat.properties, len(flat.warnings)) == ({}, 20)


def test_a_long_text_is_cut_and_deep_nesting_ends():
    deep: dict = {}
    inner = deep
    for _ in range(5000):
        inner["d"] = {}
        inner = inner["d"]
    flat = properties_of("training_", {"long": "x" * 100_000, "deep": deep, "good": 1})

    assert len(flat.properties["training_long"]) == TEXT_LENGTH
    assert flat.properties.keys() == {"training_long", "training_good"}


def test_what_is_taken_wins():
    flat = properties_of("eval_", {"Acc": 1, "f1": 2}, taken={"eval_acc": 0.5})

    assert flat.properties == {"eval_f1": 2}
