"""Published files: what counts as one of this API (OpenAPI 3.0, whole, of a version known here), and its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from openapi_python_client import schema as openapi_models
from pydantic import ValidationError

from scripts.contract_steps.errors import ContractError
from scripts.contract_steps.loading import load_document

Document = dict[str, Any]

API = "/api/model_registry/"
VERSIONS = ("v1alpha3", "v1")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def parse(text: bytes, origin: str) -> Document:
    """Read a published file, refusing what is not one.

    Args:
        text: The file's bytes, YAML or JSON.
        origin: Where they came from, for the messages.

    Returns:
        The document as plain mappings and lists.

    Raises:
        ContractError: The bytes are not YAML, not OpenAPI 3.0, cut short, or another API's.
    """
    document = read_any(text, origin)
    _require_this_api(document, origin)
    return document


def read_any(text: bytes, origin: str) -> Document:
    """Read any OpenAPI 3.0 file, one of another API too, so that all of it can be walked through.

    Args:
        text: The file's bytes, YAML or JSON.
        origin: Where they came from, for the messages.

    Raises:
        ContractError: The bytes are not YAML, not OpenAPI 3.0, cut short, or refer in a circle.
    """
    document = load_document(text, origin)
    require_whole(document, origin)
    return document


def require_whole(document: Document, origin: str) -> None:
    """Refuse a document that is no OpenAPI 3.0, or whose references lead nowhere or in a circle.

    A key without a value is dropped from it: it says nothing.
    """
    _drop_nulls(document)
    stated = document.get("openapi")
    if not isinstance(stated, str) or not stated.startswith("3."):
        raise ContractError(f"{origin} is not an OpenAPI 3 document (openapi: {stated!r})")
    if not stated.startswith("3.0."):
        raise ContractError(f"{origin} is OpenAPI {stated}; the contract is kept in 3.0")
    for section in ("info", "paths", "components"):
        if not isinstance(document.get(section), dict):
            raise ContractError(f"{origin} is not whole: it has no {section}")
    _require_references(document, origin)
    try:
        _require_shape(document, origin)
        _require_no_circle(document, origin)
    except RecursionError as error:
        raise ContractError(f"{origin} is nested too deeply") from error


def version_of(document: Document) -> str:
    """Return the API version that a document states of itself."""
    return str(document["info"]["version"])


def operations(document: Document) -> Iterator[tuple[str, str, Document, Document]]:
    """Yield (path, method, operation, path item) of every operation."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method], item


def resolve(document: Document, node: Document) -> Document:
    """Follow a reference within the document; anything else is returned as it is."""
    while isinstance(node, dict) and "$ref" in node:
        node = _target(document, node["$ref"])
    return node


def _target(document: Document, reference: str) -> Any:
    target: Any = document
    for part in unquote(reference).removeprefix("#/").split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        target = target[int(key)] if isinstance(target, list) else target[key]
    return target


def references(node: Any) -> Iterator[str]:
    """Yield every reference below a node."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def _drop_nulls(node: Any) -> None:
    if isinstance(node, dict):
        for key in [key for key, value in node.items() if value is None and key not in ("default", "example")]:
            del node[key]
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _drop_nulls(value)


def _require_this_api(document: Document, origin: str) -> None:
    version = document["info"].get("version")
    prefix = f"{API}{version}/"
    paths = document["paths"]
    ours = [path for path in paths if str(path).startswith(prefix)]
    if not ours:
        title = document["info"].get("title")
        raise ContractError(f"{origin} describes another API: {title!r} {version}, with no path below {prefix}")
    if version not in VERSIONS:
        raise ContractError(f"{origin} is version {version!r}; known are {' and '.join(VERSIONS)}")
    if strangers := [path for path in paths if path not in ours]:
        raise ContractError(f"{origin} has a path outside {prefix}: {strangers[0]}")


def _require_references(document: Document, origin: str) -> None:
    for reference in sorted(set(references(document))):
        if not reference.startswith("#/"):
            raise ContractError(f"{origin} points into another file: {reference}")
        try:
            target = _target(document, reference)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise ContractError(f"{origin} is not whole: {reference} is not in it") from error
        if not isinstance(target, dict):
            raise ContractError(f"{origin}: {reference} is no object")


def _require_no_circle(document: Document, origin: str) -> None:
    """Refuse schemas that are made of themselves: by references, or by the parts of a composition or union."""
    done: set[str] = set()

    def follow(node: Any, trail: tuple[str, ...]) -> None:
        if not isinstance(node, dict):
            return
        reference = node.get("$ref")
        if isinstance(reference, str):
            if reference in trail:
                circle = " -> ".join(each.rsplit("/", 1)[-1] for each in (*trail[trail.index(reference) :], reference))
                raise ContractError(f"{origin} refers in a circle: {circle}")
            if reference not in done:
                follow(_target(document, reference), (*trail, reference))
                done.add(reference)
            return
        for key in ("allOf", "oneOf", "anyOf"):
            for part in node.get(key) or ():
                follow(part, trail)

    for reference in sorted(set(references(document))):
        follow({"$ref": reference}, ())


def _require_shape(document: Document, origin: str) -> None:
    try:
        openapi_models.OpenAPI.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = "/".join(str(part) for part in first["loc"])
        raise ContractError(f"{origin} is not whole or not valid OpenAPI: {place}: {first['msg']}") from error
    seen: set[str] = set()
    for path, method, operation, item in operations(document):
        place = f"{method.upper()} {path}"
        identity = operation.get("operationId")
        if not identity or identity in seen:
            raise ContractError(f"{origin}: {place} has no operationId of its own")
        seen.add(identity)
        given = [resolve(document, p) for p in [*item.get("parameters", []), *operation.get("parameters", [])]]
        if wrong := [each for each in given if not isinstance(each.get("name"), str) or "in" not in each]:
            raise ContractError(
                f"{origin} is not whole: {place} has a parameter without name or place: {wrong[0]!r:.80}"
            )
        if missing := set(re.findall(r"{(.*?)}", path)) - {each["name"] for each in given if each["in"] == "path"}:
            raise ContractError(f"{origin} is not whole: {place} does not declare {missing.pop()}")
