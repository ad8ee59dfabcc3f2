"""Operations and schemas with their references and compositions resolved."""

from __future__ import annotations

import re
from typing import Any

from scripts.contract_steps.document import Document, operations, resolve
from scripts.contract_steps.normalise import MARK

Operation = tuple[str, Document, list[Document]]


def flatten(document: Document, schema: Document) -> Document:
    """Return a schema as it is on the wire: references followed, the parts of a composition put together."""
    node = resolve(document, schema)
    if not node.get("allOf"):
        return node
    rest = {key: value for key, value in node.items() if key not in ("allOf", MARK)}
    flat: Document = {}
    for part in [*(flatten(document, part) for part in node["allOf"]), rest]:
        for key, value in part.items():
            if key == "properties":
                flat[key] = {**flat.get(key, {}), **value}
            elif key == "required":
                flat[key] = [*flat.get(key, []), *(name for name in value if name not in flat.get(key, []))]
            elif key == "enum" and key in flat:
                flat[key] = [each for each in flat[key] if each in value]
            elif key != MARK:
                flat[key] = value
    return flat


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
        paths = [named[key] for name in order if (key := ("path", name)) in named]
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


def sent_schemas(document: Document) -> set[str]:
    """Return the names of the schemas that requests hold."""
    found: set[str] = set()

    def reach(node: Any) -> None:
        if isinstance(node, list):
            for value in node:
                reach(value)
        elif isinstance(node, dict):
            name = str(node.get("$ref", ""))
            if name in found:
                return
            if name:
                found.add(name)
                node = resolve(document, node)
            for key, value in node.items():
                if key not in ("links", "mapping"):
                    reach(value)

    for _, _, operation, item in operations(document):
        reach([operation.get("requestBody", {}), item.get("parameters", []), operation.get("parameters", [])])
    return {name.rpartition("/")[2] for name in found if name.startswith("#/components/schemas/")}
