"""From the keywords of a verb to the record that is wanted."""

from __future__ import annotations

import pytest

from modelreg._core.change import NO_EDIT
from modelreg._core.desired import (
    artifact_class,
    artifact_fields,
    artifact_type,
    desired_record,
    given_of,
    parameter_text,
    source_fields,
)
from modelreg._core.resources import ARTIFACTS, MODELS
from modelreg._core.values import to_wire
from modelreg._types import Artifact, DocArtifact, Metric, ModelArtifact, Parameter, RegisteredModel, Source
from modelreg.errors import InvalidInput


def test_what_is_not_given_is_not_wanted() -> None:
    wanted = desired_record(MODELS, "fraud", {"owner": None, "description": "", "properties": None})
    assert (wanted.resource, wanted.record, wanted.name) == (MODELS, RegisteredModel, "fraud")
    assert (wanted.fields, wanted.fixed, wanted.edit, wanted.parent_id) == ({"description": ""}, {}, NO_EDIT, None)
    assert desired_record(MODELS, None, {}).name == ""
    with pytest.raises(InvalidInput, match="name is empty"):
        desired_record(MODELS, "", {})


def test_the_change_of_the_properties() -> None:
    edit = desired_record(MODELS, "m", {"properties": {"a": 1}, "replace_properties": True}).edit
    assert (edit.merge, edit.replace, set(edit.remove)) == (to_wire({"a": 1}), True, set())
    edit = desired_record(MODELS, "m", {"remove_properties": ["a"]}).edit
    assert (edit.merge, edit.replace, set(edit.remove)) == ({}, False, {"a"})


def test_an_artifact_is_of_a_kind_and_has_its_fields() -> None:
    given = {"uri": "s3://w", "model_format": "onnx", "source": Source(kind="kfp", id="9")}
    wanted = desired_record(ARTIFACTS, "w", given, record=ModelArtifact)
    assert (wanted.record, wanted.fixed) == (ModelArtifact, {"artifactType": "model-artifact"})
    assert wanted.fields == {
        "uri": "s3://w",
        "modelFormatName": "onnx",
        "modelSourceKind": "kfp",
        "modelSourceId": "9",
    }
    assert desired_record(ARTIFACTS, None, {"allow_credentials_in_uri": True}).fixed == {}


def test_lineage_stands_beside_other_fields() -> None:
    fields = artifact_fields(ModelArtifact, {"source": {"kind": "kfp"}, "digest": None, "uri": "s3://w"})
    assert fields == {"source_kind": "kfp", "uri": "s3://w"}


def test_a_credential_in_a_uri_is_refused_unless_it_is_allowed() -> None:
    given = {"uri": "s3://ana:c0ffee@bucket/w"}
    with pytest.raises(InvalidInput, match=r"^uri holds password") as raised:
        desired_record(ARTIFACTS, "w", given, record=ModelArtifact)
    assert "c0ffee" not in str(raised.value)
    allowed = desired_record(ARTIFACTS, "w", {**given, "allow_credentials_in_uri": True}, record=ModelArtifact)
    assert allowed.fields == given
    for record in (ModelArtifact, DocArtifact):
        with pytest.raises(InvalidInput, match=r"^uri holds X-Amz-Signature"):
            desired_record(ARTIFACTS, "w", {"uri": "https://b/k?X-Amz-Signature=c0ffee"}, record=record)


def test_the_kinds_and_their_names_on_the_wire() -> None:
    assert (artifact_class("doc"), artifact_type("doc"), artifact_type("metric")) == (
        DocArtifact,
        "doc-artifact",
        "metric",
    )
    for kind in ("table", 3, None, ["doc"]):
        with pytest.raises(InvalidInput, match=r"^kind is"):
            artifact_class(kind)


def test_a_field_of_another_kind_is_named() -> None:
    for record, field in ((DocArtifact, "model_format"), (Metric, "uri"), (Parameter, "uri"), (DocArtifact, "source")):
        with pytest.raises(InvalidInput, match=f"^{field} is no field of a {record.kind} "):
            artifact_fields(record, {field: "x"})
    assert artifact_fields(DocArtifact, {"model_format": None, "uri": "s3://c"}) == {"uri": "s3://c"}


def test_values_of_metrics_and_parameters() -> None:
    assert artifact_fields(Metric, {"value": 0.5}) == {"value": 0.5}
    assert artifact_fields(Parameter, {"value": 0.5}) == {"value": "0.5"}
    assert artifact_fields(Parameter, {"value": "0.50"}) == {"value": "0.50"}
    assert artifact_fields(Parameter, {"description": "d"}) == {"description": "d"}
    assert artifact_fields(DocArtifact, {}) == {}


def test_a_parameter_that_cannot_be_kept_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"params\['depth'\]"):
        parameter_text(float("nan"), "depth")
    with pytest.raises(InvalidInput, match=r"params\['value'\]"):
        artifact_fields(Parameter, {"value": float("nan")})


def test_lineage_is_given_as_a_source_or_a_mapping() -> None:
    assert source_fields({"class_": "run", "group": "g"}) == {"source_class": "run", "source_group": "g"}
    assert set(source_fields(Source(name="n"))) == {f"source_{key}" for key in ("kind", "class", "group", "id", "name")}
    with pytest.raises(InvalidInput, match="'5'"):
        source_fields({"5": "x"})


def test_what_a_record_of_a_caller_gives() -> None:
    doc = DocArtifact(id="7", name="card", uri="s3://c", description="", properties={"a": 1})
    assert given_of(doc) == {"uri": "s3://c", "description": ""}
    with pytest.raises(InvalidInput, match=r"^kind is"):
        given_of(Artifact(name="x"))
