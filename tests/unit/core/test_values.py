"""Property values: what one writes another reads, and what cannot be kept is refused by name."""

from __future__ import annotations

import base64
import enum
import json
import pathlib
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from modelreg._core import values as properties
from modelreg.errors import InvalidInput

text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
whole = st.integers(-(2**53), 2**53)
number = st.floats(allow_nan=False, allow_infinity=False)
scalar = st.none() | st.booleans() | whole | number | text
nested = st.recursive(
    scalar, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4), max_leaves=12
)


def read(value: object) -> object:
    return properties.to_plain(properties.to_wire({"key": value})["key"])


def as_a_server_returns(wire: dict[str, object], *, doubles: bool) -> dict[str, object]:
    """A struct comes back as its JSON text; Go's structs keep every number as a double."""
    if "struct_value" not in wire:
        return wire
    sent = json.loads(base64.b64decode(str(wire["struct_value"])), parse_int=float if doubles else int)
    return {**wire, "struct_value": json.dumps(sent)}


def canonical(value: object) -> object:
    """Doubles and ints alike, as a struct's numbers are; -0.0 is 0.0 in JSON of some servers, and equal here."""
    return json.loads(json.dumps(value), parse_int=float)


@given(nested)
def test_a_value_reads_back(value: object) -> None:
    wire = properties.to_wire({"key": value})
    if value is None:
        assert wire == {}
        return
    for back in (
        wire["key"],
        as_a_server_returns(wire["key"], doubles=True),
        as_a_server_returns(wire["key"], doubles=False),
    ):
        plain = properties.to_plain(back)
        assert canonical(plain) == canonical(value)
        assert properties.same(wire["key"], back)
        assert properties.to_plain(properties.restated({"key": back})["key"]) == plain


@given(text | whole | st.booleans())
@example(2**31)
@example(2**31 - 1)
@example(-(2**31))
@example(-(2**31) - 1)
@example(2**53)
@example(-(2**53))
def test_a_scalar_keeps_its_type(value: object) -> None:
    back = read(value)
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("", {"metadataType": "MetadataStringValue", "string_value": ""}),
        (True, {"metadataType": "MetadataBoolValue", "bool_value": True}),
        (7, {"metadataType": "MetadataIntValue", "int_value": "7"}),
        (2**31 - 1, {"metadataType": "MetadataIntValue", "int_value": "2147483647"}),
        (-(2**31), {"metadataType": "MetadataIntValue", "int_value": "-2147483648"}),
        (2**31, {"metadataType": "MetadataDoubleValue", "double_value": 2147483648.0}),
        (0.5, {"metadataType": "MetadataDoubleValue", "double_value": 0.5}),
        (date(2026, 1, 2), {"metadataType": "MetadataStringValue", "string_value": "2026-01-02"}),
        (
            datetime(2026, 1, 2, 3, tzinfo=UTC),
            {"metadataType": "MetadataStringValue", "string_value": "2026-01-02T03:00:00+00:00"},
        ),
    ],
)
def test_the_wire_form(value: object, wire: dict[str, object]) -> None:
    assert properties.to_wire({"key": value}) == {"key": wire}


def test_a_list_is_kept_in_a_struct_under_one_key() -> None:
    wire = properties.to_wire({"key": [1, "a"]})["key"]
    assert json.loads(base64.b64decode(wire["struct_value"])) == {"$list": [1, "a"]}
    assert read((1, 2)) == [1, 2]


class Colour(enum.Enum):
    RED = "red"


class Basket:
    """Has an `item`, and is no array."""

    def item(self) -> int:
        return 1


class Level(enum.IntEnum):
    HIGH = 3


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float32(0.5), 0.5),
        (np.float64(0.25), 0.25),
        (np.int64(31), 31),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.array(1.5), 1.5),
        (np.datetime64("2026-01-02"), "2026-01-02"),
        (Decimal("0.94"), 0.94),
        (Decimal("31"), 31),
        (pathlib.PurePosixPath("/models/a"), "/models/a"),
        (Colour.RED, "red"),
        (Level.HIGH, 3),
        ({"a": np.int32(1), "b": [Decimal("0.5"), None]}, {"a": 1, "b": [0.5, None]}),
    ],
)
def test_what_training_code_hands_over(value: object, plain: object) -> None:
    back = read(value)
    assert back == plain
    assert type(back) is type(plain)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (Decimal("NaN"), "nan"),
        (np.float64("nan"), "nan"),
        (2**53 + 1, "past 2**53"),
        pytest.param(10**5000, "past 2**53", id="of 5000 digits"),
        (b"x", "bytes"),
        ({1, 2}, "set"),
        (np.array([1, 2]), "ndarray"),
        (Basket(), "Basket"),
        (np.longdouble(1), "wider than a double"),
        ({"a": {"b": float("nan")}}, "['a']['b']"),
        ({1: 2}, "the key 1"),
        ({"$list": [1]}, "'$list' alone"),
        ("a\x00b", "NUL"),
        ("\ud800", "surrogate"),
        ([1, object()], "[1] is a object"),
    ],
)
def test_what_cannot_be_kept_is_an_error_that_names_the_key(value: object, says: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        properties.to_wire({"auc": value})
    assert "properties['auc']" in str(raised.value)
    assert says in str(raised.value)


def test_something_that_holds_itself_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(InvalidInput, match=r"properties\['key'\] is nested deeper than 64"):
        properties.to_wire({"key": endless})


def test_keys_are_checked() -> None:
    assert list(properties.to_wire({"k" * 255: 1, "": 2, "a b-é": 3})) == ["k" * 255, "", "a b-é"]
    assert list(properties.to_wire({"\t" * 255: 1})) == ["\t" * 255]
    for key, says in (
        ("k" * 256, "^properties has a key of 256 characters"),
        (3, "^properties has the key 3, which is not a string"),
        ("a\x00", "^a key of properties holds a NUL"),
        ("\udfff", "^a key of properties holds half a surrogate"),
    ):
        with pytest.raises(InvalidInput, match=says):
            properties.to_wire({key: 1})  # type: ignore[dict-item]


def test_labels_are_empty_strings() -> None:
    assert properties.labels_to_wire(["a"]) == properties.to_wire({"a": ""})
    for labels, says in (
        ("candidate", r"^labels is one string.*give a list of strings, such as \['candidate'\]"),
        (5, "^labels is a int"),
        ([5], "^labels holds 5"),
        (["k" * 256], "^labels has a key of 256"),
    ):
        with pytest.raises(InvalidInput, match=says):
            properties.labels_to_wire(labels)


def test_a_nested_key_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"^a key of properties\['a'\] holds a NUL"):
        properties.to_wire({"a": {"b\x00": 1}})


def test_values_may_be_nested_64_deep() -> None:
    def nested(levels: int) -> object:
        value: object = 1
        for level in range(levels):
            value = {"a": value} if level % 2 else [value]
        return value

    assert properties.to_wire({"key": nested(64)})
    for levels in (65, 66):
        with pytest.raises(InvalidInput, match=r"^properties\['key'\] is nested deeper than 64"):
            properties.to_wire({"key": nested(levels)})


@pytest.mark.parametrize(
    ("wire", "plain"),
    [
        ({"metadataType": "MetadataDoubleValue", "double_value": 2}, 2.0),
        ({"metadataType": "MetadataDoubleValue", "double_value": 3e10}, 30_000_000_000),
        ({"metadataType": "MetadataDoubleValue", "double_value": 1e300}, 1e300),
        ({"metadataType": "MetadataDoubleValue", "double_value": "odd"}, "odd"),
        ({"metadataType": "MetadataIntValue", "int_value": "12345678901"}, 12345678901),
        ({"metadataType": "MetadataIntValue", "int_value": "odd"}, "odd"),
        ({"metadataType": "MetadataIntValue"}, ""),
        ({"metadataType": "MetadataStringValue"}, ""),
        ({"metadataType": "MetadataBoolValue"}, False),
        ({"metadataType": "MetadataDoubleValue"}, 0.0),
        ({"metadataType": "MetadataStructValue"}, ""),
        ({"metadataType": "MetadataDoubleValue", "double_value": 2**31}, 2**31),
        ({"metadataType": "MetadataDoubleValue", "double_value": 2**31 - 1}, 2147483647.0),
        ({"metadataType": "MetadataDoubleValue", "double_value": -(2**31)}, -2147483648.0),
        ({"metadataType": "MetadataDoubleValue", "double_value": -(2**31) - 1}, -2147483649),
        ({"metadataType": "MetadataDoubleValue", "double_value": 2**53}, 2**53),
        ({"metadataType": "MetadataDoubleValue", "double_value": 2**53 + 2}, 2.0**53 + 2),
        ({"metadataType": "MetadataDoubleValue", "double_value": True}, True),
        ({"metadataType": "MetadataStructValue", "struct_value": "eyJh\nIjoxfQ=="}, "eyJh\nIjoxfQ=="),
        ({"metadataType": "MetadataStructValue", "struct_value": '{"$list": [1], "b": 2}'}, {"$list": [1], "b": 2}),
        ({"metadataType": "MetadataStructValue", "struct_value": "neither"}, "neither"),
        ({"metadataType": "MetadataStructValue", "struct_value": '{"$list": 3}'}, {"$list": 3}),
        ({"metadataType": "MetadataFutureValue", "v": 1}, {"metadataType": "MetadataFutureValue", "v": 1}),
        ({"odd": 1}, {"odd": 1}),
    ],
)
def test_reading_is_lenient(wire: dict[str, object], plain: object) -> None:
    back = properties.to_plain(wire)
    assert back == plain
    assert type(back) is type(plain)
    assert properties.same(wire, dict(wire))


def test_of_a_map_what_is_no_typed_value_is_left_out() -> None:
    text, odd = {"metadataType": "MetadataStringValue"}, {"metadataType": "MetadataFutureValue", "v": 1}
    assert properties.all_to_plain({"a": 3, "b": text, "c": None, "d": odd}) == {"b": "", "d": odd}
    assert properties.all_to_plain(None) == properties.all_to_plain(["a"]) == {}


def test_an_unknown_value_that_is_nested_too_deeply_is_an_empty_text() -> None:
    value: dict[str, object] = {}
    for _ in range(100_000):
        value = {"v": value}
    assert properties.all_to_plain({"a": {"metadataType": "MetadataFutureValue", "v": value}}) == {"a": ""}


STRUCT = "MetadataStructValue"


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"metadataType": STRUCT, "struct_value": '{"a":1,"b":2}'}, {"struct_value": '{"b":2.0,"a":1.0}'}, True),
        ({"metadataType": STRUCT, "struct_value": '{"a":{"b":[1]}}'}, {"struct_value": '{"a":{"b":[1.0]}}'}, True),
        ({"metadataType": STRUCT, "struct_value": '{"a":{"b":[1]}}'}, {"struct_value": '{"a":{"b":[2]}}'}, False),
        ({"metadataType": STRUCT, "struct_value": '{"a":{"b":1}}'}, {"struct_value": '{"a":{"b":2}}'}, False),
        ({"metadataType": STRUCT, "struct_value": '{"a":1}'}, {"struct_value": '{"a":true}'}, False),
        ({"metadataType": "MetadataDoubleValue", "double_value": 1}, {"double_value": 1.0}, True),
        ({"metadataType": "MetadataDoubleValue", "double_value": 1.0}, {"double_value": 2.0}, False),
        # Go writes the shortest digits that mean the double, and zeros behind them.
        ({"metadataType": "MetadataDoubleValue", "double_value": 2.0**60}, {"double_value": 1152921504606847000}, True),
        ({"metadataType": "MetadataDoubleValue", "double_value": "NaN"}, {"double_value": "NaN"}, True),
        ({"metadataType": "MetadataIntValue", "int_value": "1"}, {"int_value": 1}, True),
        ({"metadataType": "MetadataIntValue", "int_value": "1"}, {"int_value": "2"}, False),
        ({"metadataType": "MetadataFutureValue", "a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"metadataType": "MetadataFutureValue", "a": 1}, {"a": 2}, False),
    ],
)
def test_values_are_compared_by_what_they_mean(one: dict[str, object], other: dict[str, object], equal: bool) -> None:
    # The same kind, with its keys in another order.
    assert properties.same(one, {**other, "metadataType": one["metadataType"]}) is equal


def test_a_negative_zero_is_a_zero() -> None:
    for value in (-0.0, np.float64(-0.0), [-0.0]):
        assert "-" not in json.dumps(read(value))


def test_a_struct_is_sent_compact_and_in_utf_8() -> None:
    wire = properties.to_wire({"key": {"é": [1, 2], "b": None}})["key"]
    assert base64.b64decode(wire["struct_value"]).decode() == '{"é":[1,2],"b":null}'


def test_a_value_that_looks_like_a_struct_is_restated_as_it_is() -> None:
    text = {"metadataType": "MetadataStringValue", "string_value": "x", "struct_value": '{"a":1}'}
    assert properties.restated({"k": text}) == {"k": text}


def test_types_are_told_apart() -> None:
    one, real, yes = (properties.to_wire({"k": value})["k"] for value in (1, 1.0, True))
    assert not properties.same(one, real)
    assert not properties.same(one, yes)
    assert not properties.same(one, None)
    assert properties.same(None, None)
    assert not properties.same_all({"a": one}, {"b": one})
    assert properties.same_all({"a": one}, {"a": one})


@pytest.mark.parametrize("text", ["neither", base64.b64encode(b'{"a":NaN}').decode()])
def test_a_struct_that_cannot_be_read_is_restated_as_it_came(text: str) -> None:
    odd = {"metadataType": "MetadataStructValue", "struct_value": text}
    assert properties.restated({"k": odd}) == {"k": odd}
    assert properties.holds_struct({"k": odd})
    assert not properties.holds_struct(properties.to_wire({"k": 1}))
