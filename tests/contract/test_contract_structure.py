"""The contract is the published structure with repairs that are named and marked, and with words of ours."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from scripts.contract_steps import overlay
from scripts.contract_steps.compare import compare
from scripts.contract_steps.document import operations, parse, resolve
from scripts.contract_steps.loading import load
from scripts.contract_steps.normalise import MARK, PUBLISHED_HEAD, dump, normalise
from scripts.contract_steps.project import FILES, Project
from tests.contract.published import PROSE, ROOT, contract, published

# The tools of the contract, not the product: part of `make test-all`.
pytestmark = pytest.mark.heavy

VERSIONS = tuple(FILES)
SPECS = Path(os.environ.get("PUBLISHED_SPECS", ROOT.parent / "shared" / "specs"))
ACTIONS = overlay.read(ROOT / "openapi" / "overlay.yaml")
PROJECT = Project(ROOT)


def original(version: str) -> Path:
    path = SPECS / f"model-registry-{version}.yaml"
    if not path.exists():
        pytest.skip("the published files are not at hand")
    return path


@pytest.mark.parametrize("version", VERSIONS)
def test_the_contract_is_the_published_structure_with_the_overlay_on_it(version: str) -> None:
    bare = normalise(published(version))
    assert bare == PROJECT.published(version)
    assert dump(overlay.require_all(overlay.apply(ACTIONS, bare))) == PROJECT.contract_file(version).read_text("utf-8")


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
    given = original(version).read_bytes()
    lock = load(PROJECT.lock_file.read_text(encoding="utf-8"))
    bare = normalise(parse(given, version))
    assert hashlib.sha256(given).hexdigest() == lock[version]["sha256"]
    assert dump(bare, PUBLISHED_HEAD) == PROJECT.published_file(version).read_text(encoding="utf-8")
    assert compare(parse(given, version), PROJECT.published(version)) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_no_sentence_of_the_published_file_is_in_the_repository(version: str) -> None:
    sentences = {" ".join(words.split()) for words in _words(load(original(version).read_bytes()))}
    ours = [*(ROOT / "openapi").rglob("*"), *(ROOT / "generated").rglob("*.py")]
    texts = " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in ours if path.is_file())
    assert [sentence for sentence in sentences if len(sentence.split()) > 3 and sentence in texts] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_every_action_changes_something_and_every_repair_leaves_its_mark(version: str) -> None:
    applied = overlay.apply(ACTIONS, PROJECT.published(version))
    assert applied.gone == applied.idle == ()
    prepared = overlay.apply(ACTIONS, applied.document, client=True)
    assert prepared.gone == prepared.idle == ()
    named = {each.repair for each in ACTIONS if each.repair and version in each.versions and not each.client_only}
    assert overlay.marks(applied.document) == named


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
