"""The order that a list is sorted in here, and the keys of a filter that nothing has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from modelreg._filters import F, sort_records, unknown_keys
from modelreg._types import ModelVersion, RegisteredModel

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def models(*values: Any) -> list[RegisteredModel]:
    """Return models with ids from 1 on, whose property `p` has these values; None leaves it out."""
    return [
        RegisteredModel(id=str(at), name=f"m{at}", properties={} if value is None else {"p": value})
        for at, value in enumerate(values, 1)
    ]


def order(records: list[RegisteredModel], key: F, **given: Any) -> str:
    return " ".join(record.id for record in sort_records(records, key, **given))


def test_values_of_one_kind_are_compared_and_kinds_stand_apart() -> None:
    mixed = models(True, "b", 2, None, False, "a", 1.5, "", [1])
    assert order(mixed, F("p")) == "7 3 6 2 5 1 4 8 9"
    assert order(mixed, F("p"), descending=True) == "3 7 2 6 1 5 4 8 9"


def test_equal_values_stand_by_their_ids_as_numbers() -> None:
    made = [RegisteredModel(id=each, name="m", properties={"p": 1}) for each in ("10", "9", "x", "100")]
    assert order(made, F("p")) == "x 9 10 100"
    assert order(made, F("id")) == "9 10 100 x"
    one, odd = (RegisteredModel(id=each, name="m", properties={"p": 1}) for each in ("1", "x"))
    assert order([one, odd], F("p")) == "x 1"


def test_numbers_come_before_times_and_times_before_texts() -> None:
    made = [
        RegisteredModel(id=str(at), name="m", properties={} if value is None else {"p": value})
        for at, value in enumerate(("b", NOON, None, 2, NOON - HOUR, True, 1), 1)
    ]
    assert order(made, F("p")) == "7 4 5 2 1 6 3"
    assert order(made, F("p"), descending=True) == "4 7 2 5 1 6 3"


def test_a_name_of_digits_is_a_text() -> None:
    made = [RegisteredModel(id=str(at), name=name) for at, name in enumerate(("9", "10"), 1)]
    assert order(made, F("name")) == "2 1"


def test_a_field_comes_before_the_property_of_its_name() -> None:
    made = [
        RegisteredModel(id="1", name="b", create_time=NOON, properties={"name": "a", "create_time": "b"}),
        RegisteredModel(id="2", name="a", create_time=None, properties={"name": "b", "create_time": "a"}),
    ]
    assert order(made, F("name")) == "2 1"
    assert order(made, F.property("name")) == "1 2"
    assert order(made, F("create_time"), descending=True) == "1 2"


def test_keys_that_nothing_has_are_named_with_near_ones() -> None:
    records = models(1, 2)
    records.append(RegisteredModel(id="9", name="x", properties={"accuracy": 1, "accurate": 2}))

    def unknown(where: Any, by: Any = None) -> dict[str, tuple[str, ...]]:
        return unknown_keys(where, by, records, RegisteredModel)

    assert unknown((F("p") > 1) & ((F("name") == "x") | (F("accurcy") > 1))) == {"accurcy": ("accuracy", "accurate")}
    assert unknown(None, F("ownr")) == {"ownr": ("owner",)}
    assert unknown(None, F("owner")) == {}
    assert unknown(F.property("owner") == "x") == {"owner": ()}
    assert unknown(F.property("p") == "x") == {}
    assert unknown("raw", "ID") == {}
    assert unknown_keys(F("nothing") > 1, None, [], RegisteredModel) == {}
    assert unknown_keys(F("author") == "x", None, [ModelVersion(id="1", name="v")], RegisteredModel) == {}


def test_at_most_three_near_keys_are_named() -> None:
    record = RegisteredModel(id="1", name="m", properties=dict.fromkeys(("auc_1", "auc_2", "auc_3", "auc_4"), 1))
    (near,) = unknown_keys(F("auc_9") > 1, None, [record], RegisteredModel).values()
    assert len(near) == 3
