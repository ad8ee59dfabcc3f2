"""Runs of the commands over the contract: in projects of their own, with the public source on loopback."""

from __future__ import annotations

import copy
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.contract import main
from scripts.contract_steps.document import API, Document
from scripts.contract_steps.project import FILES
from tests.contract.published import COMMITS, operation, project, published, text

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


def at(base: str, **more: str) -> dict[str, str]:
    return {"SPEC_BASE_URL": base, "SPEC_API_URL": base, **more}


def one_line(run: Run) -> str:
    assert run.out == UNREADABLE
    assert run.err.startswith("error: ")
    assert run.err.count("\n") == 1
    return run.err
