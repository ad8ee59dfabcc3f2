"""Operations and schemas with their references and compositions resolved."""

from __future__ import annotations

import re

from scripts.contract_steps.document import Document, operations, resolve
from scripts.contract_steps.normalise import MARK

Operation = tuple[str, Document, list[Document]]


def flatten(document: Document, schema: Document) -> Document:
    """Return a schema with its references and compositions resolved to one object's own fields."""
    node = resolve(document, schema)
    if "allOf" not in node:
        return node
    flat: Document = {key: value for key, value in node.items() if key not in ("allOf", MARK)}
    if len(node["allOf"]) == 1 and "properties" not in flat:
        return {**flatten(document, node["allOf"][0]), **flat}
    properties: Document = {}
    required: list[str] = []
    for part in [*(flatten(document, part) for part in node["allOf"]), flat]:
        properties.update(part.get("properties", {}))
        required += [name for name in part.get("required", []) if name not in required]
    return {**flat, "type": "object", "properties": properties, "required": required}


def shape(path: str) -> str:
    """Return a path without what its parameters are called."""
    return re.sub(r"{.*?}", "{}", path)


def by_shape(document: Document) -> dict[tuple[str, str], Operation]:
    """Return the operations by method and shape, each with all of its parameters, path parameters first."""
    found: dict[tuple[str, str], Operation] = {}
    for path, method, operation, item in operations(document):
        order = re.findall(r"{(.*?)}", path)
        given = [resolve(document, each) for each in [*item.get("parameters", []), *operation.get("parameters", [])]]
        named = {(each["in"], each["name"]): each for each in given}
        paths = [named[("path", name)] for name in order]
        found[method, shape(path)] = (path, operation, [*paths, *(e for k, e in named.items() if k[0] != "path")])
    return found


def position(parameter: Document, place: int) -> tuple[str, str]:
    """Return what a parameter is on the wire: its place in the path, or where it is sent and its name."""
    return ("path", str(place)) if parameter["in"] == "path" else (parameter["in"], parameter["name"])


def renamed(parameters: list[Document], path: str, operation: Operation | None) -> list[Document]:
    """Return parameters whose path parameters are called as the path of the union calls them."""
    names = dict(
        zip(re.findall(r"{(.*?)}", operation[0] if operation else ""), re.findall(r"{(.*?)}", path), strict=True)
    )
    return [
        {**each, "name": names.get(each["name"], each["name"])} if each["in"] == "path" else each for each in parameters
    ]
