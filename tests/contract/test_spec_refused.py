"""What is no published file of this API, or no overlay of it, is refused in one line, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.contract_steps.document import API, Document
from scripts.contract_steps.project import FILES
from tests.contract.published import operation, published, snapshot, text
from tests.contract.spec_runs import Run, one_line, saved

# Each takes a contract anew in a process of its own: part of `make test-all`.
pytestmark = pytest.mark.heavy


def _other_api(document: Document) -> None:
    document["info"]["title"] = "Petstore"
    document["paths"] = {"/pets": next(iter(document["paths"].values()))}


def _stray_path(document: Document) -> None:
    document["paths"]["/elsewhere"] = document["paths"].pop(f"{API}v1alpha3/artifacts")


def _later_version(document: Document) -> None:
    document["info"]["version"] = "v2"
    document["paths"] = {path.replace("v1alpha3", "v2"): item for path, item in document["paths"].items()}


def _nameless_operation(document: Document) -> None:
    del operation(document, "getArtifact")["operationId"]


def _foreign_reference(document: Document) -> None:
    document["components"]["schemas"]["Metric"]["allOf"].append({"$ref": "other.yaml#/Thing"})


def _undeclared_parameter(document: Document) -> None:
    del document["paths"][f"{API}v1alpha3/artifacts/{{id}}"]["parameters"]


def _answerless_operation(document: Document) -> None:
    del operation(document, "getArtifact")["responses"]


WRONG: dict[str, tuple[Callable[[Document], Any], str]] = {
    "swagger": (lambda d: (d.pop("openapi"), d.update(swagger="2.0")), "not an OpenAPI 3 document"),
    "3.1": (lambda d: d.update(openapi="3.1.0"), "OpenAPI 3.1.0; the contract is kept in 3.0"),
    "no components": (lambda d: d.pop("components"), "not whole: it has no components"),
    "no schemas": (lambda d: d["components"].pop("schemas"), "not whole: #/components/schemas/"),
    "another API": (_other_api, "describes another API: 'Petstore' v1alpha3"),
    "a path outside": (_stray_path, "has a path outside /api/model_registry/v1alpha3/: /elsewhere"),
    "a later version": (_later_version, "is version 'v2'; known are v1alpha3 and v1"),
    "no operationId": (_nameless_operation, "has no operationId of its own"),
    "another file": (_foreign_reference, "points into another file: other.yaml#/Thing"),
    "no parameter": (_undeclared_parameter, "does not declare id"),
    "no answers": (_answerless_operation, "not whole or not valid OpenAPI: paths"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_such_file_is_refused(run: Run, tmp_path: Path, case: str) -> None:
    change, message = WRONG[case]
    document = published()
    change(document)
    before = snapshot(run.root)
    assert run("spec", SPEC_URL=saved(tmp_path, document), UPDATE="1") == 1
    assert message in one_line(run)
    assert snapshot(run.root) == before


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.71, 0.9])
@pytest.mark.parametrize("at_line", [False, True])
def test_a_file_cut_short_is_refused(run: Run, tmp_path: Path, share: float, at_line: bool) -> None:
    whole = text(published())
    cut = int(len(whole) * share)
    path = tmp_path / "cut.yaml"
    path.write_text(whole[: whole.index("\n", cut) + 1] if at_line else whole[:cut], encoding="utf-8")
    before = snapshot(run.root)
    assert run("spec", SPEC_URL=str(path), UPDATE="1") == 1
    one_line(run)
    assert snapshot(run.root) == before


@pytest.mark.parametrize("content", [b"{", b"- a list\n", b"\xff\xfe\x00broken", b"", b"<html>not here</html>\n"])
def test_what_is_no_document_is_refused(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)
    assert run("spec", SPEC_URL=str(path), UPDATE="1") == 1
    one_line(run)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ({"target": "$.nowhere", "update": {"description": "words"}}, "matches nothing in v1alpha3: $.nowhere"),
        ({"target": "$.info", "update": {"version": "v9"}}, "changes more than words and has no x-repair name"),
        ({"target": "$.info", "update": {"version": "v9"}, "x-repair": "nine"}, "repair nine does not say why"),
        ({"target": "$.info"}, "needs a target and one of update and remove"),
        ({"target": "$.info", "update": {"title": "t"}, "x-version": ["v1"]}, "has an unknown key: x-version"),
        ({"target": "$.info", "update": {"title": "t"}, "x-versions": ["v3"]}, "unknown versions: v3"),
        ({"target": "$.[", "update": {"title": "t"}}, "is not a JSONPath: $.["),
        ({"target": "$.info.version", "update": {"title": "t"}}, "selects a plain value"),
    ],
)
def test_an_overlay_that_cannot_be_meant_is_one_line(
    run: Run, tmp_path: Path, action: dict[str, Any], message: str
) -> None:
    path = run.root / "openapi" / "overlay.yaml"
    overlay = yaml.safe_load(path.read_text(encoding="utf-8"))
    overlay["actions"].append(action)
    path.write_text(yaml.safe_dump(overlay), encoding="utf-8")
    before = snapshot(run.root)
    assert run("spec", SPEC_URL=saved(tmp_path, published()), UPDATE="1") == 1
    assert message in one_line(run)
    assert snapshot(run.root) == before


def test_an_action_for_one_version_leaves_the_other_alone(run: Run) -> None:
    path = run.root / "openapi" / "overlay.yaml"
    overlay = yaml.safe_load(path.read_text(encoding="utf-8"))
    overlay["actions"].append({"target": "$.info", "update": {"description": "Old."}, "x-versions": ["v1alpha3"]})
    path.write_text(yaml.safe_dump(overlay), encoding="utf-8")
    assert run("words") == 0
    info = {v: yaml.safe_load((run.root / "openapi" / FILES[v]).read_text(encoding="utf-8"))["info"] for v in FILES}
    assert info["v1alpha3"]["description"] == "Old."
    assert "description" not in info["v1"]
