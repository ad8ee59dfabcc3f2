"""``modelreg serve``: what it binds to, whom it lets in, what it refuses, and how it ends."""

from __future__ import annotations

import socket
import ssl
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.serving import COMMAND, serving, start

V1 = "/api/model_registry/v1"


def test_the_first_line_is_the_url_and_the_registry_answers(tmp_path: Path) -> None:
    with serving(tmp_path / "log", "--store", str(tmp_path / "registry.db")) as served:
        assert served.url.startswith("http://127.0.0.1:")
        with httpx.Client(base_url=served.url) as client:
            for path in ("/readyz/health", "/readyz/isDirty"):
                assert (client.get(path).status_code, client.get(path).text) == (200, "OK")
            assert client.post(f"{V1}/registered_models", json={"name": "m"}).status_code == 201
            assert client.get(f"{V1}/registered_models").json()["size"] == 1
    assert "POST /api/model_registry/v1/registered_models" in served.log.read_text()


def test_without_a_store_it_serves_the_users_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    with serving(tmp_path / "log") as served:
        assert httpx.get(f"{served.url}{V1}/registered_models").json()["size"] == 0
    assert [each.name for each in tmp_path.rglob("registry.db")] == ["registry.db"]


def test_a_token_is_asked_for_and_may_rotate(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("first\n")
    arguments = ("--store", str(tmp_path / "registry.db"), "--token-file", str(token))
    with serving(tmp_path / "log", *arguments) as served, httpx.Client(base_url=served.url) as client:

        def ask(**headers: str) -> int:
            return client.get(f"{V1}/registered_models", headers=headers).status_code

        assert ask() == 401
        assert ask(Authorization="Bearer other") == 401
        assert ask(Authorization="Basic first") == 401
        assert ask(Authorization="Bearer first") == 200
        assert client.get("/readyz/health").status_code == 200
        refused = client.get(f"{V1}/registered_models")
        assert refused.json()["code"] == "Unauthorized"
        assert refused.headers["www-authenticate"] == "Bearer"
        token.write_text("second token\n")
        assert ask(Authorization="Bearer first") == 401
        assert ask(Authorization="Bearer second token") == 200
    assert "first" not in served.log.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "--token-file"),
        (["--host", "::"], "--insecure"),
        (["--token-file", "missing"], "token file"),
        (["--store", "missing/registry.db"], "folder"),
        (["--store", "mysql://host/db"], "a registry lives in"),
        (["--keyfile", "key.pem"], "--certfile"),
    ],
)
def test_what_cannot_be_served_is_one_line_and_exit_code_1(arguments: list[str], said: str, tmp_path: Path) -> None:
    store = [] if "--store" in arguments else ["--store", str(tmp_path / "registry.db")]
    done = subprocess.run(
        [*COMMAND, "--port", "0", *store, *arguments], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*COMMAND, "--store", str(tmp_path / "registry.db"), "--port", port],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert port in done.stderr


def test_insecure_is_enough_to_serve_others(tmp_path: Path) -> None:
    with serving(tmp_path / "log", "--store", str(tmp_path / "r.db"), "--host", "0.0.0.0", "--insecure") as served:
        url = served.url.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(f"{url}{V1}/registered_models").status_code == 200


def test_a_body_that_is_too_large_is_refused(tmp_path: Path) -> None:
    arguments = ("--store", str(tmp_path / "registry.db"), "--max-body", "1000")
    with serving(tmp_path / "log", *arguments) as served, httpx.Client(base_url=served.url) as client:
        path = f"{V1}/registered_models"
        assert client.post(path, json={"name": "m", "description": "x" * 2000}).status_code == 413
        chunks = (b"x" * 100 for _ in range(50))
        assert client.post(path, content=chunks, headers={"Content-Type": "application/json"}).status_code == 413
        assert client.post(path, json={"name": "m"}).status_code == 201


def test_an_answer_in_two_parts_does_not_wait_for_the_client() -> None:
    from modelreg.local._registry.server.running import bind
    from modelreg.local.server import ServeOptions

    # asyncio switches Nagle's algorithm off only where the socket says that it is TCP.
    with bind(ServeOptions(port=0)) as bound:
        assert bound.proto == socket.IPPROTO_TCP


def test_tls_is_spoken_with_a_certificate(tmp_path: Path) -> None:
    import trustme

    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    arguments = ("--certfile", str(tmp_path / "cert.pem"), "--keyfile", str(tmp_path / "key.pem"))
    with serving(tmp_path / "log", "--store", str(tmp_path / "registry.db"), *arguments) as served:
        assert served.url.startswith("https://")
        assert httpx.get(f"{served.url}{V1}/registered_models", verify=trusted).status_code == 200


@pytest.mark.heavy
def test_requests_under_way_are_answered_before_it_ends(tmp_path: Path) -> None:
    store = str(tmp_path / "registry.db")
    served = start(tmp_path / "log", "--store", store)
    names = [f"m{index}" for index in range(200)]

    def make(name: str) -> int | None:
        try:
            answer = httpx.post(f"{served.url}{V1}/registered_models", json={"name": name})
        except httpx.TransportError:
            return None  # it came too late: nobody took it
        if name == "m20":
            served.process.terminate()
        return answer.status_code

    with ThreadPoolExecutor(8) as threads:
        made = dict(zip(names, threads.map(make, names), strict=True))
    assert served.stop() == 0
    assert set(made.values()) == {201, None}
    with serving(tmp_path / "log", "--store", store) as again:
        there = {each["name"] for each in httpx.get(f"{again.url}{V1}/registered_models").json()["items"]}
    assert there == {name for name, status in made.items() if status == 201}


def test_a_wrong_method_says_which_are_right(tmp_path: Path) -> None:
    with serving(tmp_path / "log", "--store", str(tmp_path / "registry.db")) as served:
        answer = httpx.delete(f"{served.url}{V1}/registered_models")
        assert (answer.status_code, answer.content, answer.headers["allow"]) == (405, b"", "GET, POST")
        missing = httpx.get(f"{served.url}{V1}/nothing")
        assert (missing.status_code, missing.headers["content-type"]) == (404, "text/plain; charset=utf-8")
