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

from scripts.contract import DRIFT, main
from scripts.contract_steps.document import API, Document
from tests.contract.published import FILES, operation, project, published, snapshot, text


class Run:
    """Runs the commands over a project of its own and keeps what they say."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self._capsys, self._monkeypatch = root, capsys, monkeypatch
        self.out = self.err = ""

    def __call__(self, *arguments: str, **environment: str) -> int:
        with self._monkeypatch.context() as patch:
            for name in ("SPEC_REF", "SPEC_URL", "SPEC_VERSION", "SPEC_BASE_URL", "UPDATE"):
                patch.delenv(name, raising=False)
            patch.setenv("NO_PROXY", "127.0.0.1")
            for name, value in environment.items():
                patch.setenv(name, value)
            code = main(["--root", str(self.root), *arguments])
        self.out, self.err = self._capsys.readouterr()
        return code


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(project(tmp_path / "project"), capsys, monkeypatch)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Serve a folder on loopback in place of the public source."""
    folder = tmp_path / "hub"
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(folder))

        def do_GET(self) -> None:
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


def serve(folder: Path, ref: str, content: str, version: str = "v1alpha3") -> None:
    path = folder / "someone" / "registry" / ref / "api" / FILES[version]
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


@pytest.mark.parametrize("version", FILES)
def test_the_file_last_taken_differs_in_nothing(run: Run, tmp_path: Path, version: str) -> None:
    before = snapshot(run.root)
    assert run("spec", "--exit-code", SPEC_URL=saved(tmp_path, published(version))) == 0
    assert run.out == f"{version}: no change of structure against the committed contract\n"
    assert run("spec", SPEC_URL=saved(tmp_path, published(version)), UPDATE="1") == 0
    assert snapshot(run.root) == before


def test_a_changed_file_is_told_line_by_line_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    before = snapshot(run.root)
    assert run("spec", SPEC_URL=saved(tmp_path, changed())) == 0
    assert run.out.splitlines() == [
        "v1alpha3: 3 added, 1 removed, 0 changed: BREAKING (1)",
        "  removed  field BaseModel.logo: string  [breaking]",
        "  added    field RegisteredModelUpdate.colour: string",
        "  added    operation getForgottenModels: GET /forgotten_models",
        "  added    value RegisteredModelState.FROZEN",
        "  the overlay speaks of what is gone: $.components.schemas..properties.logo",
        "nothing is written; UPDATE=1 takes it over",
    ]
    assert run("spec", "--exit-code", SPEC_URL=saved(tmp_path, changed())) == DRIFT
    assert snapshot(run.root) == before


def test_a_changed_file_is_taken_over_when_asked(run: Run, tmp_path: Path) -> None:
    assert run("spec", SPEC_URL=saved(tmp_path, changed()), UPDATE="1") == 0
    contract = yaml.safe_load((run.root / "openapi" / "model-registry.yaml").read_text(encoding="utf-8"))
    assert "/forgotten_models" in contract["paths"]
    lock = yaml.safe_load((run.root / "openapi" / "upstream.lock").read_text(encoding="utf-8"))["v1alpha3"]
    assert (lock["source"], "ref" in lock) == ("taken.yaml", False)
    # What the overlay still says of the field that has gone is now a mistake of the overlay.
    assert run("spec", SPEC_URL=saved(tmp_path, changed())) == 1
    assert "matches nothing in v1alpha3: $.components.schemas..properties.logo" in run.err


def test_a_ref_is_taken_from_the_repository_and_locked(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    serve(folder, "v2.0", text(changed()))
    assert run("spec", SPEC_REF="v2.0", SPEC_BASE_URL=base, UPDATE="1") == 0
    lock = yaml.safe_load((run.root / "openapi" / "upstream.lock").read_text(encoding="utf-8"))
    assert lock["v1alpha3"]["ref"] == "v2.0"
    assert lock["v1alpha3"]["sha256"] != lock["v1"]["sha256"]
    assert lock["v1"]["ref"] == "v1.0"


def test_the_other_version_is_taken_by_its_name(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    document = published("v1")
    document["components"]["schemas"]["SortOrder"]["enum"].append("NONE")
    serve(folder, "v2.0", text(document), "v1")
    assert run("spec", SPEC_REF="v2.0", SPEC_VERSION="v1", SPEC_BASE_URL=base) == 0
    assert run.out.splitlines()[1:-1] == ["  added    value SortOrder.NONE"]


def test_the_locked_files_are_taken_again_when_nothing_is_named(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    for version in FILES:
        serve(folder, "v1.0", text(published(version)), version)
    assert run("spec", SPEC_BASE_URL=base) == 0
    assert run.out.count("no change") == 2


def test_a_file_changed_under_the_same_ref_is_refused(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    serve(folder, "v1.0", text(published()) + "# one line more\n")
    before = snapshot(run.root)
    assert run("spec", SPEC_REF="v1.0", SPEC_BASE_URL=base, UPDATE="1") == 1
    assert "has changed under the same ref" in one_line(run)
    assert snapshot(run.root) == before


@pytest.mark.parametrize("form", ["path", "file", "http"])
def test_an_address_may_be_a_path_a_file_or_the_web(run: Run, hub: tuple[str, Path], form: str) -> None:
    base, folder = hub
    path = Path(saved(folder, published()))
    address = {"path": str(path), "file": path.as_uri(), "http": f"{base}/taken.yaml"}[form]
    assert run("spec", SPEC_URL=address) == 0
    assert "no change" in run.out


def test_an_address_loses_its_password_in_the_lock(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    saved(folder, changed())
    address = f"{base.replace('://', '://ana:secret@')}/taken.yaml?token=secret"
    assert run("spec", SPEC_URL=address, UPDATE="1") == 0
    assert "secret" not in (run.root / "openapi" / "upstream.lock").read_text(encoding="utf-8")


def one_line(run: Run) -> str:
    assert run.out == ""
    assert run.err.startswith("error: ")
    assert run.err.count("\n") == 1
    return run.err


def _other_api(document: Document) -> None:
    document["info"]["title"] = "Petstore"
    document["paths"] = {"/pets": next(iter(document["paths"].values()))}


def _stray_path(document: Document) -> None:
    document["paths"]["/elsewhere"] = next(iter(document["paths"].values()))


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


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.71, 0.9, 0.999])
@pytest.mark.parametrize("at_line", [False, True])
def test_a_file_cut_short_is_refused(run: Run, tmp_path: Path, share: float, at_line: bool) -> None:
    whole = text(published())
    cut = int(len(whole) * share)
    path = tmp_path / "cut.yaml"
    path.write_text(whole[: whole.index("\n", cut) + 1] if at_line and share < 0.99 else whole[:cut], encoding="utf-8")
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


def test_offline_is_one_line(run: Run) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{closed.getsockname()[1]}"
        before = snapshot(run.root)
        assert run("spec", SPEC_REF="v2.0", SPEC_BASE_URL=base, UPDATE="1") == 1
    assert f"{base}/someone/registry/v2.0/api/model-registry.yaml cannot be fetched" in one_line(run)
    assert snapshot(run.root) == before


def test_an_answer_cut_off_on_the_way_is_one_line(run: Run, hub: tuple[str, Path]) -> None:
    before = snapshot(run.root)
    assert run("spec", SPEC_URL=f"{hub[0]}/broken.yaml", UPDATE="1") == 1
    assert "/broken.yaml cannot be fetched" in one_line(run)
    assert snapshot(run.root) == before


def test_an_unknown_ref_is_one_line(run: Run, hub: tuple[str, Path]) -> None:
    assert run("spec", SPEC_REF="nowhere", SPEC_BASE_URL=hub[0]) == 1
    assert "the server answers 404" in one_line(run)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"SPEC_URL": "missing.yaml"}, "missing.yaml cannot be read: No such file"),
        ({"SPEC_URL": "a.yaml", "SPEC_REF": "b"}, "say either SPEC_REF or SPEC_URL"),
        ({"SPEC_VERSION": "v7"}, "SPEC_VERSION is 'v7'; known are v1alpha3 and v1"),
        ({"SPEC_URL": "http://[broken/"}, "cannot be fetched"),
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


def test_an_action_for_one_version_leaves_the_other_alone(run: Run, tmp_path: Path) -> None:
    path = run.root / "openapi" / "overlay.yaml"
    overlay = yaml.safe_load(path.read_text(encoding="utf-8"))
    overlay["actions"].append({"target": "$.info", "update": {"description": "Old."}, "x-versions": ["v1alpha3"]})
    path.write_text(yaml.safe_dump(overlay), encoding="utf-8")
    assert run("words") == 0
    said = {v: yaml.safe_load((run.root / "openapi" / FILES[v]).read_text(encoding="utf-8"))["info"] for v in FILES}
    assert said["v1alpha3"]["description"] == "Old."
    assert said["v1"]["description"] != "Old."
