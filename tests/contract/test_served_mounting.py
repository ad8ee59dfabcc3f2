"""Applications beside the API of a served registry: what they are given, and what stays the server's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from modelreg import ModelRegistry
from modelreg.local._registry.app import App
from modelreg.local._registry.server.mounting import AppFactory, Mounts, ReadOnlyApp, ServedRegistry
from modelreg.local._registry.server.running import serve_in_thread
from modelreg.local.server import Limits, ServeError, ServeOptions

MODELS = "/api/model_registry/v1/registered_models"


class Page:
    """A small page: lists the models, makes one by a form, and asks for the token itself."""

    def __init__(self, served: ServedRegistry) -> None:
        self.served = served

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = await receive()
        given = dict(scope["headers"]).get(b"cookie", b"").removeprefix(b"token=")
        if self.served.needs_token and not self.served.accepts(given.decode()):
            return await reply(send, 401, "log in")
        async with httpx.AsyncClient(transport=self.served.transport, base_url="http://embedded") as client:
            if scope["method"] == "POST":
                made = await client.post(MODELS, json={"name": request["body"].decode().partition("=")[2]})
                return await reply(send, made.status_code, made.text)
            names = [each["name"] for each in (await client.get(MODELS)).json()["items"]]
        return await reply(send, 200, f"{scope['root_path']}|{scope['path']}|{','.join(names)}")


async def reply(send: Any, status: int, text: str) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": text.encode()})


@contextmanager
def page_of(folder: Path, apps: dict[str, AppFactory] | None = None, **options: Any) -> Iterator[httpx.Client]:
    app = (ReadOnlyApp if options.get("read_only") else App)(folder / "registry.db")
    made = serve_in_thread(app, ServeOptions(port=0, **options), apps or {"/": Page})
    with made as url, httpx.Client(base_url=url) as client:
        yield client


@pytest.fixture
def token(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text("secret")
    path.chmod(0o600)
    return path


def test_a_page_stands_beside_the_api(tmp_path: Path) -> None:
    with page_of(tmp_path) as client:
        assert client.post(MODELS, json={"name": "m"}).status_code == 201
        assert client.get("/").text == "|/|m"
        assert client.get("/models/m").text == "|/models/m|m"
        assert client.get("/readyz/health").text == "OK"
        assert "modelreg_http_requests_total" in client.get("/metrics").text
        assert client.get("/api/model_registry/v9/nothing").headers["content-type"].startswith("text/plain; charset")


def test_a_page_below_a_path_knows_where_it_is(tmp_path: Path) -> None:
    with page_of(tmp_path, {"/ui": Page}) as client:
        assert client.get("/ui/models").text == "/ui|/ui/models|"
        assert client.get("/uix").status_code == 404


def test_a_form_writes_and_a_foreign_one_does_not(tmp_path: Path) -> None:
    with page_of(tmp_path) as client:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        own = {**form, "Origin": str(client.base_url).rstrip("/")}
        assert client.post("/", content="name=a", headers=own).status_code == 201
        foreign = {**form, "Origin": "https://evil.example"}
        assert client.post("/", content="name=b", headers=foreign).status_code == 403
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 403
        assert client.get("/").text == "|/|a"


def test_with_a_token_a_page_has_its_own_login(tmp_path: Path, token: Path) -> None:
    with page_of(tmp_path, token_file=token) as client:
        assert client.get(MODELS).status_code == 401
        assert client.get("/metrics").status_code == 401
        assert (client.get("/").status_code, client.get("/").text) == (401, "log in")
        assert client.get("/", headers={"Cookie": "token=other"}).status_code == 401
        assert client.get("/", headers={"Cookie": "token=secret"}).text == "|/|"
        foreign = {"Cookie": "token=secret", "Origin": "https://evil.example"}
        assert client.post("/", content="name=b", headers=foreign).status_code == 403


@pytest.mark.parametrize("path", ["/%61pi/model_registry/v1/registered_models", "//api/model_registry", "/metrics/"])
def test_no_spelling_of_a_path_passes_the_token(tmp_path: Path, token: Path, path: str) -> None:
    with page_of(tmp_path, {"/ui": Page}, token_file=token) as client:
        assert client.get(path).status_code == 401


def test_read_only_holds_for_a_page_too(tmp_path: Path) -> None:
    with page_of(tmp_path, read_only=True) as client:
        assert client.post("/", content="name=a").status_code == 403
        assert client.get("/").text == "|/|"


def test_a_body_for_a_page_has_the_same_limits(tmp_path: Path) -> None:
    with page_of(tmp_path, limits=Limits(max_body=100)) as client:
        assert client.post("/", content="name=" + "x" * 200).status_code == 413


def test_the_facade_runs_on_the_transport_of_a_page(tmp_path: Path) -> None:
    kept: list[ServedRegistry] = []

    def make(served: ServedRegistry) -> Page:
        kept.append(served)
        return Page(served)

    with page_of(tmp_path, {"/": make}) as client:
        with ModelRegistry("http://embedded", transport=kept[0].transport) as registry:
            registry.models.upsert("m")
        assert client.get("/").text == "|/|m"


def test_a_page_that_fails_is_a_500_and_no_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def make(served: ServedRegistry) -> Any:
        async def page(scope: Any, receive: Any, send: Any) -> None:
            raise ValueError("of the page")

        return page

    with page_of(tmp_path, {"/": make}) as client:
        response = client.get("/")
        assert (response.status_code, response.json()["code"]) == (500, "Internal Server Error")
        assert "of the page" in caplog.text
        assert 'route="other",status="500"' in client.get("/metrics").text


@pytest.mark.parametrize("path", ["ui", "/ui/", "/api/model_registry", "/api/model_registry/v1", "/readyz", "/metrics"])
def test_a_path_of_the_registry_cannot_be_taken(path: str) -> None:
    async def page(scope: Any, receive: Any, send: Any) -> None:
        """Never called."""

    with pytest.raises(ServeError):
        Mounts({path: page})


def test_the_page_of_the_documentation_lists_the_models(tmp_path: Path) -> None:
    import re

    text = (Path(__file__).parents[2] / "docs" / "served-registry.md").read_text(encoding="utf-8")
    defined: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        exec(block, defined)
    with page_of(tmp_path, {"/": defined["make_page"]}) as client:
        client.post(MODELS, json={"name": "m"})
        assert client.get("/").text == "m"
