"""Parents and records, as callers name them: a string is never guessed to be a name or an id."""

from __future__ import annotations

from typing import Any

import pytest

from modelreg._core.desired import (
    artifact_class,
    artifact_fields,
    parameter_text,
    parameter_type,
    source_fields,
)
from modelreg._core.names import split_reference
from modelreg._core.references import (
    Reference,
    not_found,
    parent_reference,
    record_id,
    required,
    subject,
    version_reference,
)
from modelreg._core.resources import EXPERIMENTS, MODELS, RUNS, SERVICES, VERSIONS
from modelreg._types import Artifact, Metric, ModelVersion, Parameter, RegisteredModel, Source
from modelreg.errors import InvalidInput

MODEL = RegisteredModel(id="17", name="fraud")


def model_parent(given: Any, given_id: Any) -> Reference | None:
    return parent_reference(MODELS, "model", given, given_id)


def version_parent(given: Any, given_id: Any) -> Reference | None:
    return parent_reference(VERSIONS, "version", given, given_id)


def test_parents_by_name_id_and_record() -> None:
    assert model_parent("17", None) == Reference(MODELS, name="17")
    assert model_parent(None, "17") == Reference(MODELS, id="17")
    assert model_parent(None, 17) == Reference(MODELS, id="17")
    assert model_parent(MODEL, None) == Reference(MODELS, id="17", name="fraud")
    assert model_parent(None, None) is None
    above = Reference(MODELS, name="fraud")
    assert version_parent("fraud@1", None) == Reference(VERSIONS, name="1", parent=above, alias=True)
    assert version_parent(("fraud", "1"), None) == Reference(VERSIONS, name="1", parent=above)
    assert version_parent("3", None) == Reference(VERSIONS, id="3")
    assert version_parent(ModelVersion(id="3", name="1"), None) == Reference(VERSIONS, id="3", name="1")
    assert str(Reference(MODELS, name="fraud")) == "registered model 'fraud'"
    assert str(Reference(MODELS, id="17")) == "registered model with id 17"


def test_what_a_verb_is_about() -> None:
    assert subject(MODELS, "17") == Reference(MODELS, id="17")
    assert subject(MODELS, None, name="fraud") == Reference(MODELS, name="fraud")
    assert subject(VERSIONS, "fraud@1") == version_reference("fraud@1")
    above = Reference(MODELS, name="fraud")
    # With a parent the text is a name, whatever it holds.
    assert subject(VERSIONS, None, name="a@1", parent=above) == Reference(VERSIONS, name="a@1", parent=above)
    assert subject(VERSIONS, "a@1", parent=above) == Reference(VERSIONS, name="a@1", parent=above)
    assert subject(VERSIONS, "3", parent=above) == Reference(VERSIONS, name="3", parent=above)
    experiment = Reference(EXPERIMENTS, name="e")
    assert subject(RUNS, "3", parent=experiment) == Reference(RUNS, id="3")
    for given, name in ((None, None), ("17", "fraud")):
        with pytest.raises(InvalidInput, match="give either"):
            subject(MODELS, given, name=name)


def test_a_reference_is_cut_at_the_last_at() -> None:
    assert split_reference("fraud@1.4.0") == ("fraud", "1.4.0")
    assert split_reference("a@b@1") == ("a@b", "1")
    assert [split_reference(text) for text in ("fraud", "@1", "fraud@")] == [None] * 3


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (lambda: model_parent("fraud", "17"), "model and model_id are both given"),
        (lambda: model_parent(None, "fraud"), "model_id is 'fraud'; ids are digits, and model= takes a name"),
        (lambda: model_parent(None, True), "model_id is True"),
        (lambda: model_parent("", None), "^model is empty"),
        (lambda: model_parent(7, None), "model is 7; give a RegisteredModel or its name"),
        (lambda: model_parent(ModelVersion(id="3"), None), "this is a ModelVersion"),
        (lambda: model_parent(RegisteredModel(name="new"), None), "has no id, it was never in a registry"),
        (lambda: version_parent(("fraud", "1"), "3"), "version and version_id are both given"),
        (lambda: version_parent("fraud", None), "write model@version"),
        (lambda: version_parent(("a", "b", "c"), None), "the pair (model, version)"),
        (lambda: version_parent(("a", 1), None), "version is a int"),
        (lambda: parent_reference(SERVICES, "service", "svc", None), "the pair (environment, service)"),
        (lambda: parent_reference(RUNS, "run", "run-1", None), "the pair (experiment, run)"),
        (lambda: required(None, "model"), "model is missing; give model= or model_id="),
        (lambda: record_id("fraud", MODELS), "'fraud' is no id of a registered model"),
        (lambda: record_id(-1, MODELS), "-1 is no id"),
        (lambda: artifact_class("table"), "kind is 'table'; it is one of model, doc, dataset, metric, parameter"),
        (lambda: artifact_fields(Metric, {"value": "high"}), "value of a metric is 'high'; give a number"),
        (lambda: artifact_fields(Artifact, {"digest": "x"}), "digest is no field of a foreign artifact"),
        (lambda: source_fields({"run": "1"}), "source has the key 'run'; it takes kind, class, group, id, name"),
        (lambda: source_fields("kfp"), "source is 'kfp'"),
    ],
)
def test_what_refers_to_nothing_is_refused(given: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says.replace("(", r"\(").replace(")", r"\)")):
        given()


def test_a_reference_as_an_error_names_it() -> None:
    version = version_reference("fraud@1")
    assert str(version) == "model version '1' of registered model 'fraud'"
    error = not_found(version)
    assert error.details == {"resource": "version", "name": "1", "id": None}
    assert error.resource == str(version)


def test_the_record_that_a_verb_was_given_is_kept() -> None:
    assert subject(MODELS, MODEL).record is MODEL
    found = model_parent(MODEL, None)
    assert found is not None
    assert found.record is MODEL
    assert subject(MODELS, "17").record is None
    assert subject(VERSIONS, "3") == Reference(VERSIONS, id="3")
    for given in ("fraud", "a@1"):
        with pytest.raises(InvalidInput, match=r"is no id of a registered model; .* takes a name$"):
            subject(MODELS, given)
    for given in ("fraud", -1, 0.5):
        with pytest.raises(InvalidInput, match=r"is no id of a model version; .*; .* model@version$"):
            subject(VERSIONS, given)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="model is missing"):
        subject(VERSIONS, None, name="1")
    with pytest.raises(InvalidInput, match="this is a ModelVersion; give a RegisteredModel"):
        subject(MODELS, ModelVersion(id="3", name="1"))


def test_a_reference_that_is_none_names_its_argument() -> None:
    for given, says in ((("fraud",), "version is"), (("fraud", "register_as"), "register_as is")):
        with pytest.raises(InvalidInput, match=f"^{says} 'fraud'"):
            version_reference(*given)
    for argument, way in (("name", "model="), ("register_as", "register_as_id=")):
        with pytest.raises(InvalidInput, match=f"^{argument} is 'fraud', .* {way}$"):
            version_reference("fraud", argument)
    with pytest.raises(InvalidInput, match=r"^serves is 'fraud'"):
        parent_reference(VERSIONS, "serves", "fraud", None)


def test_ids_of_records() -> None:
    assert record_id(0, MODELS) == "0"
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
