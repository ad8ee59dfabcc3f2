"""The embedded registry serves exactly the operations of the contracts, and names exactly their fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from modelreg.local._registry.resource_table import ARTIFACT, RESOURCES
from modelreg.local._registry.routes import ROUTES

OPENAPI = Path(__file__).parents[2] / "openapi"
CONTRACTS = {"v1alpha3": ("model-registry.yaml", 56), "v1": ("model-registry-v1.yaml", 40)}


def read_contract(version: str) -> dict[str, Any]:
    contract: dict[str, Any] = yaml.safe_load((OPENAPI / CONTRACTS[version][0]).read_text("utf-8"))
    return contract


@pytest.mark.parametrize("version", CONTRACTS)
def test_every_operation_of_the_contract_is_served_and_no_other(version: Any) -> None:
    wanted = {
        (tuple(None if each.startswith("{") else each for each in path.strip("/").split("/")), method.upper())
        for path, methods in read_contract(version)["paths"].items()
        for method in methods
        if method in ("get", "post", "patch", "put", "delete")
    }
    served = {(path, method) for path, methods in ROUTES[version].items() for method in methods}
    assert served == wanted
    assert len(served) == CONTRACTS[version][1]


def fields_of(contract: dict[str, Any], name: str) -> set[str]:
    schema = contract["components"]["schemas"][name]
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if "$ref" in part:
            waiting.append(contract["components"]["schemas"][part["$ref"].rpartition("/")[2]])
        waiting.extend(part.get("allOf", ()))
        found |= set(part.get("properties", ()))
    return found


SCHEMAS = {
    "RegisteredModel": "registered_model",
    "ModelVersion": "model_version",
    "ServingEnvironment": "serving_environment",
    "InferenceService": "inference_service",
    "ServeModel": "serve_model",
    "Experiment": "experiment",
    "ExperimentRun": "experiment_run",
}
BESIDES = {"id", "createTimeSinceEpoch", "lastUpdateTimeSinceEpoch", "customProperties"}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_resource_has_the_fields_of_its_schema(schema: str) -> None:
    described = RESOURCES[SCHEMAS[schema]]
    contract = read_contract("v1alpha3")
    assert {each.wire for each in described.fields} | BESIDES == fields_of(contract, schema)
    creatable = {each.wire for each in described.fields if each.settable} | {"customProperties"}
    assert creatable == fields_of(contract, f"{schema}Create")
    editable = {each.wire for each in described.fields if each.editable} | {"customProperties"}
    assert editable == fields_of(contract, f"{schema}Update")


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ("ModelArtifact", "model-artifact"),
        ("DocArtifact", "doc-artifact"),
        ("DataSet", "dataset-artifact"),
        ("Metric", "metric"),
        ("Parameter", "parameter"),
    ],
)
def test_a_kind_of_artifact_has_the_fields_of_its_schema(schema: str, kind: str) -> None:
    described = {each.wire for each in ARTIFACT.variants[kind].fields}
    contract = read_contract("v1alpha3")
    assert described | {"artifactType", "customProperties"} == fields_of(contract, f"{schema}Create")
    assert (described - {"name"}) | {"artifactType", "customProperties"} == fields_of(contract, f"{schema}Update")
    assert described | BESIDES | {"artifactType", "experimentId", "experimentRunId"} == fields_of(contract, schema)
