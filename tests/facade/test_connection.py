"""One request becomes one answer: the address, the version, the token, the client that carries it, and its end."""

import logging

import httpx
import pytest

from modelreg import AsyncModelRegistry, ModelRegistry, errors
from modelreg._async.connection import AsyncConnection
from modelreg._config import Settings, Timeouts, Token, resolve
from modelreg._sync.connection import Connection
from modelreg.local import LocalTransport
from tests.faults.sync_or_async import SERVER, AwaitableConnection

MISSING = httpx.Response(404, text="404 page not found\n")


class Server(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Responds by a function of the request, and keeps the requests."""

    def __init__(self, answer):
        self.answer = answer
        self.requests = []
        self.closed = 0

    def handle_request(self, request):
        self.requests.append(request)
        answer = self.answer(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    async def handle_async_request(self, request):
        return self.handle_request(request)

    def close(self):
        self.closed += 1

    async def aclose(self):
        self.closed += 1

    @property
    def urls(self):
        return [f"{request.method} {request.url}" for request in self.requests]


def good(_request=None):
    return httpx.Response(200, json={"id": "1"})


def speaking(*versions):
    """A server that has the routes of some versions only."""

    def answer(request):
        return good() if request.url.path.partition("/api/model_registry/")[2].split("/")[0] in versions else MISSING

    return Server(answer)


class TestConstruction:
    def test_it_opens_nothing(self, mode, monkeypatch):
        for kind in (httpx.Client, httpx.AsyncClient, httpx.HTTPTransport, httpx.AsyncHTTPTransport):
            monkeypatch.setattr(kind, "__init__", None)
        connection = AwaitableConnection(mode)
        assert connection.inner.settings.base_url == SERVER

    @pytest.mark.parametrize(("kind", "wrong"), [(AsyncConnection, httpx.Client), (Connection, httpx.AsyncClient)])
    def test_a_client_of_the_other_colour_is_refused(self, kind, wrong):
        with pytest.raises(errors.InvalidInput, match="has to be an httpx"):
            kind(Settings(base_url=SERVER), client=wrong())


class TestAddress:
    async def test_the_prefix_and_the_path_follow_the_base(self, mode):
        server = speaking("v1")
        connection = AwaitableConnection(mode, Settings(base_url=f"{SERVER}:8443/base"), transport=server)
        await connection.get("/registered_models/1", params={"name": "a b"}, headers={"X-Odd": "1"})
        assert server.urls == [f"GET {SERVER}:8443/base/api/model_registry/v1/registered_models/1?name=a+b"]
        assert server.requests[0].headers["X-Odd"] == "1"
        assert server.requests[0].headers["Accept"] == "application/json"

    async def test_the_embedded_registry_is_reached_without_an_address(self, mode, tmp_path, caplog):
        connection = AwaitableConnection(mode, resolve(tmp_path / "registry.db"))
        with caplog.at_level(logging.INFO, "modelreg"):
            assert (await connection.post(name="fraud"))["id"] == "1"
            assert (await connection.get("/registered_models/1"))["name"] == "fraud"
        assert caplog.text.count("using the embedded registry at") == 1
        await connection.close()

    def test_the_default_files_place_is_described(self, mode, monkeypatch, tmp_path):
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        monkeypatch.setenv("HOME", str(tmp_path))
        described = AwaitableConnection(mode, Settings(embedded=True)).inner.describe()
        assert described["address"].value.startswith(str(tmp_path))
        assert described["address"].source == "default"

    async def test_a_store_that_cannot_be_opened_is_a_failed_connection(self, mode, tmp_path):
        connection = AwaitableConnection(mode, resolve(tmp_path / "missing" / "registry.db"))
        with pytest.raises(errors.ConnectionFailed, match="does not exist"):
            await connection.get()
        await connection.close()


class TestVersion:
    async def test_the_first_request_is_the_probe(self, mode):
        server = speaking("v1", "v1alpha3")
        connection = AwaitableConnection(mode, transport=server)
        assert str(connection.inner.describe()["api_version"]) == "found on first use [default]"
        await connection.get()
        await connection.get()
        assert [url.split("/")[5] for url in server.urls] == ["v1", "v1"]
        assert str(connection.inner.describe()["api_version"]) == "v1 [found on first use]"

    @pytest.mark.parametrize("verb", ["GET", "POST", "PATCH"])
    async def test_an_older_server_is_found_with_one_more_request_once(self, mode, verb):
        server = speaking("v1alpha3")
        connection = AwaitableConnection(mode, transport=server)
        await connection.request(verb, "/registered_models", json={"name": "x"})
        await connection.get()
        assert [url.split("/")[5] for url in server.urls] == ["v1", "v1alpha3", "v1alpha3"]
        assert [request.method for request in server.requests[:2]] == [verb, verb]
        assert server.requests[0].content == server.requests[1].content

    async def test_experiments_go_to_the_older_version(self, mode):
        server = speaking("v1", "v1alpha3")
        connection = AwaitableConnection(mode, transport=server)
        await connection.get("/experiments")
        await connection.get("/registered_models")
        assert [url.split("/")[5] for url in server.urls] == ["v1alpha3", "v1"]

    async def test_experiments_on_a_server_without_them_are_a_clear_error_and_asked_for_once(self, mode):
        server = speaking("v1")
        connection = AwaitableConnection(mode, transport=server)
        for _ in range(2):
            with pytest.raises(errors.UnsupportedByServer, match="needs API version v1alpha3") as caught:
                await connection.get("/experiments")
            assert caught.value.resource == "experiments"
        assert len(server.requests) == 1

    async def test_what_is_no_registry_is_an_error_that_names_the_address(self, mode):
        server = speaking()
        with pytest.raises(errors.InvalidResponse, match="no model registry answers") as caught:
            await AwaitableConnection(mode, transport=server).get()
        assert SERVER in caught.value.hint
        assert len(server.requests) == 2

    async def test_a_given_version_is_used_without_looking(self, mode):
        server = speaking("v1alpha3")
        connection = AwaitableConnection(mode, Settings(base_url=SERVER, api_version="v1alpha3"), transport=server)
        await connection.get()
        assert len(server.requests) == 1
        assert str(connection.inner.describe()["api_version"]) == "v1alpha3 [default]"

    async def test_a_missing_record_is_no_missing_route(self, mode):
        server = Server(lambda _: httpx.Response(404, json={"code": "Not Found", "message": "no model 1"}))
        with pytest.raises(errors.NotFound, match="no model 1"):
            await AwaitableConnection(mode, transport=server).get("/registered_models/1")
        assert len(server.requests) == 1


class TestToken:
    async def test_it_goes_to_the_registry(self, mode):
        server = speaking("v1")
        await AwaitableConnection(mode, Settings(base_url=SERVER, token=Token(value="hush")), transport=server).get()
        assert server.requests[0].headers["Authorization"] == "Bearer hush"

    async def test_without_one_nothing_is_said(self, mode):
        server = speaking("v1")
        await AwaitableConnection(mode, transport=server).get()
        assert "Authorization" not in server.requests[0].headers

    async def test_one_that_was_left_out_is_logged_and_a_refusal_names_the_variable(self, mode, caplog, tmp_path):
        settings = resolve(
            "http://registry:8080",
            environ={"KF_PIPELINES_SA_TOKEN_PATH": "/token"},
            service_account_token=str(tmp_path / "none"),
        )
        server = Server(lambda _: httpx.Response(401, json={"code": "Unauthorized", "message": "who?"}))
        with caplog.at_level(logging.WARNING, "modelreg"):
            connection = AwaitableConnection(mode, settings, transport=server)
        assert "MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN=1" in caplog.text
        with pytest.raises(errors.Unauthorized, match="MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN=1"):
            await connection.get()
        assert "Authorization" not in server.requests[0].headers

    async def test_no_error_holds_one_that_the_server_echoes(self, mode):
        server = Server(lambda _: httpx.Response(400, json={"code": "x", "message": "bad token: hush"}))
        connection = AwaitableConnection(mode, Settings(base_url=SERVER, token=Token(value="hush")), transport=server)
        with pytest.raises(errors.InvalidInput) as caught:
            await connection.get()
        assert "hush" not in str(caught.value) + repr(vars(caught.value))

    @pytest.mark.parametrize("location", ["https://evil.example.com/x", "http://registry.example.com/x"])
    async def test_a_redirect_elsewhere_is_not_followed(self, mode, location):
        server = Server(lambda _: httpx.Response(302, headers={"Location": location}))
        connection = AwaitableConnection(mode, Settings(base_url=SERVER, token=Token(value="hush")), transport=server)
        with pytest.raises(errors.InvalidResponse, match="elsewhere"):
            await connection.get()
        assert len(server.requests) == 1

    async def test_a_redirect_on_the_host_is_followed_with_it(self, mode):
        def answer(request):
            if request.url.path.endswith("/"):
                return good()
            return httpx.Response(301, headers={"Location": f"{request.url}/"})

        server = Server(answer)
        connection = AwaitableConnection(mode, Settings(base_url=SERVER, token=Token(value="hush")), transport=server)
        assert await connection.get() == {"id": "1"}
        assert [request.headers["Authorization"] for request in server.requests] == ["Bearer hush", "Bearer hush"]

    async def test_redirects_in_a_circle_end(self, mode):
        server = Server(lambda request: httpx.Response(302, headers={"Location": str(request.url)}))
        with pytest.raises(errors.InvalidResponse, match="elsewhere"):
            await AwaitableConnection(mode, transport=server).get()
        assert len(server.requests) == 6

    async def test_a_post_is_not_redirected(self, mode):
        server = Server(lambda request: httpx.Response(307, headers={"Location": f"{request.url}/"}))
        with pytest.raises(errors.InvalidResponse, match="elsewhere"):
            await AwaitableConnection(mode, transport=server).post(name="x")
        assert len(server.requests) == 1


class TestForeignClient:
    def client(self, mode, **options):
        return (httpx.AsyncClient if mode == "async" else httpx.Client)(**options)

    async def finish(self, client):
        if isinstance(client, httpx.AsyncClient):
            await client.aclose()
        else:
            client.close()

    async def test_it_keeps_what_is_its_own_and_stays_open(self, mode):
        server, hooked = speaking("v1"), []

        async def ahook(request):
            hooked.append(request.method)

        hook = ahook if mode == "async" else lambda request: hooked.append(request.method)
        client = self.client(
            mode,
            transport=server,
            auth=("ana", "pass"),
            headers={"X-Team": "risk"},
            timeout=httpx.Timeout(3.0, connect=None),
            event_hooks={"request": [hook]},
        )
        connection = AwaitableConnection(
            mode, Settings(base_url=SERVER, token=Token(path="/found", deliberate=False)), client=client
        )
        await connection.get()
        await connection.close()
        [request] = server.requests
        assert request.headers["Authorization"].startswith("Basic ")
        assert request.headers["X-Team"] == "risk"
        assert request.extensions["timeout"].get("read") == 3.0
        assert request.extensions["timeout"].get("connect") == 60.0
        assert hooked == ["GET"]
        assert not client.is_closed
        assert server.closed == 0
        await self.finish(client)

    async def test_a_token_and_a_timeout_that_were_given_beside_it_are_used(self, mode):
        server = speaking("v1")
        client = self.client(mode, transport=server, auth=("ana", "pass"))
        settings = resolve(SERVER, environ={}, token="hush", timeout=Timeouts(total=9, connect=1, read=2))
        await AwaitableConnection(mode, settings, client=client).get()
        [request] = server.requests
        assert request.headers["Authorization"] == "Bearer hush"
        assert request.extensions["timeout"].get("read") == 2
        await self.finish(client)

    async def test_its_base_url_is_the_address_unless_one_is_given(self, mode, monkeypatch):
        monkeypatch.setenv("MODEL_REGISTRY_URL", "https://from.the.environment")
        registry = AsyncModelRegistry if mode == "async" else ModelRegistry
        client = self.client(mode, base_url=f"{SERVER}/api/model_registry/v1")
        assert str(registry(client=client).describe()["address"]) == f"{SERVER} [argument]"
        assert str(registry("https://given", client=client).describe()["address"]) == "https://given [argument]"
        bare = self.client(mode)
        assert registry(client=bare).describe()["address"].value.startswith("https://from.the.environment")
        await self.finish(client)
        await self.finish(bare)

    async def test_once_its_owner_closed_it_nothing_is_sent(self, mode):
        client = self.client(mode, transport=speaking("v1"))
        await self.finish(client)
        with pytest.raises(errors.ModelRegistryError, match="was closed"):
            await AwaitableConnection(mode, client=client).get()


class TestEnd:
    async def test_after_closing_nothing_is_sent(self, mode):
        server = speaking("v1")
        connection = AwaitableConnection(mode, transport=server)
        await connection.get()
        await connection.close()
        await connection.close()
        assert server.closed == 1
        with pytest.raises(errors.ModelRegistryError, match="was closed"):
            await connection.get()

    async def test_closing_what_was_never_opened_opens_nothing(self, mode):
        server = speaking("v1")
        connection = AwaitableConnection(mode, transport=server)
        await connection.close()
        assert server.closed == 0
        with pytest.raises(errors.ModelRegistryError, match="was closed"):
            await connection.get()
        assert server.requests == []


class TestInput:
    @pytest.mark.parametrize(
        "kwargs", [{"params": {"name": "\ud800"}}, {"json": {"name": "\ud800"}}, {"json": {"value": float("nan")}}]
    )
    async def test_what_cannot_be_written_is_our_error_and_not_sent(self, mode, kwargs):
        server = speaking("v1")
        with pytest.raises(errors.InvalidInput, match="cannot be written"):
            await AwaitableConnection(mode, transport=server).request("POST", "/registered_models", **kwargs)
        assert server.requests == []

    async def test_an_error_of_the_callers_own_passes_through(self, mode):
        def fetch():
            raise ImportError("the vault's library")

        connection = AwaitableConnection(
            mode, Settings(base_url=SERVER, token=Token(value=fetch)), transport=speaking("v1")
        )
        with pytest.raises(ImportError, match="the vault's library") as caught:
            await connection.get()
        assert not isinstance(caught.value, errors.ModelRegistryError)


async def test_a_retired_version_is_announced_once(mode, caplog):
    server = Server(lambda _: httpx.Response(200, json={}, headers={"Sunset": "Sat, 01 Aug 2026 00:00:00 GMT"}))
    connection = AwaitableConnection(mode, transport=server)
    with caplog.at_level(logging.WARNING, "modelreg"):
        await connection.get()
        await connection.get()
    assert caplog.text.count("Sat, 01 Aug 2026") == 1


async def test_a_handed_in_transport_carries_the_embedded_registry_too(mode, tmp_path):
    connection = AwaitableConnection(mode, Settings(embedded=True), transport=LocalTransport(tmp_path / "r.db"))
    assert (await connection.post(name="fraud"))["name"] == "fraud"
    await connection.close()
