"""Makes a published-like file from the committed contract: the repairs undone at their marks, the prefix put back."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from scripts.contract_steps.document import API, Document, load, operations
from scripts.contract_steps.fetch import Entry, digest, lock_text
from scripts.contract_steps.normalise import MARK

ROOT = Path(__file__).resolve().parents[2]
FILES = {"v1alpha3": "model-registry.yaml", "v1": "model-registry-v1.yaml"}
# Stands for every sentence of the published file: none of it may come through.
PROSE = "Foreign words that stay outside."

NINE_DIGITS = "^[1-9][0-9]{0,8}$"


def contract(version: str) -> Document:
    """Read a committed contract."""
    document: Document = load((ROOT / "openapi" / FILES[version]).read_text(encoding="utf-8"))
    return document


def published(version: str = "v1alpha3") -> Document:
    """Return what the published file would be: without our repairs, with its prefix and with prose of its own."""
    document = copy.deepcopy(contract(version))
    for node in list(_marked(document)):
        for repair in node.pop(MARK):
            UNDO[repair](node)
    schemas = document["components"]["schemas"]
    inline = {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/MetadataValue"}}
    for schema in schemas.values():
        for part in [schema, *schema.get("allOf", [])]:
            if "customProperties" in part.get("properties", {}):
                part["properties"]["customProperties"] = copy.deepcopy(inline)
    prefix = API + version
    document["paths"] = {prefix + path: item for path, item in document["paths"].items()}
    document["servers"] = [{"url": server["url"].removesuffix(prefix)} for server in document["servers"]]
    _talk(document)
    return document


def text(document: Document) -> str:
    """Return a document as the text of a file."""
    return yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)


def operation(document: Document, identity: str) -> Document:
    """Return an operation by its id."""
    return next(op for _, _, op, _ in operations(document) if op["operationId"] == identity)


def project(folder: Path, *, with_client: bool = False) -> Path:
    """Copy into a folder what the commands over the contract read, with a lock that names published-like files."""
    shutil.copytree(ROOT / "openapi", folder / "openapi")
    shutil.copy(ROOT / "pyproject.toml", folder)
    if with_client:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "generated" / "modelreg_rest", folder / "generated" / "modelreg_rest", ignore=ignored)
    entries = {
        version: Entry("someone/registry", f"api/{FILES[version]}", _digest(version), "v1.0") for version in FILES
    }
    (folder / "openapi" / "upstream.lock").write_text(lock_text(entries), encoding="utf-8")
    return folder


@cache
def _digest(version: str) -> str:
    return digest(text(published(version)).encode())


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _marked(node: Any) -> Iterator[Document]:
    if isinstance(node, dict):
        if MARK in node:
            yield node
        for key, value in node.items():
            if key != MARK:
                yield from _marked(value)
    elif isinstance(node, list):
        for value in node:
            yield from _marked(value)


def _talk(node: Any) -> None:
    """Replace every description and summary."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("description", "summary") and isinstance(value, str):
                node[key] = PROSE
            else:
                _talk(value)
    elif isinstance(node, list):
        for value in node:
            _talk(value)


def _lax_discriminator(node: Document) -> None:
    if "properties" in node:
        del node["properties"]["artifactType"]["enum"]
    else:
        del node["enum"]


def _undocumented(status: str) -> Callable[[Document], None]:
    def undo(node: Document) -> None:
        del node["responses"][status]

    return undo


UNDO: dict[str, Callable[[Document], None]] = {
    "hoist-custom-properties": lambda node: node["schemas"].pop("CustomProperties"),
    "strict-discriminators": _lax_discriminator,
    "required-discriminators": lambda node: node.pop("required"),
    "ids-past-nine-digits": lambda node: node.update(pattern=NINE_DIGITS),
    "ints-past-nine-digits": lambda node: node.update(pattern="^-?([1-9][0-9]{0,8}|0)$"),
    "struct-text": lambda node: node.update(format="byte"),
    "links-are-any-text": lambda node: node.update(format="uri"),
    "undocumented-400": _undocumented("400"),
    "undocumented-404": _undocumented("404"),
    "undocumented-409": _undocumented("409"),
    "undocumented-422": _undocumented("422"),
    "created-201": _undocumented("201"),
    "step-is-a-number": lambda node: node.update(type="string"),
}
