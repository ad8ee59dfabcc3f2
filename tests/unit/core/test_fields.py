"""Records: every field of every schema, both ways, by the records' own fields."""

from __future__ import annotations

import copy
import json
import pathlib
import pickle
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
import yaml

import modelreg_rest.models as generated
from modelreg._core.fields import fields_of, milliseconds, read_record, state_fields, to_body
from modelreg._types import RECORDS, Artifact, ExperimentRun, Metric, ModelVersion, Parameter, Record, RegisteredModel
from modelreg.errors import InvalidInput

ROOT = pathlib.Path(__file__).resolve().parents[3]
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
SAMPLES: dict[str, Any] = {"time": MOMENT, "float": 0.5, "int": 7, "texts": ("en", "de"), "properties": {"k": "v"}}


def sample(field: Any) -> Any:
    if field.choices:
        return field.choices[-1]
    return SAMPLES.get(field.read, f"{field.name} of it")


def has_place(record: type[Record], field: Any) -> bool:
    """A metric and a parameter lie nowhere."""
    return not (record in (Metric, Parameter) and field.name == "uri")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_reads_back_what_was_written(record: type[Record]) -> None:
    values = {field.name: sample(field) for field in fields_of(record) if has_place(record, field)}
    body = to_body(record, values)
    kind = {} if not issubclass(record, Artifact) else {"artifactType": wire_kind(record)}
    model = getattr(generated, record.__name__).from_dict({**body, **kind})
    back = read_record(record, {"id": "1", **model.to_dict()})
    assert type(back) is record
    assert {name: getattr(back, name) for name in values} == values
    assert back.raw == {"id": "1", **body, **kind}


def wire_kind(record: type[Artifact]) -> str:
    return record.kind if record.kind in ("metric", "parameter") else f"{record.kind}-artifact"


def schema_fields(contract: dict[str, Any], name: str) -> set[str]:
    schema = contract["components"]["schemas"][name]
    found = set(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        found |= schema_fields(contract, part["$ref"].rpartition("/")[2]) if "$ref" in part else set(part["properties"])
    return found


def test_every_field_of_every_schema_of_the_contract_has_its_place() -> None:
    contract = yaml.safe_load((ROOT / "openapi" / "model-registry.yaml").read_text(encoding="utf-8"))
    for record in RECORDS:
        ours = {field.wire for field in fields_of(record)}
        assert schema_fields(contract, record.__name__) - {"artifactType"} <= ours, record.__name__


def test_what_did_not_come_is_none() -> None:
    record = read_record(RegisteredModel, {"name": "m", "id": "1", "description": ""})
    assert record.description == ""
    assert record.owner is None
    assert record.language == ()
    assert record.properties == {}


def test_reading_is_lenient() -> None:
    record = read_record(
        ModelVersion,
        {
            "id": "12345678901234",
            "name": "v",
            "registeredModelId": "98765432109",
            "state": "FROZEN",
            "createTimeSinceEpoch": "not a number",
            "lastUpdateTimeSinceEpoch": "9" * 30,
            "novel": {"field": 1},
            "customProperties": {"new": {"metadataType": "MetadataNewValue", "new_value": 1}},
        },
    )
    assert isinstance(record, ModelVersion)
    assert (record.id, record.model_id, record.state) == ("12345678901234", "98765432109", "FROZEN")
    assert record.create_time is None
    assert record.last_update_time is None
    assert record.properties == {"new": {"metadataType": "MetadataNewValue", "new_value": 1}}
    assert record.raw["novel"] == {"field": 1}


def test_an_unknown_kind_of_artifact_reads_as_an_artifact() -> None:
    wire = {
        "artifactType": "tensor-artifact",
        "id": "7",
        "name": "t",
        "uri": "s3://t",
        "createTimeSinceEpoch": "1767323045678",
        "customProperties": {"k": {"metadataType": "MetadataStringValue", "string_value": "v"}},
    }
    record = read_record(Artifact, wire)
    assert type(record) is Artifact
    assert (record.id, record.name, record.uri, record.create_time) == ("7", "t", "s3://t", MOMENT)
    assert record.properties == {"k": "v"}
    assert record.raw == wire
    assert read_record(Artifact, {"id": "8", "customProperties": 3}).properties == {}


def test_a_record_without_an_id_is_none() -> None:
    with pytest.raises(TypeError, match="has no id"):
        read_record(RegisteredModel, {"name": "m"})


def test_an_empty_id_is_none_and_a_name_may_be_missing() -> None:
    with pytest.raises(TypeError, match="has no id"):
        read_record(RegisteredModel, {"id": "", "name": "m"})
    for wire in ({"id": 7}, {"id": 7, "name": None}):
        record = read_record(RegisteredModel, wire, etag='"3"')
        assert (record.id, record.name, record._etag) == ("7", "", '"3"')


def test_a_zero_is_no_none() -> None:
    assert read_record(Artifact, {"artifactType": "metric", "id": "9", "value": 0, "step": 0}).step == 0


@pytest.mark.parametrize(
    ("record", "values", "says"),
    [
        (RegisteredModel, {"owner": 7}, "owner is a int, 7; give a str"),
        (RegisteredModel, {"state": "LIV"}, "state is 'LIV'; it is one of LIVE, ARCHIVED"),
        (RegisteredModel, {"language": "en"}, "language is 'en'; give a list of strings"),
        (RegisteredModel, {"language": 3}, "give a list of strings"),
        (RegisteredModel, {"tasks": [1]}, "tasks is a int"),
        (RegisteredModel, {"nonsense": 1}, "nonsense is not a field of a registered model"),
        (RegisteredModel, {"description": "a\x00"}, "description holds a NUL"),
        (RegisteredModel, {"properties": 3}, "give a dict of values"),
        (RegisteredModel, {"properties": {"a": float("nan")}}, r"properties\['a'\]"),
        (RegisteredModel, {"external_id": "x" * 256}, "external_id has 256 characters"),
        (Metric, {"value": float("nan")}, r"values\['value'\]"),
        (Metric, {"value": "x"}, "value is 'x'; give a number"),
        (Metric, {"value": True}, "value is True; give a number"),
        (Metric, {"value": float("nan")}, "nan"),
        (Metric, {"step": 0.5}, "step is 0.5; give a whole number"),
        (ExperimentRun, {"end_time": "now"}, "end_time is a str, 'now'; give a datetime"),
        (Artifact, {"uri": pathlib.PurePosixPath("/x")}, r"write path.as_uri\(\) or the URI itself"),
    ],
)
def test_bad_input_names_the_field(record: type[Record], values: dict[str, object], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        to_body(record, values)


def test_numbers_that_are_none_read_as_none() -> None:
    odd = {"artifactType": "metric", "id": "7", "name": "m", "value": "odd", "step": {}, "customProperties": "odd"}
    metric = read_record(Artifact, odd)
    assert isinstance(metric, Metric)
    assert (metric.value, metric.step, metric.properties, metric.id) == (None, None, {}, "7")
    assert read_record(RegisteredModel, {"id": "1", "language": "en"}).language == ()


def test_only_an_external_id_is_short() -> None:
    fields = {"external_id": "x" * 255, "description": "x" * 300}
    assert to_body(RegisteredModel, fields) == {"externalId": "x" * 255, "description": "x" * 300}


def test_none_is_not_said() -> None:
    assert to_body(RegisteredModel, {"owner": None, "description": ""}) == {"description": ""}


def test_a_moment_without_a_zone_is_utc() -> None:
    assert milliseconds(datetime(1970, 1, 1, 0, 0, 1)) == "1000"  # noqa: DTZ001
    assert milliseconds(datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))) == "0"


def test_the_states_that_a_patch_resets() -> None:
    assert state_fields(ExperimentRun) == ("status", "state")
    assert state_fields(ModelVersion) == ("state",)


LATE = {
    "id": 7,
    "name": "m",
    "owner": "ana",
    "createTimeSinceEpoch": "1700000000000",
    "customProperties": {"auc": {"metadataType": "MetadataDoubleValue", "double_value": 0.5}},
}


def test_a_record_is_the_same_before_and_after_its_fields_are_converted() -> None:
    read = read_record(RegisteredModel, LATE, etag="1")
    assert (read.id, read.name, read.raw) == ("7", "m", LATE)
    assert copy.copy(read) == pickle.loads(pickle.dumps(read)) == read_record(RegisteredModel, LATE)
    assert hash(read) == hash(read_record(RegisteredModel, LATE))
    assert attrs.evolve(read, owner="bo").properties == {"auc": 0.5}
    assert repr(read) == repr(read_record(RegisteredModel, LATE))
    with pytest.raises(TypeError):
        read.properties["auc"] = 1  # type: ignore[index]


def test_a_record_has_no_other_attributes() -> None:
    for record in (read_record(RegisteredModel, LATE), RegisteredModel(name="m")):
        assert not hasattr(record, "colour")
        with pytest.raises(AttributeError, match="colour"):
            record.colour  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("number", [float("inf"), 10**400, -(10**400), float("nan")])
def test_numbers_past_every_range_do_not_fail_a_record(number: float) -> None:
    wire = {"id": "1", "step": number, "value": number, "createTimeSinceEpoch": number}
    wire["customProperties"] = {"k": {"metadataType": "MetadataDoubleValue", "double_value": number}}
    record = read_record(Metric, wire)
    assert record.create_time is None
    assert record.step in (None, number)
    assert "k" in record.properties


def test_a_time_that_is_no_number_does_not_fail_a_record() -> None:
    for value in ({"seconds": 1}, [1], True, "soon"):
        record = read_record(RegisteredModel, {"id": "1", "createTimeSinceEpoch": value, "owner": "ana"})
        assert record.owner == "ana"
        assert record.create_time in (None, datetime.fromtimestamp(0.001, UTC))


def test_a_struct_nested_past_the_interpreters_depth_does_not_fail_a_record() -> None:
    nested: object = 1
    for _ in range(sys.getrecursionlimit() - 300):
        nested = [nested]
    for text in (json.dumps({"a": nested}), '{"a":' + "[" * 10**5 + "]" * 10**5 + "}"):
        struct = {"metadataType": "MetadataStructValue", "struct_value": text}
        record = read_record(RegisteredModel, {"id": "1", "customProperties": {"deep": struct, "auc": struct}})
        assert record.properties["deep"] == text
