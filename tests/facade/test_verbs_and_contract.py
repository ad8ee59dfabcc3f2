"""What the contract lets a client write, some verb writes; what a verb takes, the contract has."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
import yaml

from modelreg import AsyncModelRegistry, ModelRegistry, RegistrationRequest
from modelreg._core.fields import fields_of
from modelreg._types import ARTIFACT_KINDS, Record

ROOT = Path(__file__).resolve().parents[2]
GROUPS = {
    "models": "RegisteredModel",
    "versions": "ModelVersion",
    "serving_environments": "ServingEnvironment",
    "inference_services": "InferenceService",
    "serve_models": "ServeModel",
    "experiments": "Experiment",
    "runs": "ExperimentRun",
    "artifacts": "ModelArtifact DocArtifact DataSet Metric Parameter",
}
# How a verb says what the contract calls otherwise: a parent, or lineage as one argument.
SAID_AS = {
    "customProperties": "properties",
    "registeredModelId": "model_id",
    "modelVersionId": "version_id",
    "servingEnvironmentId": "environment_id",
    "experimentId": "experiment_id",
    "artifactType": "kind",
    **{f"modelSource{part}": "source" for part in ("Kind", "Class", "Group", "Id", "Name")},
}


def contract() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "openapi" / "model-registry.yaml").read_text(encoding="utf-8"))
    return loaded["components"]["schemas"]


def fields(schemas: dict[str, Any], name: str) -> set[str]:
    schema = schemas[name]
    found = set(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        found |= fields(schemas, part["$ref"].rpartition("/")[2]) if "$ref" in part else set(part["properties"])
    return found


def words(record_name: str) -> dict[str, str]:
    kinds = {record.__name__: record for record in Record.__subclasses__() + list(ARTIFACT_KINDS.values())}
    return {field.wire: field.name for field in fields_of(kinds[record_name])} | SAID_AS


@pytest.mark.parametrize("registry", [ModelRegistry, AsyncModelRegistry])
@pytest.mark.parametrize("group", GROUPS)
def test_every_writable_field_has_an_argument(group: str, registry: type[Any], tmp_path: Path) -> None:
    verbs = getattr(registry(tmp_path / "registry.db"), group)
    schemas = contract()
    for record in GROUPS[group].split():
        for verb, schema in (("upsert", f"{record}Create"), ("update", f"{record}Update")):
            if verb == "update" and group == "serve_models":
                # The contract describes a body that no operation takes.
                assert not hasattr(verbs, verb)
                continue
            arguments = set(inspect.signature(getattr(verbs, verb)).parameters)
            wanted = {words(record)[field] for field in fields(schemas, schema)}
            fixed = {"kind"} if verb == "update" else set()
            assert wanted - fixed <= arguments, (record, verb)


def test_register_and_its_request_take_the_same() -> None:
    said = set(inspect.signature(ModelRegistry.register).parameters) - {"self"}
    assert said == set(inspect.signature(RegistrationRequest).parameters)
    assert said == set(inspect.signature(AsyncModelRegistry.register).parameters) - {"self"}


def test_every_group_has_its_verbs(tmp_path: Path) -> None:
    registry = ModelRegistry(tmp_path / "registry.db")
    states = {"models": "archive restore", "versions": "archive restore", "inference_services": "deploy undeploy"}
    states["inference_services"] += " get_model get_version"
    states |= {
        "experiments": "archive restore",
        "runs": "archive restore log_metric log_params metric_history log_metrics list_artifacts",
    }
    for group in GROUPS:
        for verb in f"get find list upsert plan_upsert {states.get(group, '')}".split():
            assert callable(getattr(getattr(registry, group), verb)), (group, verb)


@pytest.mark.parametrize("registry", [ModelRegistry, AsyncModelRegistry])
def test_no_public_verb_takes_just_anything(registry: type[Any], tmp_path: Path) -> None:
    made = registry(tmp_path / "registry.db")
    for owner in (made, *(getattr(made, group) for group in GROUPS)):
        for name, verb in inspect.getmembers(owner, callable):
            if not name.startswith("_"):
                kinds = {parameter.kind for parameter in inspect.signature(verb).parameters.values()}
                assert inspect.Parameter.VAR_KEYWORD not in kinds, name
                assert verb.__doc__, name
