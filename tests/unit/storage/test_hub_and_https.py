"""The Hub and plain web servers, spoken to on loopback."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from modelreg import storage
from modelreg._storage.http_client import HttpClient
from modelreg.errors import (
    ConnectionFailed,
    Forbidden,
    IntegrityError,
    InvalidInput,
    NotFound,
    ServerError,
)
from tests.unit.storage.test_scan import by_coreutils

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CARD = """---
license: apache-2.0
language: [en, de]
base_model: org/base
library_name: transformers
tags: [text-generation]
---
# A small model
"""
FILES = {
    "README.md": CARD.encode(),
    "config.json": b'{"layers": 2}',
    "model.safetensors": bytes(range(256)) * 9_000,
    "onnx/model.onnx": b"onnx",
}


class Handler(BaseHTTPRequestHandler):
    """Responds as the Hub does for one model, and as a plain web server for its files."""

    protocol_version = "HTTP/1.1"
    ranges = True
    seen: list[tuple[str, str | None]]

    def log_message(self, *args) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers.get("Authorization")))
        path = self.path.split("?")[0]
        if match := re.fullmatch(r"/api/models/org/(name|gated|private)(/revision/(\w+))?", path):
            self.model(match[1], match[3])
            return
        if match := re.fullmatch(r"/org/(?:name|private)/resolve/(\w+)/(.+)", path):
            self.redirect(f"/cdn/{match[2]}")
            return
        if match := re.fullmatch(r"/(?:cdn|files)/(.+)", path):
            self.file(FILES.get(match[1].replace("%20", " ")))
            return
        if path == "/loop":
            self.redirect("/loop")
            return
        if path == "/to-metadata":
            self.redirect("http://169.254.169.254/latest/meta-data/")
            return
        self.reply(404, b"{}")

    def model(self, name: str, revision: str | None) -> None:
        if name == "gated":
            self.reply(403, b'{"error": "gated"}', {"X-Error-Code": "GatedRepo"})
            return
        if name == "private" and self.headers.get("Authorization") != "Bearer hf_secret":
            self.reply(401, b'{"error": "no"}', {"X-Error-Code": "RepoNotFound"})
            return
        if revision not in (None, "main", COMMIT):
            self.reply(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
            return
        siblings = [
            {"rfilename": path, "size": len(content), "blobId": "0" * 40}
            | (
                {"lfs": {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}}
                if path.endswith(".safetensors")
                else {}
            )
            for path, content in FILES.items()
        ]
        card = {"license": "apache-2.0", "language": ["en", "de"], "base_model": "org/base"}
        body = {"id": f"org/{name}", "sha": COMMIT, "author": "org", "tags": ["text-generation", "license:apache-2.0"]}
        body |= {"siblings": siblings, "cardData": card, "library_name": "transformers", "private": False}
        self.reply(200, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def file(self, content: bytes | None) -> None:
        if content is None:
            self.reply(404, b"")
            return
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if match and self.ranges:
            self.reply(206, content[int(match[1]) :])
            return
        self.reply(200, content)

    def redirect(self, target: str) -> None:
        self.reply(302, b"", {"Location": target})

    def reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@pytest.fixture
def server(environment, monkeypatch):
    handler = type("OneServer", (Handler,), {"seen": [], "ranges": True})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        handler.url = f"http://127.0.0.1:{listening.server_port}"
        monkeypatch.setenv("HF_ENDPOINT", handler.url)
        monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield handler
        listening.shutdown()


def test_what_the_hub_knows_about_a_model(server):
    from modelreg._storage.hub import read_model

    model = read_model("org/name", "main")
    assert model.uri == f"hf://org/name@{COMMIT}"
    assert (model.author, model.license, model.library) == ("org", "apache-2.0", "transformers")
    assert (model.languages, model.base_models) == (("en", "de"), ("org/base",))
    assert model.readme == CARD
    assert model.model_format == "safetensors"
    assert {file.path: file.size for file in model.files} == {path: len(content) for path, content in FILES.items()}


def test_a_model_of_the_hub_comes_down(server, tmp_path):
    target = storage.download("hf://org/name@main", tmp_path / "out")
    assert {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()} == {
        *FILES,
        "SHA256SUMS",
    }
    assert {path for path, _ in server.seen if "/resolve/" in path} == {
        f"/org/name/resolve/{COMMIT}/{path}" for path in FILES
    }
    digest = by_coreutils(target)
    assert storage.verify(f"hf://org/name@{COMMIT}", digest).files == 4
    with pytest.raises(IntegrityError):
        storage.verify(f"hf://org/name@{COMMIT}", f"sha256:{'0' * 64}")


def test_the_token_goes_to_the_hub(server, monkeypatch):
    from modelreg._storage.hub import read_model

    with pytest.raises(NotFound):
        read_model("org/private")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert read_model("org/private").repository == "org/private"


def test_what_the_hub_refuses(server):
    from modelreg._storage.hub import read_model

    with pytest.raises(Forbidden):
        read_model("org/gated")
    with pytest.raises(NotFound):
        read_model("org/name", "no-such-branch".replace("-", "_"))
    with pytest.raises(NotFound):
        read_model("org/missing")


@pytest.mark.parametrize("name", ["", "a/b/c", "../x", "a b/c", "org/name@../x", "https://example.com/x"])
def test_names_that_are_no_model(name):
    from modelreg._storage.hub import parse_repository

    with pytest.raises(InvalidInput):
        parse_repository(name)


def test_nobody_answers_for_the_hub(environment, monkeypatch):
    from modelreg._storage.hub import read_model

    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ConnectionFailed):
        read_model("org/name")


def test_a_file_of_a_web_server(server, tmp_path):
    uri = f"{server.url}/files/model.safetensors"
    digest = f"sha256:{hashlib.sha256(FILES['model.safetensors']).hexdigest()}"
    allowed = {"schemes": ["http"], "allow_local": True}
    assert storage.verify(uri, digest, **allowed).files == 1
    path = storage.download(uri, tmp_path / "out", digest=digest, **allowed)
    assert path.name == "model.safetensors"
    with pytest.raises(IntegrityError):
        storage.verify(uri, f"sha256:{'0' * 64}", **allowed)
    with pytest.raises(NotFound):
        storage.verify(f"{server.url}/files/nothing", digest, **allowed)


@pytest.mark.parametrize("ranges", [True, False])
def test_an_interrupted_download_goes_on(server, tmp_path, ranges):
    server.ranges = ranges
    content = FILES["model.safetensors"]
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    staging = tmp_path / ".out.modelreg-download" / "files"
    staging.mkdir(parents=True)
    (staging / "model.safetensors").write_bytes(content[:1_000_000])
    uri = f"{server.url}/files/model.safetensors"
    path = storage.download(uri, tmp_path / "out", digest=digest, schemes=["http"], allow_local=True)
    assert path.read_bytes() == content


def test_what_was_left_is_no_beginning_of_the_file(server, tmp_path):
    content = FILES["model.safetensors"]
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    staging = tmp_path / ".out.modelreg-download" / "files"
    staging.mkdir(parents=True)
    (staging / "model.safetensors").write_bytes(b"another" * 1_000)
    (staging / "old.bin").write_bytes(b"of another version")
    uri = f"{server.url}/files/model.safetensors"
    path = storage.download(uri, tmp_path / "out", digest=digest, schemes=["http"], allow_local=True)
    assert path.read_bytes() == content
    assert {each.name for each in (tmp_path / "out").iterdir()} == {"model.safetensors", "SHA256SUMS"}


def test_a_loopback_address_is_not_read_for_a_registry(server):
    with pytest.raises(Forbidden) as refused:
        storage.verify(f"{server.url}/files/config.json", f"sha256:{'0' * 64}", schemes=["http"])
    assert refused.value.reason == "unsafe_location"
    assert server.seen == []


def test_redirects_are_followed_only_so_far(server):
    with HttpClient(stall_timeout=5, allow_local=True) as client:
        with pytest.raises(ConnectionFailed), client.send("GET", f"{server.url}/loop"):
            pass
        with client.send("GET", f"{server.url}/org/name/resolve/main/config.json") as response:
            assert response.read() == FILES["config.json"]


def test_a_redirect_to_a_metadata_service_is_not_followed(server, monkeypatch):
    from modelreg._storage import http_client

    real = http_client.resolve_host

    def as_if_public(host, port, *, allow_local, uri):
        # The first host stands for a public one: nothing on this machine has a public address.
        return real(host, port, allow_local=host == "127.0.0.1", uri=uri)

    monkeypatch.setattr(http_client, "resolve_host", as_if_public)
    with (
        HttpClient(stall_timeout=5, allow_local=False) as client,
        pytest.raises(Forbidden) as refused,
        client.send("GET", f"{server.url}/to-metadata"),
    ):
        pass
    assert refused.value.reason == "unsafe_location"


def test_the_password_of_an_address_is_refused(environment):
    with pytest.raises(InvalidInput) as refused:
        storage.files("https://ana:secret@example.com/model.bin")
    assert "secret" not in str(refused.value)


def test_a_folder_of_a_web_server_without_sums(server):
    with pytest.raises(NotFound):
        storage.files(f"{server.url}/files/", schemes=["http"], allow_local=True)


def test_errors_of_the_server_are_told(server, monkeypatch):
    monkeypatch.setattr(server, "file", lambda self, content: self.reply(503, b""))
    with pytest.raises(ServerError) as failed:
        storage.verify(
            f"{server.url}/files/config.json", f"sha256:{'0' * 64}", schemes=["http"], allow_local=True, stall_timeout=1
        )
    assert failed.value.status == 503
