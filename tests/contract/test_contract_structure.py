"""The contract is the published structure, but for repairs that are named, marked and undone here one by one."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from scripts.contract_steps import overlay
from scripts.contract_steps.document import load, operations, parse, resolve
from scripts.contract_steps.normalise import MARK, normalise
from scripts.contract_steps.structure import facts, text
from tests.contract.published import FILES, PROSE, ROOT, UNDO, contract, published

VERSIONS = tuple(FILES)
SPECS = Path(os.environ.get("PUBLISHED_SPECS", ROOT.parent / "shared" / "specs"))
ACTIONS = overlay.read(ROOT / "openapi" / "overlay.yaml")


def original(version: str) -> Path:
    path = SPECS / f"model-registry-{version}.yaml"
    if not path.exists():
        pytest.skip("the published files are not at hand")
    return path


@pytest.mark.parametrize("version", VERSIONS)
def test_the_contract_without_its_marked_repairs_is_the_published_structure(version: str) -> None:
    kept = (ROOT / "openapi" / "structure" / f"{version}.txt").read_text(encoding="utf-8")
    assert text(facts(normalise(published(version)))) == kept


@pytest.mark.parametrize(("version", "paths", "schemas"), [("v1alpha3", 56, 76), ("v1", 40, 64)])
def test_the_published_counts_are_kept(version: str, paths: int, schemas: int) -> None:
    document = contract(version)
    assert sum(1 for _ in operations(document)) == paths
    assert len(document["components"]["schemas"]) == schemas + 1
    assert document["openapi"] == "3.0.3"
    assert all(server["url"].endswith(f"/api/model_registry/{version}") for server in document["servers"])
    assert not any(path.startswith("/api") for path in document["paths"])


@pytest.mark.parametrize("version", VERSIONS)
def test_the_published_file_at_hand_has_the_structure_and_the_digest_kept(version: str) -> None:
    published_text = original(version).read_bytes()
    lock = load((ROOT / "openapi" / "upstream.lock").read_text(encoding="utf-8"))
    kept = (ROOT / "openapi" / "structure" / f"{version}.txt").read_text(encoding="utf-8")
    assert hashlib.sha256(published_text).hexdigest() == lock[version]["sha256"]
    assert text(facts(normalise(parse(published_text, version)))) == kept


@pytest.mark.parametrize("version", VERSIONS)
def test_no_sentence_of_the_published_file_is_in_the_repository(version: str) -> None:
    sentences = {" ".join(words.split()) for words in _words(load(original(version).read_bytes()))}
    ours = [*(ROOT / "openapi").rglob("*"), *(ROOT / "generated").rglob("*.py")]
    texts = " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in ours if path.is_file())
    assert [sentence for sentence in sentences if len(sentence.split()) > 3 and sentence in texts] == []


def test_every_repair_of_the_overlay_leaves_marks_and_is_undone_here() -> None:
    marks = {version: overlay.marks(contract(version)) for version in VERSIONS}
    wanted = {v: {a.repair for a in ACTIONS if a.repair and v in a.versions and not a.client_only} for v in VERSIONS}
    assert marks == wanted
    assert marks["v1alpha3"] | marks["v1"] == set(UNDO)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_file_says_itself_does_not_come_through(version: str) -> None:
    bare = normalise(published(version))
    assert PROSE in str(published(version))
    assert PROSE not in str(bare)
    assert MARK not in str(bare)
    assert set(_words(bare)) == {""}


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_has_words_of_ours(version: str) -> None:
    document = contract(version)
    components = document["components"]
    silent = [op["operationId"] for _, _, op, _ in operations(document) if len(op.get("summary", "")) < 10]
    for kind in ("parameters", "responses", "schemas", "securitySchemes"):
        silent += [f"{kind} {name}" for name, node in components[kind].items() if not node.get("description")]
    for path, method, op, item in operations(document):
        given = [resolve(document, each) for each in [*item.get("parameters", []), *op.get("parameters", [])]]
        silent += [f"{method} {path} {each['name']}" for each in given if not each.get("description")]
        silent += [f"{method} {path} body" for body in [op.get("requestBody")] if body and not body.get("description")]
    for name, schema in components["schemas"].items():
        for part in [schema, *schema.get("allOf", [])]:
            for field, node in part.get("properties", {}).items():
                if "$ref" not in node and "allOf" not in node and not node.get("description"):
                    silent.append(f"{name}.{field}")
    assert silent == []


def _words(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [v for k, v in node.items() if k in ("description", "summary", "title") and isinstance(v, str)]
        return own + [word for value in node.values() for word in _words(value)]
    return [word for value in node for word in _words(value)] if isinstance(node, list) else []
