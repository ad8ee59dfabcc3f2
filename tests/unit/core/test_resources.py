"""Parents and records, as callers name them: a string is never guessed to be a name or an id."""

from __future__ import annotations

from typing import Any

import pytest

from modelreg.core.artifact_fields import artifact_fields, kind_of, parameter_text, parameter_type, source_fields
from modelreg.core.resources import (
    MODELS,
    VERSIONS,
    Parent,
    model_parent,
    record_id,
    required,
    service_parent,
    version_parent,
)
from modelreg.errors import InvalidInput
from modelreg.types import Artifact, Metric, ModelVersion, Parameter, RegisteredModel, Source

MODEL = RegisteredModel(id="17", name="fraud")


def test_parents_by_name_id_and_record() -> None:
    assert model_parent("17", None) == Parent(MODELS, name="17")
    assert model_parent(None, "17") == Parent(MODELS, id="17")
    assert model_parent(None, 17) == Parent(MODELS, id="17")
    assert model_parent(MODEL, None) == Parent(MODELS, id="17", name="fraud")
    assert model_parent(None, None) is None
    assert version_parent("fraud@1", None) == Parent(VERSIONS, name="1", parent=Parent(MODELS, name="fraud"))
    assert version_parent(ModelVersion(id="3", name="1"), None) == Parent(VERSIONS, id="3", name="1")
    assert str(Parent(MODELS, name="fraud")) == "registered model 'fraud'"
    assert str(Parent(MODELS, id="17")) == "registered model with id 17"


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (lambda: model_parent("fraud", "17"), "model and model_id are both given"),
        (lambda: model_parent(None, "fraud"), "model_id is 'fraud'; ids are digits, and model= takes a name"),
        (lambda: model_parent(None, True), "model_id is True"),
        (lambda: model_parent(7, None), "model is 7; give a RegisteredModel or its name"),  # type: ignore[arg-type]
        (lambda: model_parent(ModelVersion(id="3"), None), "this is a ModelVersion"),  # type: ignore[arg-type]
        (lambda: model_parent(RegisteredModel(name="new"), None), "has no id, it was never in a registry"),
        (lambda: version_parent(("fraud", "1"), "3"), "version and version_id are both given"),
        (lambda: version_parent("fraud", None), "write model@version"),
        (lambda: service_parent("svc", None), "services are named under an environment"),  # type: ignore[arg-type]
        (lambda: required(None, "model"), "model is missing; give model= or model_id="),
        (lambda: record_id("fraud", MODELS), "'fraud' is no id of a registered model"),
        (lambda: record_id(-1, MODELS), "-1 is no id"),
        (lambda: kind_of("table"), "kind is 'table'; it is one of model, doc, dataset, metric, parameter"),
        (lambda: artifact_fields(Metric, {"value": "high"}), "value of a metric is 'high'; give a number"),
        (lambda: artifact_fields(Artifact, {"digest": "x"}), "digest is no field of a foreign artifact"),
        (lambda: source_fields({"run": "1"}), "source has the key 'run'; it takes kind, class, group, id, name"),
        (lambda: source_fields("kfp"), "source is 'kfp'"),
    ],
)
def test_what_names_nothing_is_refused(said: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says.replace("(", r"\(")):
        said()


def test_ids_of_records() -> None:
    assert record_id(MODEL, MODELS) == "17"
    assert record_id(17, MODELS) == "17"
    assert record_id("0017", MODELS) == "0017"


def test_lineage() -> None:
    said = {"kind": "kfp", "class": "pipelinerun", "id": None}
    assert source_fields(said) == {"source_kind": "kfp", "source_class": "pipelinerun", "source_id": None}
    assert source_fields(Source(class_="pipelinerun"))["source_class"] == "pipelinerun"


@pytest.mark.parametrize(
    ("value", "text", "kind"),
    [
        ("adam", "adam", "string"),
        (0.1, "0.1", "number"),
        (3, "3", "number"),
        (True, "true", "boolean"),
        (None, "null", "object"),
        ([1, 2], "[1, 2]", "object"),
        ({"a": "é"}, '{"a": "é"}', "object"),
    ],
)
def test_parameters_are_text(value: object, text: str, kind: str) -> None:
    assert (parameter_text(value), parameter_type(value)) == (text, kind)
    assert artifact_fields(Parameter, {"value": value or "x"})["value"]
