"""Decides what counts as a published file of this API: OpenAPI 3.0, whole, and of a version known here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from openapi_python_client import schema as openapi_models
from pydantic import ValidationError

from scripts.contract_steps.errors import ContractError

Document = dict[str, Any]

API = "/api/model_registry/"
VERSIONS = ("v1alpha3", "v1")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def load(text: bytes | str) -> Any:
    """Read YAML or JSON, by the fast loader where there is one."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


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
    document = _load(text, origin)
    stated = document.get("openapi")
    if not isinstance(stated, str) or not stated.startswith("3."):
        raise ContractError(f"{origin} is not an OpenAPI 3 document (openapi: {stated!r})")
    if not stated.startswith("3.0."):
        raise ContractError(f"{origin} is OpenAPI {stated}; the contract is kept in 3.0")
    for section in ("info", "paths", "components"):
        if not isinstance(document.get(section), dict):
            raise ContractError(f"{origin} is not whole: it has no {section}")
    _require_this_api(document, origin)
    if not text.endswith(b"\n"):
        raise ContractError(f"{origin} is not whole: it ends in the middle of a line")
    _require_references(document, origin)
    _require_shape(document, origin)
    return document


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
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


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


def _load(text: bytes, origin: str) -> Document:
    try:
        document = load(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise ContractError(f"{origin} is not readable as YAML{where}: cut short, or another kind of file") from error
    if not isinstance(document, dict):
        raise ContractError(f"{origin} is not an OpenAPI 3 document")
    return document


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
            resolve(document, {"$ref": reference})
        except (KeyError, TypeError) as error:
            raise ContractError(f"{origin} is not whole: {reference} is not in it") from error


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
        named = {resolve(document, p)["name"] for p in [*item.get("parameters", []), *operation.get("parameters", [])]}
        if missing := set(re.findall(r"{(\w+)}", path)) - named:
            raise ContractError(f"{origin} is not whole: {place} does not declare {missing.pop()}")
