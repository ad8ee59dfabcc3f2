"""Published-like files, made from the structure that is kept: the prefix put back, with prose of their own."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import yaml

from scripts.contract_steps.document import API, Document, operations
from scripts.contract_steps.fetch import Entry, digest, lock_text
from scripts.contract_steps.loading import load
from scripts.contract_steps.project import FILES

ROOT = Path(__file__).resolve().parents[2]
COMMITS = {"v1.0": "1" * 40, "v2.0": "2" * 40}
# Stands for every sentence of the published file: none of it may come through.
PROSE = "Foreign words that stay outside."


def contract(version: str) -> Document:
    """Read a committed contract."""
    document: Document = load((ROOT / "openapi" / FILES[version]).read_text(encoding="utf-8"))
    return document


def published(version: str = "v1alpha3") -> Document:
    """Return what the published file would be: with its prefix and with prose of its own."""
    document: Document = load((ROOT / "openapi" / "published" / FILES[version]).read_text(encoding="utf-8"))
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


def project(folder: Path, *, with_client: bool = False, few_words: bool = False) -> Path:
    """Copy into a folder what the commands over the contract read, with a lock that names published-like files.

    Args:
        folder: The folder to make.
        with_client: Whether to copy the generated client too.
        few_words: Whether to leave out most of the overlay's words, which take the longest.
    """
    shutil.copytree(ROOT / "openapi", folder / "openapi")
    if few_words:
        path = folder / "openapi" / "overlay.yaml"
        overlay = load(path.read_text(encoding="utf-8"))
        overlay["actions"] = [
            each for each in overlay["actions"] if "x-repair" in each or "x-for" in each or "logo" in each["target"]
        ]
        path.write_text(yaml.dump(overlay, Dumper=yaml.CSafeDumper, sort_keys=False), encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", folder)
    if with_client:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "generated" / "modelreg_rest", folder / "generated" / "modelreg_rest", ignore=ignored)
    entries = {
        version: Entry("someone/registry", f"api/{FILES[version]}", _digest(version), COMMITS["v1.0"])
        for version in FILES
    }
    (folder / "openapi" / "upstream.lock").write_text(lock_text(entries), encoding="utf-8")
    return folder


@cache
def _digest(version: str) -> str:
    return digest(text(published(version)).encode())


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _talk(document: Document) -> None:
    """Describe everything that may be described."""
    document["info"].update(title=PROSE, description=PROSE)
    for _, _, operation, _ in operations(document):
        operation.update(summary=PROSE, description=PROSE)
    components = document["components"]
    for node in [*components["schemas"].values(), *components["responses"].values()]:
        node["description"] = PROSE
        for part in [node, *node.get("allOf", [])]:
            for field in part.get("properties", {}).values():
                field.setdefault("description", PROSE)
