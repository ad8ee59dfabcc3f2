"""The client is made from the contracts of all API versions; what one alone has is known, a contradiction stops it."""

from __future__ import annotations

import copy
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from modelreg_rest.versions import FIELD_VERSIONS, VERSIONS, operation_of, versions_of
from scripts.contract_steps import overlay, versions
from scripts.contract_steps.document import Document, operations
from scripts.contract_steps.errors import ContractError
from scripts.contract_steps.union import Union, unite
from tests.contract.published import ROOT, contract, operation

# The tools of the contract, not the product: part of `make test-all`.
pytestmark = pytest.mark.heavy

ACTIONS = overlay.read(ROOT / "openapi" / "overlay.yaml")
Schemas = dict[str, Any]


def prepared() -> dict[str, Document]:
    return {version: overlay.apply(ACTIONS, contract(version), client=True).document for version in VERSIONS}


def fields(schemas: Schemas, name: str) -> Document:
    part: Document = schemas[name]["allOf"][-1]
    return part


def with_v1(change: Callable[[Document, Schemas], Any]) -> Union:
    contracts = prepared()
    change(contracts["v1"], contracts["v1"]["components"]["schemas"])
    return unite(contracts)


def module(union: Union, folder: Path) -> ModuleType:
    path = folder / "versions_of_a_union.py"
    path.write_text(versions.text(union, ROOT / "openapi" / "templates"), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_an_operation_is_known_with_its_versions() -> None:
    for version in VERSIONS:
        for path, method, _, _ in operations(contract(version)):
            assert version in versions_of(method.upper(), path.replace("{", "").replace("}", "")), (method, path)
    assert versions_of("get", "/registered_models/17") == ("v1", "v1alpha3")
    assert versions_of("get", "/experiments/17") == ("v1alpha3",)
    assert operation_of("GET", "/experiment_runs/metric_history") == "get_experiment_runs_metric_history"
    assert operation_of("GET", "/experiment_runs/17") == "get_experiment_run"
    for method, path in (("put", "/registered_models"), ("get", "/nowhere"), ("get", ""), ("get", "/experiments/1/2")):
        assert versions_of(method, path) == ()
        assert operation_of(method, path) is None


def test_a_field_of_one_version_is_known_by_every_schema_that_has_it() -> None:
    assert FIELD_VERSIONS["ModelArtifact"]["experimentId"] == ("v1alpha3",)
    assert "RegisteredModel" not in FIELD_VERSIONS


def _made_up(document: Document, schemas: Schemas) -> None:
    fields(schemas, "RegisteredModelUpdate")["properties"]["colour"] = {"type": "string"}
    schemas["RegisteredModelState"]["enum"].append("FROZEN")
    schemas["Lineage"] = {"type": "object", "properties": {"note": {"type": "string"}}}
    extra = copy.deepcopy(operation(document, "getRegisteredModels"))
    extra["operationId"] = "getForgottenModels"
    extra["parameters"] = [{"name": "since", "in": "query", "schema": {"type": "string"}}]
    document["paths"]["/forgotten_models/{model_id}"] = {
        "parameters": [{"name": "model_id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": extra,
    }
    operation(document, "getArtifacts")["parameters"].append(
        {"name": "since", "in": "query", "schema": {"type": "string"}}
    )


def test_what_stands_in_v1_alone_is_in_the_union_and_known(tmp_path: Path) -> None:
    union = with_v1(_made_up)
    schemas = union.document["components"]["schemas"]
    assert "colour" in fields(schemas, "RegisteredModelUpdate")["properties"]
    assert schemas["RegisteredModelState"]["enum"] == ["LIVE", "ARCHIVED", "FROZEN"]
    assert "ExperimentCreate" in schemas
    assert "/forgotten_models/{model_id}" in union.document["paths"]
    table = module(union, tmp_path)
    assert table.versions_of("GET", "/forgotten_models/7") == ("v1",)
    assert table.versions_of("GET", "/registered_models/7") == ("v1", "v1alpha3")
    assert table.versions_of("GET", "/experiments") == ("v1alpha3",)
    for schema in ("RegisteredModel", "RegisteredModelCreate", "RegisteredModelUpdate"):
        assert table.FIELD_VERSIONS[schema] == {"colour": ("v1",)}
        assert table.VALUE_VERSIONS[f"{schema}.state"] == {"FROZEN": ("v1",)}
    assert table.VALUE_VERSIONS["RegisteredModelState"] == {"FROZEN": ("v1",)}
    assert table.SCHEMA_VERSIONS["Lineage"] == ("v1",)
    assert table.PARAMETER_VERSIONS == {"get_artifacts": {"since": ("v1",)}}


def test_path_parameters_are_called_as_in_v1_and_nothing_is_lost() -> None:
    union = unite(prepared())
    names = {op["operationId"]: [each["name"] for each in op["parameters"] if each["in"] == "path"]
             for _, _, op, _ in operations(union.document)}  # fmt: skip
    assert names["getRegisteredModelVersions"] == ["registered_model_id"]
    assert names["getExperiment"] == ["experimentId"]
    for document in prepared().values():
        assert set(document["components"]["schemas"]) <= set(union.document["components"]["schemas"])
        assert {op["operationId"] for _, _, op, _ in operations(document)} <= set(names)


def test_a_field_that_moved_to_a_base_is_no_difference() -> None:
    def move(document: Document, schemas: Schemas) -> None:
        part = fields(schemas, "RegisteredModelUpdate")
        schemas["Owned"] = {"type": "object", "properties": {"owner": part["properties"].pop("owner")}}
        schemas["RegisteredModelUpdate"]["allOf"].insert(0, {"$ref": "#/components/schemas/Owned"})

    union = with_v1(move)
    assert "RegisteredModel" not in union.fields
    assert union.schemas["Owned"] == ("v1",)


def _required(schemas: Schemas, name: str, field: str) -> None:
    fields(schemas, name).setdefault("required", []).append(field)


def _new_required(schemas: Schemas, name: str) -> None:
    fields(schemas, name)["properties"]["colour"] = {"type": "string"}
    _required(schemas, name, "colour")


CONTRADICTIONS: dict[str, tuple[Callable[[Document, Schemas], Any], str]] = {
    "a type": (
        lambda d, s: fields(s, "RegisteredModelUpdate")["properties"]["owner"].update(type="integer"),
        "RegisteredModelUpdate.owner (type integer in v1, type string in v1alpha3)",
    ),
    "nullable": (
        lambda d, s: fields(s, "RegisteredModelUpdate")["properties"]["owner"].update(nullable=True),
        "RegisteredModelUpdate.owner (nullable True in v1",
    ),
    "a format": (
        lambda d, s: fields(s, "RegisteredModelUpdate")["properties"]["owner"].update(format="date-time"),
        "RegisteredModelUpdate.owner (format date-time in v1",
    ),
    "required": (
        lambda d, s: _required(s, "RegisteredModelCreate", "owner"),
        "RegisteredModelCreate.owner (required in v1, optional in v1alpha3)",
    ),
    "required in an answer": (
        lambda d, s: s["BaseResourceDates"].update(required=["createTimeSinceEpoch"]),
        "BaseResourceDates.createTimeSinceEpoch (required in v1, optional in v1alpha3)",
    ),
    "a new field that requests must hold": (
        lambda d, s: _new_required(s, "RegisteredModelCreate"),
        "RegisteredModelCreate.colour (required in v1, not there in v1alpha3)",
    ),
    "a body": (
        lambda d, s: operation(d, "createArtifact")["requestBody"].update(required=False),
        "operation createArtifact body",
    ),
    "an answer": (
        lambda d, s: operation(d, "getArtifact")["responses"].update(
            {"200": {"$ref": "#/components/responses/ModelVersionResponse"}}
        ),
        "operation getArtifact 200",
    ),
    "an operation's name": (
        lambda d, s: operation(d, "getArtifact").update(operationId="readArtifact"),
        "operation readArtifact (readArtifact in v1, getArtifact in v1alpha3)",
    ),
    "a parameter": (
        lambda d, s: operation(d, "getArtifacts")["parameters"].append(
            {"name": "since", "in": "query", "required": True, "schema": {"type": "string"}}
        ),
        "getArtifacts.since (required in v1, not there in v1alpha3)",
    ),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_a_contradiction_stops_the_build(case: str) -> None:
    change, place = CONTRADICTIONS[case]
    with pytest.raises(ContractError) as caught:
        with_v1(change)
    assert place in str(caught.value)
    assert "x-repair" in str(caught.value)


def test_a_new_field_that_only_answers_hold_is_optional() -> None:
    def add(document: Document, schemas: Schemas) -> None:
        schemas["BaseResourceDates"]["properties"]["revision"] = {"type": "string", "readOnly": True}
        schemas["BaseResourceDates"]["required"] = ["revision"]

    union = with_v1(add)
    assert union.fields["RegisteredModel"] == {"revision": ("v1",)}
    assert "required" not in union.document["components"]["schemas"]["BaseResourceDates"]
