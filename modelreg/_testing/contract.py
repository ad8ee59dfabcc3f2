"""Breaches of the contract, of either version of the API, by a request and its response.

Of a request that the registry refused, only the response is checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from modelreg.local._registry.errors import MissingExtra
from modelreg.local._registry.json_responses import Response

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

FILES = {"v1alpha3": "model-registry.yaml", "v1": "model-registry-v1.yaml"}
_ROOT = ("api", "model_registry")


class Contract:
    """The contract of one version, ready to check with."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._validators: dict[str, Validator] = {}
        self._paths = {tuple(path.split("/")[1:]): item for path, item in document["paths"].items()}

    def breaches(
        self, method: str, path: tuple[str, ...], query: str, body: bytes, response: Response
    ) -> Iterator[str]:
        """Yield what is wrong with a request, its path cut into segments behind the version, and its response."""
        item = self._item(path)
        operation = item.get(method.lower()) if item else None
        if item is None or operation is None:
            if response.status not in (404, 405):
                yield f"the contract has no such operation, and the response has status {response.status}"
            return
        if response.status < 400:
            yield from self._query(item, operation, query)
            yield from self._body(operation, body)
        yield from self._response_breaches(operation, response)

    def _item(self, path: tuple[str, ...]) -> dict[str, Any] | None:
        """Return a path's item in the contract; one that names something goes before one with an id."""
        found = [
            (sum(a != b for a, b in zip(path, template, strict=True)), item)
            for template, item in self._paths.items()
            if len(template) == len(path)
            and all(a == b or b.startswith("{") for a, b in zip(path, template, strict=True))
        ]
        return min(found, key=lambda each: each[0])[1] if found else None

    def _query(self, item: Mapping[str, Any], operation: Mapping[str, Any], query: str) -> Iterator[str]:
        described = [self._resolved(each) for each in (*item.get("parameters", ()), *operation.get("parameters", ()))]
        known = {each["name"]: each for each in described if each["in"] == "query"}
        for name, value in parse_qsl(query, keep_blank_values=True):
            if name not in known:
                yield f"the query parameter {name!r} is not in the contract"
                continue
            choices = self._resolved(known[name]["schema"]).get("enum")
            if choices and value not in choices:
                yield f"the query parameter {name} is {value!r}, and not one of {', '.join(choices)}"

    def _body(self, operation: Mapping[str, Any], body: bytes) -> Iterator[str]:
        described = operation.get("requestBody")
        if described is None:
            if body:
                yield "the request has a body, and the contract has none here"
            return
        schema = described["content"]["application/json"]["schema"]
        yield from (f"the request's body: {each}" for each in self._invalid(schema, json.loads(body)))

    def _response_breaches(self, operation: Mapping[str, Any], response: Response) -> Iterator[str]:
        described = operation["responses"].get(str(response.status))
        if described is None and response.status == 412 and "requestBody" in operation:
            # Of a change with If-Match, which the contract has no word for: its body is that of every other error.
            described = operation["responses"].get("400")
        if described is None:
            yield f"the contract has no status {response.status} here"
            return
        content = self._resolved(described).get("content", {})
        kind = (response.content_type or "").partition(";")[0]
        if kind not in content:
            yield f"the response is {kind or 'of no kind'}, and not {' or '.join(content)}"
        else:
            found = json.loads(response.body)
            yield from (f"the response: {each}" for each in self._invalid(content[kind]["schema"], found))
            # A server need not have entity tags; where it has them, they are strong, and of single records.
            if response.etag and (response.status >= 400 or "items" in found or not response.etag.startswith('"')):
                yield "the response has an ETag that is weak, or is no single record"

    def _invalid(self, schema: Mapping[str, Any], value: object) -> Iterator[str]:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            from jsonschema import Draft202012Validator

            self._validators[key] = Draft202012Validator({**schema, "components": self._document["components"]})
        for error in self._validators[key].iter_errors(value):
            yield f"{error.json_path}: {error.message[:200]}"

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            found: Any = self._document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node


@cache
def contract_of(version: str) -> Contract:
    """Return the contract of a version of the API, read once.

    Raises:
        MissingExtra: when the libraries that check it are not installed.
    """
    try:
        import jsonschema  # noqa: F401
        import yaml
    except ImportError as error:
        raise MissingExtra("testing", needed_for="checking requests against the contract") from error
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Contract(yaml.load(_text(FILES[version]), Loader=loader))


def _text(name: str) -> str:
    packaged = resources.files("modelreg._testing") / name
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    # In a checkout the contract stands where `make spec` writes it.
    return (Path(__file__).parents[2] / "openapi" / name).read_text(encoding="utf-8")


def breaches(method: str, path: str, query: str, body: bytes, response: Response) -> list[str]:
    """Return what is wrong with a request to a registry and its response, under any path."""
    segments = tuple(path.split("/")[1:])
    if segments[:2] != _ROOT or len(segments) < 4 or segments[2] not in FILES:
        return []
    found = contract_of(segments[2]).breaches(method, segments[3:], query, body, response)
    return [f"{method} {path}: {each}" for each in found]
