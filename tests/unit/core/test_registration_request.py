"""The request of a registration: what it wants of each record, and what is refused by the argument's name."""

from __future__ import annotations

from typing import Any

import pytest

from modelreg import DocArtifact, RegistrationRequest
from modelreg._core.change import NO_EDIT
from modelreg._core.references import Reference
from modelreg._core.registration import desired_registration, with_property
from modelreg._core.resources import EXPERIMENTS, RUNS
from modelreg._core.values import to_wire
from modelreg._types import ModelArtifact
from modelreg.errors import InvalidInput


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("properties", 5),
        ("labels", 5),
        ("labels", [1]),
        ("metrics", [1]),
        ("artifacts", None),
        ("artifacts", "card"),
        ("model_properties", "x"),
        ("higher_is_better", ["auc"]),
        ("on_conflict", "maybe"),
        ("alias", "1"),
        ("alias", "latest"),
        ("to", "s3://b"),
        ("takeover", True),
        ("ignore", ["*.tmp"]),
        ("base", "s3://b"),
        ("stall_timeout", 5.0),
    ],
)
def test_an_argument_of_the_wrong_kind_is_named(argument: str, value: Any) -> None:
    with pytest.raises(InvalidInput, match=argument):
        desired_registration(RegistrationRequest("fraud", "1", **{argument: value}))


@pytest.mark.parametrize(
    ("argument", "given"),
    [
        ("properties", {"properties": {"a": float("nan")}}),
        ("metrics", {"metrics": {"auc": float("nan")}}),
        ("metrics", {"metrics": {"auc": "high"}}),
        ("metrics", {"metrics": {"auc": True}}),
        ("metrics", {"metrics": {"auc": None}}),
        ("metrics", {"metrics": [1]}),
        ("model_properties", {"model_properties": {"a": float("nan")}}),
        ("higher_is_better", {"higher_is_better": ["auc"]}),
        ("higher_is_better", {"higher_is_better": {"auc": "yes"}}),
        ("higher_is_better", {"higher_is_better": {"k" * 250: True}}),
        ("uri is empty", {"uri": ""}),
        ("model_format", {"model_format": "onnx"}),
        ("source", {"source": {"kind": "kfp"}}),
        ("artifact_name", {"artifact_name": "w"}),
        ("artifact_name", {"uri": "s3://w", "artifact_name": "n" * 256}),
        ("artifact_name", {"uri": "s3://w", "artifact_name": "n" * 241}),
        ("artifact_name", {"uri": "s3://w", "artifact_name": ""}),
        ("artifact_properties", {"uri": "s3://w", "artifact_properties": {"a": float("nan")}}),
        ("name of an artifact", {"artifacts": [DocArtifact(name="")]}),
        ("name of an artifact", {"artifacts": [DocArtifact(name="n" * 241)]}),
        ("artifacts", {"artifacts": [DocArtifact(name="card"), DocArtifact(name="card")]}),
        ("artifacts", {"artifacts": ["card"]}),
        ("artifacts", {"artifacts": DocArtifact(name="card")}),
        ("run and run_id", {"run": ("experiment", "run"), "run_id": "7"}),
    ],
)
def test_an_argument_that_a_registry_would_refuse_or_lose_is_named(argument: str, given: Any) -> None:
    with pytest.raises(InvalidInput, match=f"^{argument}"):
        desired_registration(RegistrationRequest("fraud", "1", **given))


def test_names_are_checked() -> None:
    for name, version_name, says in (("", "1", "name"), ("fraud", "", "version"), ("fraud", "1" * 241, "version")):
        with pytest.raises(InvalidInput, match=f"^{says}"):
            desired_registration(RegistrationRequest(name, version_name))


def test_each_keyword_sets_its_field() -> None:
    desired = desired_registration(
        RegistrationRequest(
            "fraud",
            "1",
            owner="ana",
            model_description="of the model",
            card="# Card",
            model_properties={"tier": "gold"},
            higher_is_better={"auc": True, "loss": False},
            author="bob",
            description="of the version",
            external_id="x-1",
            properties={"a": 1, "auc": 0.9},
            metrics={"auc": 0.9},
            labels=["candidate"],
            uri="s3://w",
            artifact_name="weights",
            artifact_description="of the artifact",
            artifact_properties={"b": 2},
            model_format="onnx",
            run_id="7",
            restore=True,
            alias="champion",
        )
    )
    assert desired.model.fields == {"owner": "ana", "description": "of the model", "readme": "# Card"}
    directions = {"metric_direction_auc": "higher", "metric_direction_loss": "lower"}
    assert desired.model.edit.merge == to_wire({"tier": "gold", **directions})
    assert desired.version.fields == {"author": "bob", "description": "of the version", "externalId": "x-1"}
    assert desired.version.edit.merge == to_wire({"a": 1, "auc": 0.9, "candidate": ""})
    (weights,) = desired.artifacts
    assert (weights.name, weights.record) == ("weights", ModelArtifact)
    assert weights.fields == {"uri": "s3://w", "description": "of the artifact", "modelFormatName": "onnx"}
    assert weights.edit.merge == to_wire({"b": 2})
    assert (desired.named, desired.restore, desired.alias) == (True, True, "champion")
    assert desired.run is not None
    assert desired.run.id == "7"


def test_arguments_about_files_go_with_files() -> None:
    given = {"files": "model", "to": "s3://b", "takeover": True, "ignore": ["*.tmp"], "base": "s", "stall_timeout": 5.0}
    assert desired_registration(RegistrationRequest("fraud", "1", **given)).version.name == "1"


def test_the_run_is_given_by_its_names_or_its_id() -> None:
    def run(**given: Any) -> Any:
        return desired_registration(RegistrationRequest("fraud", "1", **given)).run

    assert run(run=("tuning", "run-1")) == Reference(RUNS, name="run-1", parent=Reference(EXPERIMENTS, name="tuning"))
    assert run(run_id="7") == Reference(RUNS, id="7")
    assert run() is None


def test_an_alias_is_not_the_name_of_its_version() -> None:
    with pytest.raises(InvalidInput, match=r"^alias is 'champion', which is the name of the version"):
        desired_registration(RegistrationRequest("fraud", "champion", alias="champion"))


def test_the_properties_of_a_model_artifact_need_no_name_of_it() -> None:
    desired = desired_registration(RegistrationRequest("fraud", "1", uri="s3://w", artifact_properties={"b": 2}))
    assert [(each.name, each.edit.merge) for each in desired.artifacts] == [("fraud", to_wire({"b": 2}))]


def test_what_is_not_given_is_not_wanted() -> None:
    desired = desired_registration(RegistrationRequest("n" * 250, "1", uri="s3://w"))
    assert (desired.model.edit, desired.version.edit) == (NO_EDIT, NO_EDIT)
    assert (desired.named, desired.restore, desired.alias, desired.run) == (False, False, None, None)
    assert (desired.model.name, desired.artifacts[0].name) == ("n" * 250, "n" * 240)
    assert with_property(desired, "a", 1).version.edit.merge == to_wire({"a": 1})
    assert with_property(with_property(desired, "a", 1), "b", 2).version.edit.merge == to_wire({"a": 1, "b": 2})
    assert with_property(desired, "a", 1).model == desired.model


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"properties": {"a": 1}, "metrics": {"a": 2}}, "^properties and metrics give different values of 'a'"),
        ({"properties": {"a": 1}, "labels": ["a"]}, "^properties and labels"),
        ({"metrics": {"a": 1}, "labels": ["a"]}, "^metrics and labels"),
        (
            {"model_properties": {"metric_direction_a": "lower"}, "higher_is_better": {"a": True}},
            "^model_properties and higher_is_better",
        ),
        ({"properties": {"a": 1}, "metrics": {"a": 1}, "labels": ["a"]}, "^properties and labels"),
    ],
)
def test_a_key_that_two_arguments_give_differently_is_refused(given: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        desired_registration(RegistrationRequest("fraud", "1", **given))


def test_model_artifacts_come_last() -> None:
    given = {"artifacts": [ModelArtifact(name="w", uri="s3://1"), DocArtifact(name="w", uri="s3://2")], "uri": "s3://3"}
    desired = desired_registration(RegistrationRequest("fraud", "1", **given))
    assert [(each.record, each.fields["uri"]) for each in desired.artifacts] == [
        (DocArtifact, "s3://2"),
        (ModelArtifact, "s3://1"),
        (ModelArtifact, "s3://3"),
    ]
