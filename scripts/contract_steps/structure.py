"""Decides what the structure of a contract is: a list of facts, each a place and what stands there.

Words, examples, links and key order are no facts. The facts say what a client is built on, so that two files can be
compared without their text: operations, parameters, bodies, status codes, schemas, fields, required-ness, enum values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from scripts.contract_steps.document import Document, operations, resolve

CONSTRAINTS = (
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "default",
    "nullable",
    "readOnly",
    "writeOnly",
    "not",
)


@frozen(order=True)
class Place:
    """Where a fact stands.

    Attributes:
        kind: api, operation, parameter, body, status, schema, base, member, field or value.
        owner: The operation or schema it belongs to.
        name: The parameter, status code, field or value; empty for the owner itself.
        aspect: What is said of it; empty for what it is.
    """

    kind: str
    owner: str
    name: str = ""
    aspect: str = ""

    def __str__(self) -> str:
        inner = " " if self.kind in ("parameter", "status") else "."
        named = f"{self.owner}{inner}{self.name}" if self.name else self.owner
        return f"{self.kind} {named}{' ' + self.aspect if self.aspect else ''}"


Facts = dict[Place, str]
LISTED = "listed"


def facts(document: Document) -> Facts:
    """Return the facts of a normalised document."""
    found: Facts = {Place("api", "security"): _names(key for entry in document.get("security", []) for key in entry)}
    for name, scheme in document["components"].get("securitySchemes", {}).items():
        found[Place("api", "security", name)] = f"{scheme.get('type')} {scheme.get('scheme', '')}".strip()
    for path, method, operation, item in operations(document):
        found.update(_operation(document, path, method, operation, item))
    for name, schema in document["components"].get("schemas", {}).items():
        found.update(_schema(name, schema))
    return found


def text(found: Facts) -> str:
    """Return facts as sorted lines."""
    return "".join(f"{place}: {found[place]}\n" for place in sorted(found))


def uses(document: Document) -> dict[str, frozenset[str]]:
    """Return for each schema whether requests and responses reach it: "request", "response"."""
    reached: dict[str, set[str]] = {name: set() for name in document["components"].get("schemas", {})}
    for _, _, operation, item in operations(document):
        sent = [operation.get("requestBody", {}), item.get("parameters", []), operation.get("parameters", [])]
        for way, roots in (("request", sent), ("response", [operation.get("responses", {})])):
            _reach(document, roots, way, reached, set())
    return {name: frozenset(ways) for name, ways in reached.items()}


def _reach(document: Document, node: Any, way: str, reached: dict[str, set[str]], seen: set[str]) -> None:
    if isinstance(node, list):
        for value in node:
            _reach(document, value, way, reached, seen)
    elif isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str):
            if reference in seen:
                return
            seen.add(reference)
            if reference.startswith("#/components/schemas/"):
                reached[reference.rsplit("/", 1)[1]].add(way)
            node = resolve(document, node)
        for key, value in node.items():
            if key not in ("links", "mapping"):
                _reach(document, value, way, reached, seen)


def _operation(document: Document, path: str, method: str, operation: Document, item: Document) -> Facts:
    owner = operation["operationId"]
    found: Facts = {
        Place("operation", owner): f"{method.upper()} {re.sub(r'{.*?}', '{}', path)}",
        Place("operation", owner, "", "tags"): _names(operation.get("tags", [])),
    }
    if "security" in operation:
        found[Place("operation", owner, "", "security")] = _names(k for entry in operation["security"] for k in entry)
    order = re.findall(r"{(.*?)}", path)
    for given in [*item.get("parameters", []), *operation.get("parameters", [])]:
        found.update(_parameter(owner, resolve(document, given), order))
    if "requestBody" in operation:
        body = resolve(document, operation["requestBody"])
        found[Place("body", owner)] = _content(body)
        found.update(_required(Place("body", owner), body.get("required")))
    for status, response in operation.get("responses", {}).items():
        found[Place("status", owner, str(status))] = _content(resolve(document, response))
    return found


def _parameter(owner: str, parameter: Document, order: list[str]) -> Facts:
    # What a path parameter is called never leaves the client: its position is what the wire knows.
    if parameter["in"] == "path" and parameter["name"] in order:
        place = Place("parameter", owner, f"path {order.index(parameter['name']) + 1}")
        found = {place: _type(parameter.get("schema", {})), _of(place, "name"): parameter["name"]}
    else:
        place = Place("parameter", owner, f"{parameter['in']} {parameter['name']}")
        found = {place: _type(parameter.get("schema", {}))}
    found.update(_required(place, parameter.get("required")))
    found.update(_constraints(place, parameter.get("schema", {})))
    for key in ("style", "explode"):
        if key in parameter:
            found[_of(place, key)] = str(parameter[key]).lower()
    return found


def _schema(name: str, schema: Document) -> Facts:
    owner = Place("schema", name)
    whole = {key: value for key, value in schema.items() if key not in ("allOf", "oneOf", "anyOf")}
    found = {owner: _type(whole) if whole.get("type") else "composed", **_constraints(owner, schema)}
    for value in schema.get("enum", []):
        found[Place("value", name, str(value))] = LISTED
    for kind, key in (("base", "allOf"), ("member", "oneOf"), ("member", "anyOf")):
        found.update({Place(kind, name, _last(part["$ref"])): LISTED for part in schema.get(key, []) if "$ref" in part})
    if "discriminator" in schema:
        found[_of(owner, "discriminator")] = schema["discriminator"]["propertyName"]
        for value, reference in schema["discriminator"].get("mapping", {}).items():
            found[Place("value", name, value)] = _last(reference)
    required: set[str] = set()
    fields: dict[str, Document] = {}
    for part in _parts(schema):
        required.update(part.get("required", []))
        for field, given in part.get("properties", {}).items():
            fields[field] = {**fields.get(field, {}), **given}
    for field in fields:
        place = Place("field", name, field)
        found[place] = _type(fields[field])
        found.update(_required(place, field in required))
        found.update(_constraints(place, fields[field]))
        for value in fields[field].get("enum", []):
            found[Place("value", f"{name}.{field}", str(value))] = LISTED
    for field in required - set(fields):
        found.update(_required(Place("field", name, field), True))
    return found


def _parts(schema: Document) -> Iterator[Document]:
    yield schema
    for part in schema.get("allOf", []):
        if "$ref" not in part:
            yield from _parts(part)


def _constraints(place: Place, schema: Document) -> Facts:
    found = {_of(place, key): _plain(schema[key]) for key in CONSTRAINTS if key in schema}
    items = schema.get("items")
    if isinstance(items, dict):
        found.update({_of(place, f"items {key}"): _plain(items[key]) for key in CONSTRAINTS if key in items})
    return found


def _type(schema: Document) -> str:
    if "$ref" in schema:
        return _last(schema["$ref"])
    for key, word in (("oneOf", " | "), ("anyOf", " || ")):
        if key in schema:
            return word.join(_type(part) for part in schema[key])
    bases = [_last(part["$ref"]) for part in schema.get("allOf", []) if "$ref" in part]
    if bases:
        return " & ".join(bases)
    kind = schema.get("type", "any" if not (schema.get("properties") or schema.get("allOf")) else "object")
    if kind == "array":
        return f"array of {_type(schema.get('items', {}))}"
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        return f"map of {_type(extra)}"
    return f"{kind}, closed" if extra is False else str(kind)


def _content(holder: Document) -> str:
    content = holder.get("content", {})
    return ", ".join(f"{media} {_type(given.get('schema', {}))}" for media, given in content.items()) or "empty"


def _of(place: Place, aspect: str) -> Place:
    return Place(place.kind, place.owner, place.name, aspect)


def _names(names: Any) -> str:
    return ", ".join(str(name) for name in names)


def _required(place: Place, value: object) -> Facts:
    return {_of(place, "required"): "yes"} if value else {}


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _last(reference: str) -> str:
    return reference.rsplit("/", 1)[-1]
