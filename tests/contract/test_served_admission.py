"""Who may use a served registry, on real sockets: pages of others, requests for other hosts, readers only, tokens."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from modelreg.local._registry.app import App
from modelreg.local._registry.server.mounting import ReadOnlyApp
from modelreg.local._registry.server.running import serve_in_thread
from modelreg.local._registry.server.token_file import TokenFile
from modelreg.local.server import ServeError, ServeOptions
from tests.serving import COMMAND, serving

V1 = "/api/model_registry/v1"
MODELS = f"{V1}/registered_models"


@contextmanager
def client_of(store: Path, **options: object) -> Iterator[httpx.Client]:
    app = (ReadOnlyApp if options.get("read_only") else App)(store)
    with serve_in_thread(app, ServeOptions(port=0, **options)) as url, httpx.Client(base_url=url) as client:
        yield client


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Yield a client of a registry that is served without a token."""
    with client_of(tmp_path_factory.mktemp("open") / "registry.db") as client:
        yield client


def refused(response: httpx.Response, status: int, code: str) -> bool:
    body = response.json()
    assert set(body) == {"code", "message"}
    assert response.headers["content-type"].startswith("application/json")
    return (response.status_code, body["code"]) == (status, code)


@pytest.mark.parametrize("path", [MODELS, "/metrics", "/readyz/health", "/", f"/%61pi/{V1[5:]}/registered_models"])
def test_a_request_for_another_host_is_403(client: httpx.Client, path: str) -> None:
    assert refused(client.get(path, headers={"Host": "evil.example"}), 403, "Forbidden")


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_request_of_a_foreign_page_is_403(client: httpx.Client, method: str) -> None:
    headers = {"Origin": "https://evil.example", "Content-Type": "application/json"}
    assert refused(client.request(method, MODELS, headers=headers, content=b'{"name": "x"}'), 403, "Forbidden")
    assert client.get(f"{V1}/registered_model", params={"name": "x"}).status_code == 404


@pytest.mark.parametrize("path", [MODELS, MODELS.replace("api", "%61pi"), f"{MODELS}/1"])
def test_a_simple_post_of_a_page_writes_nothing(client: httpx.Client, path: str) -> None:
    method = "PATCH" if path.endswith("/1") else "POST"
    response = client.request(method, path, content=b'{"name": "y"}', headers={"Content-Type": "text/plain"})
    assert refused(response, 415, "Unsupported Media Type")
    assert client.get(f"{V1}/registered_model", params={"name": "y"}).status_code == 404


def test_a_registry_of_ones_own_is_used_as_ever(client: httpx.Client) -> None:
    assert client.post(MODELS, json={"name": "own"}).status_code == 201
    assert client.get(MODELS, headers={"Origin": str(client.base_url).rstrip("/")}).status_code == 200


def test_a_page_of_an_allowed_origin_uses_the_registry(tmp_path: Path) -> None:
    page = {"Origin": "https://tools.example"}
    with client_of(tmp_path / "r.db", allowed_origins=["https://tools.example"]) as client:
        asked = client.options(MODELS, headers={**page, "Access-Control-Request-Method": "POST"})
        assert asked.status_code == 204
        assert asked.headers["access-control-allow-origin"] == "https://tools.example"
        made = client.post(MODELS, json={"name": "m"}, headers=page)
        assert made.status_code == 201
        assert made.headers["access-control-allow-origin"] == "https://tools.example"
        assert "access-control-allow-origin" not in client.get(MODELS).headers


def test_an_allowed_host_is_served(tmp_path: Path) -> None:
    with client_of(tmp_path / "r.db", allowed_hosts=["r.example"]) as client:
        assert client.get(MODELS, headers={"Host": "r.example:8080"}).status_code == 200
        assert client.get(MODELS, headers={"Host": "other.example"}).status_code == 403


def test_read_only_takes_no_write(tmp_path: Path) -> None:
    with client_of(tmp_path / "r.db") as client:
        made = client.post(MODELS, json={"name": "m"}).json()
    with client_of(tmp_path / "r.db", read_only=True) as client:
        for method, path in (("POST", MODELS), ("PATCH", f"{MODELS}/{made['id']}"), ("DELETE", MODELS)):
            assert refused(client.request(method, path, json={"description": "d"}), 403, "Forbidden")
        assert client.get(f"{MODELS}/{made['id']}").json() == made


def test_a_failure_of_the_file_shows_no_path(tmp_path: Path) -> None:
    with client_of(tmp_path / "r.db") as client:
        assert client.post(MODELS, json={"name": "m"}).status_code == 201
        (tmp_path / "r.db").unlink()
        response = client.post(MODELS, json={"name": "n"})
        assert refused(response, 500, "Internal Server Error")
        assert str(tmp_path) not in response.text
        assert "r.db" not in response.text


@pytest.fixture
def token(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text("secret-token\n")
    path.chmod(0o600)
    return path


def test_with_a_token_text_plain_is_taken_as_recorded(tmp_path: Path, token: Path) -> None:
    headers = {"Authorization": "Bearer secret-token", "Content-Type": "text/plain", "Host": "r.example"}
    with client_of(tmp_path / "r.db", token_file=token) as client:
        assert client.post(MODELS, content=b'{"name": "m"}', headers=headers).status_code == 201
        assert client.post(MODELS, content=b'{"name": "n"}').status_code == 401


def test_with_a_token_a_browser_may_ask_before_it_knows_it(tmp_path: Path, token: Path) -> None:
    page = {"Origin": "https://tools.example"}
    with client_of(tmp_path / "r.db", token_file=token, allowed_origins=["https://tools.example"]) as client:
        asked = client.options(MODELS, headers={**page, "Access-Control-Request-Method": "PATCH"})
        assert asked.status_code == 204
        assert "authorization" in asked.headers["access-control-allow-headers"]
        assert client.get(MODELS, headers=page).status_code == 401
        read = client.get(MODELS, headers={**page, "Authorization": "Bearer secret-token"})
        assert read.headers["access-control-allow-origin"] == "https://tools.example"
        assert client.options(MODELS, headers={"Access-Control-Request-Method": "PATCH"}).status_code == 401


@pytest.mark.parametrize(("mode", "warnings"), [(0o600, 0), (0o640, 0), (0o604, 1), (0o644, 1)])
def test_a_token_file_that_others_can_read_is_one_warning(
    token: Path, mode: int, warnings: int, caplog: pytest.LogCaptureFixture
) -> None:
    token.chmod(mode)
    with caplog.at_level(logging.WARNING):
        read = TokenFile(token)
        token.write_text("another\n")
        assert read.accepts(b"another")
    assert len(caplog.records) == warnings
    assert "another" not in caplog.text


def test_a_token_file_that_others_can_read_is_refused_where_files_are_strict(token: Path) -> None:
    token.chmod(0o644)
    with pytest.raises(ServeError, match="MODEL_REGISTRY_STRICT_FILES"):
        TokenFile(token, strict=True)
    token.chmod(0o600)
    read = TokenFile(token, strict=True)
    token.chmod(0o644)
    with pytest.raises(ServeError, match="chmod 600"):
        read.value()


def test_the_command_refuses_it_and_starts_nothing(
    tmp_path: Path, token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess

    token.chmod(0o644)
    monkeypatch.setenv("MODEL_REGISTRY_STRICT_FILES", "1")
    command = [*COMMAND, "--port", "0", "--store", str(tmp_path / "r.db"), "--token-file", str(token)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "MODEL_REGISTRY_STRICT_FILES" in ran.stderr
    assert not (tmp_path / "r.db").exists()


def test_a_token_over_plain_http_is_warned_of_and_never_logged(tmp_path: Path, token: Path) -> None:
    token.chmod(0o644)
    arguments = ("--store", str(tmp_path / "r.db"), "--token-file", str(token), "--host", "0.0.0.0")
    with serving(tmp_path / "log", *arguments, "--access-log", "json") as served:
        url = served.url.replace("0.0.0.0", "127.0.0.1")
        for given in ("secret-token", "wrong-token"):
            httpx.get(f"{url}{MODELS}?token={given}", headers={"Authorization": f"Bearer {given}"})
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    warnings = [line["message"] for line in lines if line["level"] == "warning"]
    assert len(warnings) == 2
    assert any("plain text" in each for each in warnings)
    assert any("chmod 600" in each for each in warnings)
    assert not any(word in served.log.read_text() for word in ("secret-token", "wrong-token"))
