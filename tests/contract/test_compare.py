"""Contracts are compared by what is on the wire, and the verdict knows whom a change breaks."""

from __future__ import annotations

import copy
import json
import os
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from scripts.contract import main
from scripts.contract_steps import report
from scripts.contract_steps.changes import exit_code
from scripts.contract_steps.compare import compare
from scripts.contract_steps.document import Document, read_any
from tests.contract.mutations import ALL, Mutation, field, sent
from tests.contract.published import ROOT, published, text

# The tools of the contract, not the product: part of `make test-all`.
pytestmark = pytest.mark.heavy

BASE = published("v1")


def changed(mutation: Mutation) -> tuple[Document, Document]:
    old = copy.deepcopy(BASE)
    mutation.before(old, old["components"]["schemas"])
    new = copy.deepcopy(old)
    mutation.change(new, new["components"]["schemas"])
    return old, new


def broken(old: Document, new: Document) -> str | None:
    changes = compare(old, new)
    return " ".join(sorted({each for change in changes for each in change.breaks})) if changes else None


@pytest.mark.parametrize("mutation", ALL, ids=lambda mutation: mutation.name)
def test_the_verdict_on_a_change_and_on_the_change_back(mutation: Mutation) -> None:
    old, new = changed(mutation)
    assert broken(old, new) == mutation.breaks
    assert broken(new, old) == mutation.back


def test_a_base_that_brings_nine_fields_is_nine_fields() -> None:
    mutation = next(each for each in ALL if each.name == "a base brings nine fields")
    changes = compare(*changed(mutation))
    assert {change.name for change in changes} == {f"fact{number}" for number in range(9)}
    assert all((change.kind, change.word) == ("field", "added") for change in changes)


def test_one_pattern_changed_in_many_places_is_one_line() -> None:
    old, new = copy.deepcopy(BASE), copy.deepcopy(BASE)
    was, now = "^[1-9][0-9]{0,8}$", "^[1-9][0-9]{0,17}$"
    _replace(new, was, now)
    changes = compare(old, new)
    assert len(changes) > 40
    lines = report.text("ids", changes).splitlines()
    assert [line.split("(")[0].strip() for line in lines if was in line] == [f"changed  pattern: {was} -> {now}"] * 2
    assert len(lines) == 5


def _replace(node: Any, was: str, now: str) -> None:
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if value == was:
            node[key] = now
        else:
            _replace(value, was, now)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    new = copy.deepcopy(BASE)
    sent(pattern="a|b")(new, new["components"]["schemas"])
    paths = tmp_path / "old.yaml", tmp_path / "new.yaml"
    for path, document in zip(paths, (BASE, new), strict=True):
        path.write_text(text(document), encoding="utf-8")
    return str(paths[0]), str(paths[1])


def test_two_files_are_compared_at_the_command_line(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    old, new = files
    assert main(["compare", old, old]) == 0
    assert capsys.readouterr().out == "old.yaml -> old.yaml: no change on the wire\n"
    assert main(["compare", old, new]) == 4
    assert "pattern: none -> a|b  (field owner of RegisteredModelCreate" in capsys.readouterr().out
    assert main(["compare", new, old]) == 3
    assert main(["compare", old, "missing.yaml"]) == 1
    assert capsys.readouterr().err == "error: missing.yaml cannot be read: No such file or directory\n"


def test_a_report_is_markdown_or_json_too(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *files, "--format", "markdown"]) == 4
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "## old.yaml -> new.yaml: breaking (4)"
    rows = [line for line in lines if line.startswith("| changed")]
    assert all(line.replace("\\|", "").count("|") == 4 for line in rows)
    assert main(["compare", *files, "--format", "json"]) == 4
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["exit_code"]) == ("breaking", 4)
    assert {
        "word": "changed",
        "kind": "field",
        "owner": "RegisteredModelUpdate",
        "name": "owner",
        "aspect": "pattern",
        "old": "",
        "new": "a|b",
        "breaks": ["sender"],
    } in found["changes"]


def test_the_contract_is_the_published_file_but_for_what_repairs_say() -> None:
    contract = str(ROOT / "openapi" / "model-registry-v1.yaml")
    assert main(["compare", contract, contract]) == 0


def test_a_version_is_compared_with_another() -> None:
    changes = compare(published("v1alpha3"), BASE)
    gone = {change.owner for change in changes if change.kind == "operation" and not change.new}
    assert "getExperiments" in gone
    assert exit_code(changes) == 4


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in pairwise("abcdefghij")
)
HOSTILE = {
    "nothing": b"",
    "bytes": b"\xff\xfe\x00",
    "no mapping": b"- a\n",
    "not closed": b"{",
    "an html page": b"<html>\n",
    "a key twice": b"openapi: 3.0.3\nopenapi: 3.0.3\n",
    "a key that is a list": b"? [a]\n: b\n",
    "a cycle": b"a: &a\n  b: *a\n",
    "a bomb": BOMB.encode(),
    "a well": b"[" * 5000 + b"]" * 5000,
    "a long number": b"a: " + b"1" * 5000,
    "no such day": b"a: 2026-13-45\n",
    "a python object": b"a: !!python/object:os.system {}\n",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_document_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)
    assert main(["compare", str(path), str(path)]) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)


def _circle(*names: str) -> Any:
    def change(schemas: dict[str, Any]) -> None:
        for name, following in zip(names, (*names[1:], names[0]), strict=True):
            schemas[name] = {"$ref": f"#/components/schemas/{following}"}

    return change


WRONG = {
    "a reference to itself": _circle("Error"),
    "two references in a circle": _circle("Error", "SortOrder"),
    "a base of itself": lambda s: s["BaseResource"].update(allOf=[{"$ref": "#/components/schemas/RegisteredModel"}]),
    "a union of itself": lambda s: s["Artifact"]["oneOf"].append({"$ref": "#/components/schemas/Artifact"}),
    "a reference to a text": lambda s: s.update(Error={"$ref": "#/openapi"}),
    "no such schema": lambda s: s.pop("Error"),
    "a type that is none": lambda s: field(s, "Error", "message").update(type="words"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_document_that_leads_nowhere_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    document = copy.deepcopy(BASE)
    WRONG[case](document["components"]["schemas"])
    path = tmp_path / "odd.yaml"
    path.write_text(text(document), encoding="utf-8")
    assert main(["compare", str(path), str(path)]) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)


def test_a_schema_that_holds_itself_is_compared() -> None:
    old = copy.deepcopy(BASE)
    field(old["components"]["schemas"], "Error", "message").clear()
    field(old["components"]["schemas"], "Error", "message").update({"$ref": "#/components/schemas/Error"})
    assert compare(old, copy.deepcopy(old)) == []
    assert exit_code(compare(old, BASE)) == 4


# The file's own history: the commits that it changed at, and whether that broke a caller on the wire.
COMMITS = """
bb1101d0e 2f6a4f65d b0cd3ff8b 52a49c0d2 3843818bc ca6065e8d! 711ed8099! 2168e5b20 e59a231b1! f273563de! 44d738e02
9a878bd4f 6d29cf7aa 75d1fb2d0 f86da8fae! 646ebc1e6 0c84aa90c 59a7ebb18 7ec791c3e 1236a3b48 5e001730d 1ea341d7c
f87152277 1af2a6e8d b1f9b39ec 7540652ad b72fa5301 6066343b9! 32635667! e6e39388! 97561686
"""
HISTORY = tuple(COMMITS.split())
REPOSITORIES = [path for path in os.environ.get("PUBLISHED_HISTORY", "").split(os.pathsep) if path]


@pytest.mark.skipif(not REPOSITORIES, reason="PUBLISHED_HISTORY names no clones of the repositories")
def test_the_real_history_is_judged_rightly() -> None:
    documents = [read_any(_at(commit.rstrip("!")), commit) for commit in HISTORY]
    verdicts = [exit_code(compare(*pair)) for pair in pairwise(documents)]
    assert [verdict == 4 for verdict in verdicts] == [commit.endswith("!") for commit in HISTORY[1:]]


def _at(commit: str) -> bytes:
    for repository in REPOSITORIES:
        command = ["git", "--git-dir", repository, "show", f"{commit}:api/openapi/model-registry.yaml"]
        run = subprocess.run(command, capture_output=True, check=False)
        if run.returncode == 0:
            return run.stdout
    raise LookupError(commit)
