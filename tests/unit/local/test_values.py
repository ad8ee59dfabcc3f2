"""What the embedded registry takes and gives back: custom properties, names, text and JSON of every odd kind."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelreg.local._registry.errors import Refusal
from modelreg.local._registry.properties import read_properties
from modelreg.local._registry.text import checked_text, parse_json

STORABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)))
KEYS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=255)


def struct_of(value: object) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


VALUES = st.one_of(
    STORABLE.map(lambda each: {"metadataType": "MetadataStringValue", "string_value": each}),
    st.integers(-(2**31), 2**31 - 1).map(lambda each: {"metadataType": "MetadataIntValue", "int_value": str(each)}),
    st.floats(allow_nan=False, allow_infinity=False).map(
        lambda each: {"metadataType": "MetadataDoubleValue", "double_value": each + 0.0}  # servers have no -0.0
    ),
    st.booleans().map(lambda each: {"metadataType": "MetadataBoolValue", "bool_value": each}),
)


@given(st.dictionaries(KEYS, VALUES))
def test_what_is_stored_is_what_was_said(properties: dict[str, Any]) -> None:
    stored = read_properties(properties)
    assert json.loads(stored.text) == properties
    assert {each["name"] for each in stored.rows} == set(properties)
    for row in stored.rows:
        (value,) = (value for key, value in row.items() if key != "name" and value is not None)
        said = properties[row["name"]]
        member = next(key for key in said if key != "metadataType")
        assert str(value) == str(said[member])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | STORABLE,
    lambda inner: st.lists(inner) | st.dictionaries(STORABLE, inner),
    max_leaves=20,
)


@given(st.dictionaries(STORABLE, JSON))
def test_a_struct_comes_back_as_its_text(structure: dict[str, Any]) -> None:
    said = {"s": {"metadataType": "MetadataStructValue", "struct_value": struct_of(structure)}}
    stored = read_properties(said)
    assert json.loads(json.loads(stored.text)["s"]["struct_value"]) == structure
    assert stored.rows == ()


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"b": 1, "a": [1, 2.0, None]}, '{"a":[1,2,null],"b":1}'),
        ({"n": 9007199254740993}, '{"n":9007199254740992}'),
        ({"é": "🚀"}, '{"é":"🚀"}'),
        ({"n": 1e300}, '{"n":1e+300}'),
    ],
)
def test_the_text_of_a_struct(sent: object, text: str) -> None:
    stored = read_properties({"s": {"metadataType": "MetadataStructValue", "struct_value": struct_of(sent)}})
    assert json.loads(stored.text)["s"]["struct_value"] == text


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        [],
        {},
        {"metadataType": "MetadataStringValue"},
        {"metadataType": "MetadataStringValue", "string_value": None},
        {"metadataType": "MetadataStringValue", "string_value": "x", "more": 1},
        {"metadataType": "MetadataStringValue", "string_value": "nul\0"},
        {"metadataType": "MetadataStringValue", "string_value": "half \ud800"},
        {"metadataType": "MetadataStringValue", "int_value": "1"},
        {"metadataType": ["MetadataStringValue"], "string_value": "x"},
        {"metadataType": "MetadataIntValue", "int_value": "2147483648"},
        {"metadataType": "MetadataIntValue", "int_value": "-2147483649"},
        {"metadataType": "MetadataIntValue", "int_value": "1.0"},
        {"metadataType": "MetadataIntValue", "int_value": "+1"},
        {"metadataType": "MetadataIntValue", "int_value": "١"},
        {"metadataType": "MetadataIntValue", "int_value": ""},
        {"metadataType": "MetadataDoubleValue", "double_value": True},
        {"metadataType": "MetadataDoubleValue", "double_value": math.inf},
        {"metadataType": "MetadataDoubleValue", "double_value": 10**400},
        {"metadataType": "MetadataBoolValue", "bool_value": 1},
        {"metadataType": "MetadataStructValue", "struct_value": struct_of([1])},
        {"metadataType": "MetadataStructValue", "struct_value": struct_of({"n": 10**400})},
        {"metadataType": "MetadataStructValue", "struct_value": struct_of({"n": "half \ud800"})},
        {"metadataType": "MetadataStructValue", "struct_value": base64.b64encode(b'{"n":NaN}').decode()},
        {"metadataType": "MetadataStructValue", "struct_value": base64.b64encode(b"\xff").decode()},
        {"metadataType": "MetadataStructValue", "struct_value": "e30=!"},
        {"metadataType": "MetadataProtoValue", "type": "t", "proto_value": "AA=="},
    ],
)
def test_a_value_that_the_contract_does_not_have_is_refused(value: object) -> None:
    with pytest.raises(Refusal) as refused:
        read_properties({"k": value})
    assert refused.value.status == 400


@pytest.mark.parametrize("properties", [[], "x", 5, {"k" * 256: {}}, {"nul\0": {}}])
def test_a_map_that_is_none_is_refused(properties: object) -> None:
    with pytest.raises(Refusal):
        read_properties(properties)


@pytest.mark.parametrize("body", [b"{", b"", b"NaN", b'{"a": Infinity}', b"[" * 100_000, b"\xff\xfe", b"1" * 5000])
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        parse_json(body)
    assert refused.value.status == 400


@given(st.text())
def test_checked_text_can_be_stored(text: str) -> None:
    try:
        assert checked_text(text, "it") == text
    except Refusal:
        assert "\0" in text or any("\ud800" <= each <= "\udfff" for each in text)
    else:
        assert text.encode().decode() == text
