"""The generated client has all of the contract, reads what a newer server sends, and loads only what is used."""

from __future__ import annotations

import copy
import importlib
import inspect
import json
import pickle
import re
import subprocess
import sys
from enum import StrEnum
from typing import Any

import httpx
import pytest

import modelreg_rest
import modelreg_rest.models
from modelreg_rest import AuthenticatedClient, Client
from modelreg_rest.api.model_registry_service import (
    create_artifact,
    create_registered_model,
    get_artifacts,
    get_model_versions,
    get_registered_model,
    get_registered_model_versions,
)
from modelreg_rest.errors import InvalidField
from modelreg_rest.models import (
    ArtifactList,
    ArtifactState,
    CustomProperties,
    DocArtifact,
    DocArtifactCreate,
    Metric,
    ModelArtifact,
    OrderByField,
    RegisteredModel,
    RegisteredModelCreate,
    RegisteredModelState,
    SortOrder,
    UnknownArtifact,
    UnknownMetadataValue,
)
from scripts.contract_steps.document import operations
from tests.contract.published import ROOT, contract

SCHEMAS = contract("v1alpha3")["components"]["schemas"]
KINDS = SCHEMAS["Artifact"]["discriminator"]["mapping"]
TYPES = SCHEMAS["MetadataValue"]["discriminator"]["mapping"]
VALUES = {
    "MetadataIntValue": {"int_value": "2147483647"},
    "MetadataDoubleValue": {"double_value": 0.5},
    "MetadataStringValue": {"string_value": ""},
    "MetadataStructValue": {"struct_value": '{"a": [1, null]}'},
    "MetadataProtoValue": {"type": "a.b", "proto_value": "AA=="},
    "MetadataBoolValue": {"bool_value": False},
}


def page(*items: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(items), "nextPageToken": "", "pageSize": 0, "size": len(items)}


def client_for(status: int, answer: object) -> Client:
    """Return a client whose every request gets one answer."""
    transport = httpx.MockTransport(lambda request: httpx.Response(status, json=answer))
    return Client(base_url="http://any.host/prefix", httpx_args={"transport": transport})


def test_every_operation_is_a_module_in_sync_and_async() -> None:
    folder = ROOT / "generated" / "modelreg_rest" / "api" / "model_registry_service"
    # The path parameters are called as in v1.
    wanted = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", op["operationId"]).lower(): (method, path)
              for version in ("v1alpha3", "v1") for path, method, op, _ in operations(contract(version))}  # fmt: skip
    assert {module.stem for module in folder.glob("*.py")} - {"__init__"} == set(wanted)
    assert len(wanted) == 56
    for name, (method, path) in wanted.items():
        endpoint = importlib.import_module(f"modelreg_rest.api.model_registry_service.{name}")
        assert callable(endpoint.sync_detailed)
        assert callable(endpoint.asyncio_detailed)
        arguments = [*inspect.signature(endpoint.sync_detailed).parameters]
        assert [*inspect.signature(endpoint.request).parameters] == [each for each in arguments if each != "client"]
        source = (folder / f"{name}.py").read_text(encoding="utf-8")
        assert f'"method": "{method}"' in source
        assert (
            re.sub(r"{(\w+)}", lambda m: "{" + re.sub("(?<=[a-z])(?=[A-Z])", "_", m[1]).lower() + "}", path) in source
        )


def test_every_schema_is_a_class_and_every_field_an_attribute() -> None:
    unions = {name for name, schema in SCHEMAS.items() if "oneOf" in schema}
    assert unions == {"Artifact", "ArtifactCreate", "ArtifactUpdate", "MetadataValue"}
    classes = {name: getattr(modelreg_rest.models, name) for name in SCHEMAS if name not in unions}
    extra = set(modelreg_rest.models.__all__) - set(classes)
    # Beside the schemas: the kinds and types as enums of one value, and what this client does not know.
    assert {name for name in extra if not re.search("(Artifact|Metadata)Type$", name)} == {
        "UnknownArtifact",
        "UnknownMetadataValue",
    }
    for name, schema in SCHEMAS.items():
        for part in [schema, *schema.get("allOf", [])] if name in classes else []:
            for field in part.get("properties", {}):
                attribute = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", field).lower().removesuffix("_")
                fields = classes[name].__annotations__
                assert attribute in fields or f"{attribute}_" in fields, f"{name}.{field}"


@pytest.mark.parametrize("kind", KINDS)
def test_an_artifact_is_read_as_what_it_is(kind: str) -> None:
    sent = {"artifactType": kind, "id": "12345678901", "name": "n", "customProperties": {}, "later": {"field": 1}}
    parsed = get_artifacts.sync(client=client_for(200, page(sent)))
    assert isinstance(parsed, ArtifactList)
    assert type(parsed.items[0]).__name__ == KINDS[kind].rsplit("/", 1)[1]
    assert parsed.items[0].to_dict() == sent


@pytest.mark.parametrize("name", TYPES)
def test_a_property_is_read_as_what_it_is(name: str) -> None:
    sent = {"key": {"metadataType": name, **VALUES[name]}}
    parsed = CustomProperties.from_dict(sent)
    assert type(parsed["key"]).__name__ == name
    assert parsed.to_dict() == sent


@pytest.mark.parametrize(("reader", "tag"), [(DocArtifact, "model-artifact"), (ModelArtifact, "nothing known")])
def test_a_kind_does_not_read_another(reader: Any, tag: str) -> None:
    with pytest.raises(InvalidField, match=tag):
        reader.from_dict({"artifactType": tag})
    with pytest.raises(InvalidField) as caught:
        reader.from_dict({})
    assert (caught.value.schema, caught.value.field) == (reader.__name__, "artifactType")


UNREADABLE: dict[str, tuple[Any, object, str]] = {
    "an artifact without a kind": (ArtifactList, page({"name": "n"}), "UnknownArtifact.artifactType: is missing"),
    "a null": (RegisteredModel, {"name": None}, "RegisteredModel.name: is null"),
    "a null for an object": (RegisteredModel, {"name": "m", "customProperties": None}, "customProperties: is null"),
    "a null within a list": (ArtifactList, page({"artifactType": "metric", "value": None}), "Metric.value: is null"),
    "no list": (ArtifactList, {**page(), "items": None}, "ArtifactList.items: is null"),
    "no object": (RegisteredModel, None, "RegisteredModel: "),
    "no number": (ArtifactList, {**page(), "size": "many"}, "ArtifactList.size: invalid literal"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_named_by_schema_and_field(case: str) -> None:
    reader, given, message = UNREADABLE[case]
    with pytest.raises(InvalidField) as caught:
        reader.from_dict(given)
    assert message in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_null_that_nothing_is_said_of_is_kept() -> None:
    assert RegisteredModel.from_dict({"name": "m", "later": None}).to_dict() == {"name": "m", "later": None}


def test_the_kind_is_said_without_being_asked() -> None:
    assert DocArtifactCreate(name="card").to_dict() == {"artifactType": "doc-artifact", "name": "card"}


def test_an_unknown_kind_is_kept_whole_among_the_known() -> None:
    strange = {"artifactType": "prompt", "id": "7", "customProperties": {"a": 1}, "body": ["x"]}
    parsed = get_artifacts.sync(client=client_for(200, page({"artifactType": "metric", "value": 1.5}, strange)))
    assert isinstance(parsed, ArtifactList)
    assert isinstance(parsed.items[0], Metric)
    assert isinstance(parsed.items[1], UnknownArtifact)
    assert parsed.items[1].artifact_type == "prompt"
    assert parsed.items[1]["body"] == ["x"]
    assert parsed.items[1].to_dict() == strange


@pytest.mark.parametrize("strange", [{"metadataType": "MetadataDateValue", "date_value": "2026"}, {"value": 1}, {}])
def test_an_unknown_type_of_property_is_kept_whole(strange: dict[str, Any]) -> None:
    parsed = CustomProperties.from_dict(
        {"known": {"metadataType": "MetadataBoolValue", "bool_value": True}, "k": strange}
    )
    assert isinstance(parsed["k"], UnknownMetadataValue)
    assert parsed.to_dict()["k"] == strange


@pytest.mark.parametrize("wrong", [{"metadataType": "MetadataIntValue"}, {"metadataType": "MetadataBoolValue", "x": 1}])
def test_a_known_type_with_a_wrong_shape_is_an_error(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidField, match="_value: is missing"):
        CustomProperties.from_dict({"k": wrong})


@pytest.mark.parametrize("wrong", [None, "text", 3, ["list"]])
def test_a_property_that_is_no_object_is_an_error(wrong: object) -> None:
    with pytest.raises(InvalidField, match=r"CustomProperties.k: .* cannot be read from"):
        CustomProperties.from_dict({"k": wrong})


def test_an_unknown_state_does_not_break_an_answer() -> None:
    sent = {"id": "1", "name": "m", "state": "FROZEN"}
    parsed = get_registered_model.sync("1", client=client_for(200, sent))
    assert isinstance(parsed, RegisteredModel)
    assert parsed.state == "FROZEN"
    assert isinstance(parsed.state, RegisteredModelState)
    assert parsed.to_dict() == sent


LENIENT = [name for name, schema in SCHEMAS.items() if "enum" in schema]


@pytest.mark.parametrize("name", LENIENT)
def test_an_enum_keeps_what_it_does_not_know(name: str) -> None:
    enum: type[StrEnum] = getattr(modelreg_rest.models, name)
    known = SCHEMAS[name]["enum"]
    assert [str(enum(value)) for value in known] == known
    later = enum("LATER")
    assert (str(later), later.value, later.name, later) == ("LATER", "LATER", "LATER", "LATER")
    assert later == enum("LATER")
    assert hash(later) == hash(enum("LATER"))
    assert isinstance(later, enum)
    assert later not in list(enum)
    assert pickle.loads(pickle.dumps(later)) == copy.deepcopy(later) == later
    assert json.loads(json.dumps({"state": later})) == {"state": "LATER"}
    with pytest.raises(ValueError, match="3"):
        enum(3)


def test_an_unknown_order_is_sent_as_it_is() -> None:
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, json=page())

    client = Client(base_url="http://any.host/prefix", httpx_args={"transport": httpx.MockTransport(answer)})
    get_model_versions.sync(client=client, order_by=OrderByField("NAME"), page_size="5")
    assert str(asked[0]) == "http://any.host/prefix/model_versions?pageSize=5&orderBy=NAME"


@pytest.mark.parametrize("step", [3, "3", 12345678901])
def test_a_step_is_read_from_text_and_number_and_sent_as_a_number(step: int | str) -> None:
    read = Metric.from_dict({"artifactType": "metric", "step": step, "timestamp": "99999999999999"})
    assert read.step == int(step)
    assert read.to_dict()["step"] == int(step)


def test_numbers_of_a_page_are_read_from_text() -> None:
    read = ArtifactList.from_dict({"items": [], "nextPageToken": "", "pageSize": "7", "size": "0"})
    assert (read.page_size, read.size) == (7, 0)


def test_a_request_is_what_httpx_is_given() -> None:
    ordered = get_registered_model_versions.request(
        "1/7", page_size="500", order_by=OrderByField.ID, sort_order=SortOrder.ASC
    )
    assert ordered == {
        "method": "get",
        "url": "/registered_models/1%2F7/versions",
        "params": {"pageSize": "500", "orderBy": "ID", "sortOrder": "ASC"},
    }
    assert get_registered_model.request(registered_model_id="17") == {"method": "get", "url": "/registered_models/17"}
    assert create_registered_model.request(body=RegisteredModelCreate.from_dict({"name": "m", "owner": "ana"})) == {
        "method": "post",
        "url": "/registered_models",
        "json": {"name": "m", "owner": "ana"},
        "headers": {"Content-Type": "application/json"},
    }


def test_a_union_is_sent_by_its_members_words() -> None:
    bodies: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(201, json={"artifactType": "doc-artifact", "state": "LIVE"})

    client = Client(base_url="http://any.host", httpx_args={"transport": httpx.MockTransport(answer)})
    parsed = create_artifact.sync(client=client, body=DocArtifactCreate(name="n", state=ArtifactState.LIVE))
    assert json.loads(bodies[0]) == {"artifactType": "doc-artifact", "name": "n", "state": "LIVE"}
    assert isinstance(parsed, DocArtifact)


def test_names_that_are_not_there_are_an_attribute_error() -> None:
    for module in (modelreg_rest, modelreg_rest.models):
        with pytest.raises(AttributeError, match="Nothing"):
            _ = module.Nothing  # type: ignore[attr-defined]
    assert set(modelreg_rest.models.__all__) <= set(dir(modelreg_rest.models))
    found = {name: getattr(modelreg_rest, name) for name in modelreg_rest.__all__}
    assert found == {"AuthenticatedClient": AuthenticatedClient, "Client": Client, "__version__": "1.0.0"}


@pytest.mark.parametrize(
    ("statement", "loaded"),
    [
        ("import modelreg_rest, modelreg_rest.models, modelreg_rest.api", set()),
        ("from modelreg_rest.models import SortOrder", {"sort_order"}),
        (
            "from modelreg_rest.api.model_registry_service import get_registered_models",
            set(),
        ),
    ],
)
def test_only_what_is_used_is_loaded(statement: str, loaded: set[str]) -> None:
    lines = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT / "generated", capture_output=True, text=True, check=True
    )
    modules = set(run.stdout.split())
    prefix = "modelreg_rest.models."
    assert {name.removeprefix(prefix) for name in modules if name.startswith(prefix)} == loaded
    assert "httpx" not in modules
