"""The form in which the contract is kept: no foreign prose, keys in order, the version in the server URL."""

from __future__ import annotations

from typing import Any

import yaml

from scripts.contract_steps.document import API, Document, version_of

MARK = "x-modelreg"
PROSE = frozenset({"description", "summary", "title", "example", "examples", "externalDocs", MARK})
# Below these keys the next keys are names that somebody chose, not words of OpenAPI.
NAMED = frozenset(
    {
        "paths",
        "properties",
        "schemas",
        "responses",
        "parameters",
        "links",
        "securitySchemes",
        "requestBodies",
        "content",
    }
)
# What stands below these is a value, whatever its keys are called.
VALUES = frozenset({"default", "enum", "const", "mapping", "required"})
ORDER = (
    "openapi",
    "info",
    "servers",
    "security",
    "tags",
    "paths",
    "components",
    "operationId",
    "summary",
    "description",
    "parameters",
    "requestBody",
    "get",
    "put",
    "post",
    "patch",
    "delete",
    "responses",
    "name",
    "in",
    "title",
    "version",
    "license",
    "url",
    "required",
    "style",
    "explode",
    "type",
    "format",
    "pattern",
    "enum",
    "default",
    "allOf",
    "oneOf",
    "anyOf",
    "discriminator",
    "properties",
    "items",
    "additionalProperties",
    "content",
    "schema",
    "links",
    "schemas",
    "securitySchemes",
)
RANK = {key: place for place, key in enumerate(ORDER)}

HEAD = f"""\
# Written by `make spec`; not edited by hand. The structure is the published file's, the words and the marked repairs
# ({MARK}) are those of overlay.yaml.
"""
PUBLISHED_HEAD = """\
# Written by `make spec`; not edited by hand. The structure of the published file last taken, without its words: what
# the next one is compared with, and what overlay.yaml is put on.
"""


def normalise(document: Document) -> Document:
    """Return the document in the contract's form, as a copy.

    The prefix `/api/model_registry/{version}` moves from every path to the server URLs, so that one client serves all
    versions. The title and the responses' descriptions stay as empty texts, since OpenAPI asks for them.
    """
    prefix = API + version_of(document)
    bare: Document = _without_prose(document)
    bare["paths"] = {path.removeprefix(prefix): item for path, item in bare["paths"].items()}
    bare["servers"] = [
        {**server, "url": server["url"].rstrip("/").removesuffix(prefix) + prefix}
        for server in bare.get("servers") or [{"url": ""}]
    ]
    return _in_form(bare)


def _in_form(bare: Document) -> Document:
    bare["info"]["title"] = ""
    for response in _responses(bare):
        response.setdefault("description", "")
    ordered: Document = in_order(bare)
    return ordered


def in_order(node: Any, *, named: bool = False) -> Any:
    """Return a copy with every mapping's keys in the contract's order."""
    if isinstance(node, list):
        return [in_order(value) for value in node]
    if not isinstance(node, dict):
        return node
    keys = sorted(node, key=str) if named else sorted(node, key=lambda key: (RANK.get(key, len(RANK)), str(key)))
    return {
        key: node[key] if key in VALUES and not named else in_order(node[key], named=not named and key in NAMED)
        for key in keys
    }


def dump(document: Document, head: str = HEAD) -> str:
    """Return the text of a contract file, or of another one with its own head."""
    return head + yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=116)


_Base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Base):  # type: ignore[misc]
    """Writes no anchors, so that each place can be read by itself."""

    def ignore_aliases(self, data: object) -> bool:
        """Mark every value so."""
        del data
        return True


def _without_prose(node: Any, *, named: bool = False) -> Any:
    if isinstance(node, list):
        return [_without_prose(value) for value in node]
    if not isinstance(node, dict):
        return node
    kept: dict[str, Any] = {}
    for key, value in node.items():
        if named or key not in PROSE:
            whole = key in VALUES and not named
            kept[str(key)] = value if whole else _without_prose(value, named=not named and key in NAMED)
    return kept


def _responses(document: Document) -> list[Document]:
    found = list(document["components"].get("responses", {}).values())
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                found += operation.get("responses", {}).values()
    return [response for response in found if "$ref" not in response]
