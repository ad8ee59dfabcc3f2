"""Changes of a published file, one of each kind, and whom each breaks."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from attrs import frozen

from scripts.contract_steps.document import Document, resolve
from tests.contract.published import operation

Change = Callable[[Document, dict[str, Any]], object]
NOBODY, SENDER, READER, BOTH, PACKAGE = "", "sender", "reader", "reader sender", "package"
REF = "#/components/schemas/"


@frozen
class Mutation:
    """A change of a file.

    Attributes:
        name: What changes.
        before: What is done to the file to have something to change; most need nothing.
        change: The change.
        breaks: Whom it breaks; None when nothing changes on the wire.
        back: Whom the change back breaks; None when nothing changes on the wire.
    """

    name: str
    change: Change
    breaks: str | None
    back: str | None
    before: Change = lambda document, schemas: None


def own(schemas: dict[str, Any], name: str) -> Document:
    """Return the part of a schema that holds its own fields."""
    schema: Document = schemas[name]
    return next((part for part in schema.get("allOf", []) if "properties" in part), schema)


def field(schemas: dict[str, Any], name: str, key: str) -> Document:
    """Return a field of a schema."""
    found: Document = own(schemas, name)["properties"][key]
    return found


def sent(**update: Any) -> Change:
    """Change a field that requests hold and responses too: the owner of a registered model."""
    return lambda document, schemas: field(schemas, "RegisteredModelUpdate", "owner").update(update)


def read(**update: Any) -> Change:
    """Change a field that only responses hold: the message of an error."""
    return lambda document, schemas: field(schemas, "Error", "message").update(update)


def asked(**update: Any) -> Change:
    """Change the schema of a query parameter."""

    def change(document: Document, schemas: dict[str, Any]) -> None:
        del schemas
        document["components"]["parameters"]["filterQuery"]["schema"].update(update)

    return change


def _rename(old: str, new: str) -> Change:
    def change(document: Document, schemas: dict[str, Any]) -> None:
        schemas[new] = schemas.pop(old)
        _repoint(document, f"{REF}{old}", f"{REF}{new}")

    return change


def _repoint(node: Any, old: str, new: str) -> None:
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if value == old:
            node[key] = new
        else:
            _repoint(value, old, new)


def _to_a_base(document: Document, schemas: dict[str, Any]) -> None:
    del document
    part = own(schemas, "RegisteredModelUpdate")
    schemas["Owned"] = {"type": "object", "properties": {"owner": part["properties"].pop("owner")}}
    schemas["RegisteredModelUpdate"]["allOf"].insert(0, {"$ref": f"{REF}Owned"})


def _nine_more(document: Document, schemas: dict[str, Any]) -> None:
    del document
    fields = {f"fact{number}": {"type": "string"} for number in range(9)}
    schemas["Facts"] = {"type": "object", "properties": fields}
    schemas["ServeModelUpdate"]["allOf"].append({"$ref": f"{REF}Facts"})


def _inline(document: Document, schemas: dict[str, Any]) -> None:
    """Put a named schema's text where it is referred to."""
    response = document["components"]["responses"]["ErrorInline"] = copy.deepcopy(
        document["components"]["responses"]["BadRequest"]
    )
    response["content"]["application/json"]["schema"] = copy.deepcopy(schemas["Error"])
    operation(document, "getArtifact")["responses"]["400"] = {"$ref": "#/components/responses/ErrorInline"}


def _parameter(**parameter: Any) -> Change:
    def change(document: Document, schemas: dict[str, Any]) -> None:
        del schemas
        given = {"name": "since", "in": "query", "schema": {"type": "string"}, **parameter}
        operation(document, "getArtifact").setdefault("parameters", []).append(given)

    return change


def _last_parameter(**update: Any) -> Change:
    def change(document: Document, schemas: dict[str, Any]) -> None:
        del schemas
        operation(document, "getArtifact")["parameters"][-1].update(update)

    return change


def _response(status: str, **update: Any) -> Change:
    def change(document: Document, schemas: dict[str, Any]) -> None:
        del schemas
        found = operation(document, "getArtifact")["responses"]
        before = resolve(document, found.get(status, {"description": ""}))
        found[status] = {**copy.deepcopy(before), **update}

    return change


def _header(**header: Any) -> Change:
    return _response("200", headers={"X-Total": {"schema": {"type": "integer"}, **header}})


def _operation(identity: str, **update: Any) -> Change:
    return lambda document, schemas: operation(document, identity).update(update)


def _new_operation(document: Document, schemas: dict[str, Any]) -> None:
    del schemas
    extra = {**copy.deepcopy(operation(document, "getArtifacts")), "operationId": "getThings"}
    document["paths"]["/api/model_registry/v1/things"] = {"get": extra}


def _moved_operation(document: Document, schemas: dict[str, Any]) -> None:
    del schemas
    paths = document["paths"]
    paths["/api/model_registry/v1/the_artifact"] = paths.pop("/api/model_registry/v1/artifact")


def _renamed_path_parameter(document: Document, schemas: dict[str, Any]) -> None:
    del schemas
    paths = document["paths"]
    item = paths["/api/model_registry/v1/artifacts/{artifact_id}"] = paths.pop("/api/model_registry/v1/artifacts/{id}")
    for parameter in item["parameters"]:
        parameter["name"] = "artifact_id"


def _kind(document: Document, schemas: dict[str, Any]) -> None:
    del document
    schemas["Prompt"] = {"type": "object", "properties": {"artifactType": {"type": "string"}}}
    schemas["Artifact"]["oneOf"].append({"$ref": f"{REF}Prompt"})
    schemas["Artifact"]["discriminator"]["mapping"]["prompt"] = f"{REF}Prompt"


def _extra(value: Any, name: str = "ServeModelUpdate") -> Change:
    return lambda document, schemas: own(schemas, name).update(additionalProperties=value)


def _entries(**update: Any) -> Change:
    """Change what a map of an error holds, which only responses have."""

    def change(document: Document, schemas: dict[str, Any]) -> None:
        del document
        own(schemas, "Error")["properties"]["details"] = {"type": "object", "additionalProperties": {**update}}

    return change


def _items(name: str, **update: Any) -> Change:
    """Change the items of a list: of the owner's tags, or of an error's hints."""
    owner, key = {"sent": ("RegisteredModelUpdate", "tags"), "read": ("Error", "hints")}[name]
    array = {"type": "array", "items": {"type": "string", **update}}
    return lambda document, schemas: own(schemas, owner)["properties"].update({key: array})


def _inner(name: str, **fields: Any) -> Change:
    """Change an object that stands inline in a field."""
    owner = {"sent": "RegisteredModelUpdate", "read": "Error"}[name]
    node = {"type": "object", "properties": {"a": {"type": "string"}, **fields}}
    return lambda document, schemas: own(schemas, owner)["properties"].update(inner=copy.deepcopy(node))


def _require(name: str, *keys: str) -> Change:
    def change(document: Document, schemas: dict[str, Any]) -> None:
        del document
        part = own(schemas, name)
        part["required"] = [*part.get("required", []), *keys]

    return change


def _add(name: str, key: str, node: Document) -> Change:
    return lambda document, schemas: own(schemas, name)["properties"].update({key: node})


STRUCTURE = (
    Mutation("a field moves to a new base", _to_a_base, None, None),
    Mutation("a base brings nine fields", _nine_more, NOBODY, BOTH),
    Mutation("a schema is called otherwise", _rename("RegisteredModel", "Model"), NOBODY, NOBODY),
    Mutation("a base is called otherwise", _rename("BaseResource", "Base"), None, None),
    Mutation("a named schema stands inline", _inline, None, None),
    Mutation("keys in another order", lambda d, s: d.update(paths=dict(reversed(d["paths"].items()))), None, None),
    Mutation("words", lambda d, s: d["info"].update(description="Other words."), None, None),
    Mutation("an example", sent(example="ana"), None, None),
    Mutation("an extension", sent(**{"x-order": 3}), None, None),
    Mutation(
        "a reference alone in allOf",
        lambda d, s: own(s, "RegisteredModelUpdate")["properties"].update(
            state={"allOf": [{"$ref": f"{REF}RegisteredModelState"}]}
        ),
        None,
        None,
    ),
)
FIELDS = (
    Mutation("a field", _add("RegisteredModelUpdate", "colour", {"type": "string"}), NOBODY, BOTH),
    Mutation("a field of responses", _add("Error", "hint", {"type": "string"}), NOBODY, READER),
    Mutation("a field becomes required in requests", _require("RegisteredModelCreate", "owner"), SENDER, READER),
    Mutation(
        "a field becomes required in responses", _require("BaseResourceDates", "createTimeSinceEpoch"), NOBODY, READER
    ),
    Mutation("a type", sent(type="integer"), BOTH, BOTH),
    Mutation("integer to number in requests", asked(type="number"), NOBODY, SENDER, asked(type="integer")),
    Mutation("integer to number in responses", read(type="number"), READER, NOBODY, read(type="integer")),
    Mutation("nullable, both ways", sent(nullable=True), READER, SENDER),
    Mutation("nullable in responses", read(nullable=True), READER, NOBODY),
    Mutation("nullable in requests", asked(nullable=True), NOBODY, SENDER),
    Mutation("read-only", sent(readOnly=True), SENDER, NOBODY),
    Mutation("write-only", sent(writeOnly=True), READER, NOBODY),
    Mutation("a default", sent(default="ana"), NOBODY, NOBODY),
    Mutation("deprecated", sent(deprecated=True), NOBODY, NOBODY),
)
BOUNDS = (
    Mutation("a longer maxLength", sent(maxLength=300), NOBODY, SENDER, sent(maxLength=200)),
    Mutation("a maxLength", sent(maxLength=200), SENDER, NOBODY),
    Mutation("a maxLength of responses", read(maxLength=200), NOBODY, NOBODY),
    Mutation("a minLength", sent(minLength=1), SENDER, NOBODY),
    Mutation("a minLength of nothing", sent(minLength=0), None, None),
    Mutation("a pattern", sent(pattern="^a"), SENDER, NOBODY),
    Mutation("another pattern", sent(pattern="^b"), SENDER, SENDER, sent(pattern="^a")),
    Mutation("a minimum", asked(minimum=3), SENDER, NOBODY, asked(type="integer", minimum=2)),
    Mutation("a maximum", asked(maximum=3), NOBODY, SENDER, asked(type="integer", maximum=2)),
    Mutation("an exclusive maximum", asked(exclusiveMaximum=True), SENDER, NOBODY, asked(type="integer", maximum=2)),
    Mutation("a multiple", asked(multipleOf=4), SENDER, NOBODY, asked(type="integer", multipleOf=2)),
    Mutation("fewer items", asked(maxItems=3), SENDER, NOBODY, asked(type="array", items={"type": "string"})),
    Mutation("unique items", asked(uniqueItems=True), SENDER, NOBODY, asked(type="array", items={"type": "string"})),
    Mutation("a format of requests", asked(format="date-time"), SENDER, NOBODY),
    Mutation("a format of responses", read(format="date-time"), NOBODY, READER),
    Mutation("int32 to int64", asked(format="int64"), NOBODY, SENDER, asked(type="integer", format="int32")),
)
VALUES = (
    Mutation("free text to enum in requests", asked(enum=["a", "b"]), SENDER, NOBODY),
    Mutation("free text to enum in responses", read(enum=["a", "b"]), NOBODY, NOBODY),
    Mutation("an enum value", lambda d, s: s["RegisteredModelState"]["enum"].append("FROZEN"), NOBODY, SENDER),
    Mutation("an enum value of responses", read(enum=["a", "b"]), NOBODY, NOBODY, read(enum=["a"])),
    Mutation("a value of an inline enum of a parameter", asked(enum=["a", "b"]), NOBODY, SENDER, asked(enum=["a"])),
    Mutation("enum values in another order", asked(enum=["b", "a"]), None, None, asked(enum=["a", "b"])),
)
NESTED = (
    Mutation("the items of a list in requests", _items("sent", maxLength=3), SENDER, NOBODY, _items("sent")),
    Mutation("the type of items in responses", _items("read", type="integer"), READER, READER, _items("read")),
    Mutation("an enum of items", _items("sent", enum=["a"]), SENDER, NOBODY, _items("sent")),
    Mutation("a field of an inline object", _inner("sent", b={"type": "string"}), NOBODY, BOTH, _inner("sent")),
    Mutation("a type within an inline object", _inner("read", a={"type": "integer"}), READER, READER, _inner("read")),
    Mutation("no more fields", _extra(False), SENDER, NOBODY),
    Mutation("more fields of a type", _extra({"type": "string"}), SENDER, READER),
    Mutation("what a map holds", _entries(type="integer"), READER, READER, _entries(type="string")),
)
EITHER = {"oneOf": [{"type": "string"}, {"type": "integer"}], "type": None}
UNIONS = (
    Mutation("a kind of artifact", _kind, NOBODY, SENDER),
    Mutation(
        "a value of a discriminator leads elsewhere",
        lambda d, s: s["Artifact"]["discriminator"]["mapping"].update(metric=f"{REF}Parameter"),
        BOTH,
        BOTH,
    ),
    Mutation(
        "a value of a discriminator",
        lambda d, s: s["Artifact"]["discriminator"]["mapping"].update(measure=f"{REF}Metric"),
        NOBODY,
        SENDER,
    ),
    Mutation(
        "another discriminator", lambda d, s: s["Artifact"]["discriminator"].update(propertyName="kind"), BOTH, BOTH
    ),
    Mutation("one type to either of two in responses", read(**EITHER), READER, NOBODY),
    Mutation("one type to either of two in requests", asked(**EITHER), NOBODY, SENDER),
)
OPERATIONS = (
    Mutation("an operation", _new_operation, NOBODY, BOTH),
    Mutation("an operation has another path", _moved_operation, SENDER, SENDER),
    Mutation("an operation is called otherwise", _operation("getArtifact", operationId="readArtifact"), NOBODY, NOBODY),
    Mutation("a path parameter is called otherwise", _renamed_path_parameter, NOBODY, NOBODY),
    Mutation("a tag is called otherwise", _operation("getArtifact", tags=["Artifacts"]), PACKAGE, PACKAGE),
    Mutation("an operation is deprecated", _operation("getArtifact", deprecated=True), NOBODY, NOBODY),
    Mutation("an operation needs no token", _operation("getArtifact", security=[]), NOBODY, SENDER),
    Mutation("a parameter", _parameter(), NOBODY, SENDER),
    Mutation("a required parameter", _parameter(required=True), SENDER, SENDER),
    Mutation("a parameter becomes required", _last_parameter(required=True), SENDER, NOBODY, _parameter()),
    Mutation("a parameter is deprecated", _last_parameter(deprecated=True), NOBODY, NOBODY, _parameter()),
    Mutation("a parameter is written otherwise", _last_parameter(explode=False), SENDER, SENDER, _parameter()),
    Mutation("the usual style is written out", _last_parameter(style="form", explode=True), None, None, _parameter()),
    Mutation(
        "a body becomes optional",
        lambda d, s: operation(d, "createArtifact")["requestBody"].update(required=False),
        NOBODY,
        SENDER,
    ),
    Mutation(
        "a further media type of a body",
        lambda d, s: operation(d, "createArtifact")["requestBody"]["content"].update({"text/plain": {"schema": {}}}),
        NOBODY,
        SENDER,
    ),
)
RESPONSES = (
    Mutation("a failure", _response("418", description=""), NOBODY, NOBODY),
    Mutation("another success", _response("202", description=""), READER, READER),
    Mutation("a success without content", _response("200", content={}), READER, NOBODY),
    Mutation("a failure of another media type", _response("400", content={"text/plain": {}}), NOBODY, NOBODY),
    Mutation("a header", _header(), NOBODY, READER),
    Mutation("the type of a header", _header(schema={"type": "string"}), READER, READER, _header()),
    Mutation("a header becomes required", _header(required=True), NOBODY, READER, _header()),
)
# Bounds that repairs of ours replace: the comparison is of the published files, so that they are seen.
REPAIRED = (
    Mutation(
        "the pattern of a value",
        lambda d, s: s["MetadataIntValue"]["properties"]["int_value"].update(pattern="^-?[0-9]+$"),
        SENDER,
        SENDER,
    ),
    Mutation(
        "the format of a struct",
        lambda d, s: s["MetadataStructValue"]["properties"]["struct_value"].update(format="json"),
        BOTH,
        SENDER,
    ),
)
ALL = (
    *STRUCTURE,
    *FIELDS,
    *BOUNDS,
    *VALUES,
    *NESTED,
    *UNIONS,
    *OPERATIONS,
    *RESPONSES,
    *REPAIRED,
)
