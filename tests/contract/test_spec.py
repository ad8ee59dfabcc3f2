"""A published file is taken, compared and taken over; what is no such file is refused in one line."""

from __future__ import annotations

import copy
import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.contract import main
from scripts.contract_steps.document import API, Document
from scripts.contract_steps.fetch import digest
from tests.contract.published import COMMITS, FILES, operation, project, published, snapshot, text

UNREADABLE = "spec: cannot be read (1)\n"


class Run:
    """Runs the commands over a project of its own and keeps what they print."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self._capsys, self._monkeypatch = root, capsys, monkeypatch
        self.out = self.err = ""

    def __call__(self, *arguments: str, **environment: str) -> int:
        with self._monkeypatch.context() as patch:
            for name in ("REF", "URL", "URL_V1", "VERSION", "REPOSITORY", "BASE_URL", "API_URL"):
                patch.delenv(f"SPEC_{name}", raising=False)
            patch.delenv("UPDATE", raising=False)
            patch.setenv("NO_PROXY", "127.0.0.1")
            for name, value in environment.items():
                patch.setenv(name, value)
            code = main(["--root", str(self.root), *arguments])
        self.out, self.err = self._capsys.readouterr()
        return code


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(project(tmp_path / "project", few_words=True), capsys, monkeypatch)


@pytest.fixture
def whole(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """A project with all of the overlay."""
    return Run(project(tmp_path / "whole"), capsys, monkeypatch)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Serve a folder on loopback in place of the public source."""
    folder = tmp_path / "hub"
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(folder))

        def do_GET(self) -> None:
            if self.path.startswith("/repos/"):
                # The API that resolves a ref: `main` is where v2.0 is.
                commit = {"main": COMMITS["v2.0"], "HEAD": COMMITS["v2.0"], **COMMITS}.get(self.path.rpartition("/")[2])
                self.send_response(200 if commit else 422)
                self.end_headers()
                self.wfile.write((commit or "").encode())
                return None
            if self.path != "/broken.yaml":
                return super().do_GET()
            # A line that breaks: less comes than was announced.
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(text(published()).encode()[:50000])
            return None

        def log_message(self, format: str, *arguments: Any) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()
        thread.join()


def serve(
    folder: Path, ref: str, content: str, version: str = "v1alpha3", repository: str = "someone/registry"
) -> None:
    path = folder / repository / COMMITS.get(ref, ref) / "api" / FILES[version]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def saved(folder: Path, document: Document) -> str:
    path = folder / "taken.yaml"
    path.write_text(text(document), encoding="utf-8")
    return str(path)


def changed() -> Document:
    """A field, an operation and an enum value more, and a field less."""
    document = published()
    schemas = document["components"]["schemas"]
    schemas["RegisteredModelUpdate"]["allOf"][-1]["properties"]["colour"] = {"type": "string"}
    schemas["RegisteredModelState"]["enum"].append("FROZEN")
    del schemas["BaseModel"]["properties"]["logo"]
    extra = copy.deepcopy(operation(document, "getRegisteredModels"))
    extra["operationId"] = "getForgottenModels"
    document["paths"][f"{API}v1alpha3/forgotten_models"] = {"get": extra}
    return document


def lock(run: Run) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load((run.root / "openapi" / "upstream.lock").read_text("utf-8"))
    return found


def at(base: str, **more: str) -> dict[str, str]:
    return {"SPEC_BASE_URL": base, "SPEC_API_URL": base, **more}


@pytest.mark.parametrize("version", FILES)
def test_the_file_last_taken_differs_in_nothing(whole: Run, tmp_path: Path, version: str) -> None:
    run = whole
    before = snapshot(run.root)
    assert run("spec", "--exit-code", SPEC_URL=saved(tmp_path, published(version))) == 0
    assert run.out == f"{version} (taken.yaml): no change on the wire\nspec: no change (0)\n"
    assert run("spec", SPEC_URL=saved(tmp_path, published(version)), UPDATE="1") == 0
    assert snapshot(run.root) == before


def test_a_changed_file_is_reported_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    before = snapshot(run.root)
    assert run("spec", SPEC_URL=saved(tmp_path, changed())) == 0
    lines = run.out.splitlines()
    assert lines[0] == "v1alpha3 (taken.yaml): 5 added, 3 removed; 3 breaking"
    assert lines[1:5] == [
        "  Breaks who sends",
        "    removed  field logo: string  (RegisteredModelCreate, RegisteredModelUpdate)",
        "  Breaks who reads",
        "    removed  field logo: string  (RegisteredModel)",
    ]
    assert "    added    operation: GET /forgotten_models  (getForgottenModels)" in lines
    assert "    added    value FROZEN  (RegisteredModelState)" in lines
    assert any("properties.logo: its target is gone from v1alpha3" in line for line in lines)
    assert lines[-2:] == ["nothing is written; UPDATE=1 takes it over", "spec: breaking (4)"]
    assert run("spec", "--exit-code", SPEC_URL=saved(tmp_path, changed())) == 4
    assert snapshot(run.root) == before


@pytest.mark.parametrize("value", ["0", "", "false", "no"])
def test_update_can_be_switched_off(run: Run, tmp_path: Path, value: str) -> None:
    before = snapshot(run.root)
    assert run("spec", SPEC_URL=saved(tmp_path, changed()), UPDATE=value) == 0
    assert snapshot(run.root) == before


def test_a_changed_file_is_taken_over_when_asked(run: Run, tmp_path: Path) -> None:
    assert run("spec", SPEC_URL=saved(tmp_path, changed()), UPDATE="1") == 0
    contract = yaml.safe_load((run.root / "openapi" / "model-registry.yaml").read_text(encoding="utf-8"))
    assert "/forgotten_models" in contract["paths"]
    entry = lock(run)["v1alpha3"]
    assert (entry["source"], "ref" in entry) == ("taken.yaml", False)
    # What the overlay still has for the field that is gone is now a mistake of the overlay.
    assert run("spec", SPEC_URL=saved(tmp_path, changed())) == 1
    assert "matches nothing in v1alpha3: $.components.schemas..properties.logo" in run.err


def test_each_address_changes_its_own_contract_alone(run: Run, tmp_path: Path) -> None:
    before = snapshot(run.root)
    document = published("v1")
    document["components"]["schemas"]["SortOrder"]["enum"].append("NONE")
    assert run("spec", SPEC_URL_V1=saved(tmp_path, document), UPDATE="1") == 0
    written = {name for name, content in snapshot(run.root).items() if content != before[name]}
    assert written == {f"openapi/{folder}{FILES['v1']}" for folder in ("", "published/")} | {"openapi/upstream.lock"}
    assert run("spec", SPEC_URL_V1=saved(tmp_path, published())) == 1
    assert "is v1alpha3's, not v1's" in run.err


def test_a_ref_is_locked_as_the_commit_it_stands_for_both_files_in_one_go(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    serve(folder, "v2.0", text(changed()))
    serve(folder, "v2.0", text(published("v1")) + "# one line more\n", "v1")
    assert run("spec", **at(base, SPEC_REF="main", UPDATE="1")) == 0
    entries = lock(run)
    assert {entry["ref"] for entry in entries.values()} == {COMMITS["v2.0"]}
    assert entries["v1"]["sha256"] == digest((text(published("v1")) + "# one line more\n").encode())
    # What is locked can be compared and verified again.
    assert run("verify-spec", **at(base)) == 0
    assert run.out.count("is what the lock says") == 2


def test_a_commit_needs_no_resolving(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    for version in FILES:
        serve(folder, "v2.0", text(published(version)), version)
    assert run("spec", SPEC_REF=COMMITS["v2.0"], SPEC_BASE_URL=base, SPEC_API_URL="http://127.0.0.1:9") == 0
    assert run.out.count("no change on the wire") == 2


def test_the_other_version_is_taken_by_its_name(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    document = published("v1")
    document["components"]["schemas"]["SortOrder"]["enum"].append("NONE")
    serve(folder, "v2.0", text(document), "v1")
    assert run("spec", **at(base, SPEC_REF="v2.0", SPEC_VERSION="v1")) == 0
    assert run.out.splitlines()[1:3] == ["  Breaks nobody", "    added    value NONE  (SortOrder)"]


def test_a_moved_repository_is_an_argument(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    for version in FILES:
        serve(folder, "v2.0", text(published(version)), version, "else/where")
    assert run("spec", **at(base, SPEC_REF="v2.0", SPEC_REPOSITORY="else/where", UPDATE="1")) == 0
    assert {entry["repository"] for entry in lock(run).values()} == {"else/where"}
    assert run("spec", **at(base, SPEC_REPOSITORY="no repository")) == 1
    assert "give owner/name" in run.err


def test_the_head_of_upstream_is_compared_when_nothing_is_named(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    serve(folder, "v2.0", text(changed()))
    serve(folder, "v2.0", text(published("v1")), "v1")
    assert run("spec", "--exit-code", **at(base)) == 4
    assert run.out.startswith(f"v1alpha3 (someone/registry@{COMMITS['v2.0'][:12]}): ")


def test_a_file_changed_at_the_same_commit_is_refused(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    serve(folder, "v1.0", text(published()) + "# one line more\n")
    before = snapshot(run.root)
    assert run("spec", **at(base, SPEC_REF="v1.0", UPDATE="1")) == 1
    assert "is not the file of the lock" in one_line(run)
    assert run("verify-spec", **at(base)) == 1
    assert "is not the file of the lock" in run.err
    assert snapshot(run.root) == before


def test_a_report_for_a_pull_request_is_written_to_a_file(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    assert run("spec", "--markdown", str(report), SPEC_URL=saved(tmp_path, changed())) == 0
    assert report.read_text(encoding="utf-8").startswith("## v1alpha3 (taken.yaml): breaking (4)\n")


@pytest.mark.parametrize("form", ["path", "file", "http"])
def test_an_address_may_be_a_path_a_file_or_the_web(run: Run, hub: tuple[str, Path], form: str) -> None:
    base, folder = hub
    path = Path(saved(folder, published()))
    address = {"path": str(path), "file": path.as_uri(), "http": f"{base}/taken.yaml"}[form]
    assert run("spec", SPEC_URL=address) == 0
    assert run.out.endswith("spec: no change (0)\n")


def test_an_address_loses_its_password_in_the_lock(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    saved(folder, changed())
    address = f"{base.replace('://', '://ana:secret@')}/taken.yaml?token=secret"
    assert run("spec", SPEC_URL=address, UPDATE="1") == 0
    assert "secret" not in (run.root / "openapi" / "upstream.lock").read_text(encoding="utf-8")


def one_line(run: Run) -> str:
    assert run.out == UNREADABLE
    assert run.err.startswith("error: ")
    assert run.err.count("\n") == 1
    return run.err


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


def test_a_file_without_a_final_newline_is_whole(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "taken.yaml"
    path.write_text(text(published()).rstrip("\n"), encoding="utf-8")
    assert run("spec", "--exit-code", SPEC_URL=str(path)) == 0


def test_offline_is_one_line(run: Run) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{closed.getsockname()[1]}"
        before = snapshot(run.root)
        assert run("spec", **at(base, UPDATE="1")) == 1
        assert f"{base}/repos/someone/registry/commits/HEAD cannot be fetched" in one_line(run)
        assert run("verify-spec", **at(base)) == 1
        assert f"{base}/someone/registry/{COMMITS['v1.0']}/api/model-registry.yaml cannot be fetched" in run.err
    assert snapshot(run.root) == before


def test_an_answer_cut_off_on_the_way_is_one_line(run: Run, hub: tuple[str, Path]) -> None:
    before = snapshot(run.root)
    assert run("spec", SPEC_URL=f"{hub[0]}/broken.yaml", UPDATE="1") == 1
    assert "/broken.yaml cannot be fetched" in one_line(run)
    assert snapshot(run.root) == before


def test_an_unknown_ref_is_one_line(run: Run, hub: tuple[str, Path]) -> None:
    assert run("spec", **at(hub[0], SPEC_REF="nowhere")) == 1
    assert "cannot be fetched: HTTP 422" in one_line(run)
    assert run("spec", **at(hub[0], SPEC_REF="v2.0")) == 1
    assert "cannot be fetched: HTTP 404" in one_line(run)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"SPEC_URL": "missing.yaml"}, "missing.yaml cannot be read: No such file"),
        ({"SPEC_URL": "a.yaml", "SPEC_REF": "b"}, "SPEC_REF and SPEC_URL are both given"),
        ({"SPEC_VERSION": "v7"}, "SPEC_VERSION is 'v7'; known are v1alpha3 and v1"),
        ({"SPEC_URL": "http://[broken/"}, "cannot be fetched"),
        ({"UPDATE": "perhaps"}, "UPDATE is 'perhaps'; give 1 or 0"),
    ],
)
def test_what_cannot_be_meant_is_one_line(run: Run, environment: dict[str, str], message: str) -> None:
    assert run("spec", **environment) == 1
    assert message in one_line(run)


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
