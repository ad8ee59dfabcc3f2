"""One request becomes one answer: the address, the version, the token, the client that carries it, and its end."""

import logging

import httpx
import pytest

from modelreg import AsyncModelRegistry, ModelRegistry, errors
from modelreg._async.connection import AsyncConnection
from modelreg._sync.connection import Connection
from modelreg.config import Settings, Timeouts, Token, resolve
from modelreg.local import LocalTransport
from tests.faults.driving import SERVER, Driven

MISSING = httpx.Response(404, text="404 page not found\n")


class Server(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers by a function of the request, and remembers what was asked."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []
        self.closed = 0

    def handle_request(self, request):
        self.asked.append(request)
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
        return [f"{request.method} {request.url}" for request in self.asked]


def good(_request=None):
    return httpx.Response(200, json={"id": "1"})


def speaking(*versions):
    """A server that has the routes of some versions only."""

    def answer(request):
        return good() if request.url.path.partition("/api/model_registry/")[2].split("/")[0] in versions else MISSING

    return Server(answer)


class TestConstruction:
    def test_it_opens_nothing(self, colour, monkeypatch):
        for kind in (httpx.Client, httpx.AsyncClient, httpx.HTTPTransport, httpx.AsyncHTTPTransport):
            monkeypatch.setattr(kind, "__init__", None)
        driven = Driven(colour)
        assert driven.inner.settings.base_url == SERVER

    @pytest.mark.parametrize(("kind", "wrong"), [(AsyncConnection, httpx.Client), (Connection, httpx.AsyncClient)])
    def test_a_client_of_the_other_colour_is_refused(self, kind, wrong):
        with pytest.raises(errors.InvalidInput, match="has to be an httpx"):
            kind(Settings(base_url=SERVER), client=wrong())


class TestAddress:
    async def test_the_prefix_and_the_path_follow_the_base(self, colour):
        server = speaking("v1")
        driven = Driven(colour, Settings(base_url=f"{SERVER}:8443/base"), transport=server)
        await driven.get("/registered_models/1", params={"name": "a b"}, headers={"X-Odd": "1"})
        assert server.urls == [f"GET {SERVER}:8443/base/api/model_registry/v1/registered_models/1?name=a+b"]
        assert server.asked[0].headers["X-Odd"] == "1"
        assert server.asked[0].headers["Accept"] == "application/json"

    async def test_the_embedded_registry_is_reached_without_an_address(self, colour, tmp_path, caplog):
        driven = Driven(colour, resolve(tmp_path / "registry.db"))
        with caplog.at_level(logging.INFO, "modelreg"):
            assert (await driven.post(name="fraud"))["id"] == "1"
            assert (await driven.get("/registered_models/1"))["name"] == "fraud"
        assert caplog.text.count("using the embedded registry at") == 1
        await driven.close()

    def test_the_default_files_place_is_described(self, colour, monkeypatch, tmp_path):
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        monkeypatch.setenv("HOME", str(tmp_path))
        described = Driven(colour, Settings(embedded=True)).inner.describe()
        assert described["address"].value.startswith(str(tmp_path))
        assert described["address"].source == "default"

    async def test_a_store_that_cannot_be_opened_is_a_failed_connection(self, colour, tmp_path):
        driven = Driven(colour, resolve(tmp_path / "missing" / "registry.db"))
        with pytest.raises(errors.ConnectionFailed, match="does not exist"):
            await driven.get()
        await driven.close()


class TestVersion:
    async def test_the_first_request_is_the_probe(self, colour):
        server = speaking("v1", "v1alpha3")
        driven = Driven(colour, transport=server)
        assert str(driven.inner.describe()["api_version"]) == "found on first use [default]"
        await driven.get()
        await driven.get()
        assert [url.split("/")[5] for url in server.urls] == ["v1", "v1"]
        assert str(driven.inner.describe()["api_version"]) == "v1 [found on first use]"

    @pytest.mark.parametrize("verb", ["GET", "POST", "PATCH"])
    async def test_an_older_server_is_found_with_one_more_request_once(self, colour, verb):
        server = speaking("v1alpha3")
        driven = Driven(colour, transport=server)
        await driven.request(verb, "/registered_models", json={"name": "x"})
        await driven.get()
        assert [url.split("/")[5] for url in server.urls] == ["v1", "v1alpha3", "v1alpha3"]
        assert [request.method for request in server.asked[:2]] == [verb, verb]
        assert server.asked[0].content == server.asked[1].content

    async def test_experiments_go_to_the_older_version(self, colour):
        server = speaking("v1", "v1alpha3")
        driven = Driven(colour, transport=server)
        await driven.get("/experiments")
        await driven.get("/registered_models")
        assert [url.split("/")[5] for url in server.urls] == ["v1alpha3", "v1"]

    async def test_experiments_on_a_server_without_them_are_a_clear_error_and_asked_for_once(self, colour):
        server = speaking("v1")
        driven = Driven(colour, transport=server)
        for _ in range(2):
            with pytest.raises(errors.UnsupportedByServer, match="needs API version v1alpha3") as caught:
                await driven.get("/experiments")
            assert caught.value.resource == "experiments"
        assert len(server.asked) == 1

    async def test_what_is_no_registry_is_an_error_that_names_the_address(self, colour):
        server = speaking()
        with pytest.raises(errors.InvalidResponse, match="no model registry answers") as caught:
            await Driven(colour, transport=server).get()
        assert SERVER in caught.value.hint
        assert len(server.asked) == 2

    async def test_a_given_version_is_used_without_looking(self, colour):
        server = speaking("v1alpha3")
        driven = Driven(colour, Settings(base_url=SERVER, api_version="v1alpha3"), transport=server)
        await driven.get()
        assert len(server.asked) == 1
        assert str(driven.inner.describe()["api_version"]) == "v1alpha3 [default]"

    async def test_a_missing_record_is_no_missing_route(self, colour):
        server = Server(lambda _: httpx.Response(404, json={"code": "Not Found", "message": "no model 1"}))
        with pytest.raises(errors.NotFound, match="no model 1"):
            await Driven(colour, transport=server).get("/registered_models/1")
        assert len(server.asked) == 1


class TestToken:
    async def test_it_goes_to_the_registry(self, colour):
        server = speaking("v1")
        await Driven(colour, Settings(base_url=SERVER, token=Token(value="hush")), transport=server).get()
        assert server.asked[0].headers["Authorization"] == "Bearer hush"

    async def test_without_one_nothing_is_said(self, colour):
        server = speaking("v1")
        await Driven(colour, transport=server).get()
        assert "Authorization" not in server.asked[0].headers

    async def test_one_that_was_left_out_is_logged_and_a_refusal_names_the_variable(self, colour, caplog, tmp_path):
        settings = resolve(
            "http://registry:8080",
            environ={"KF_PIPELINES_SA_TOKEN_PATH": "/token"},
            service_account_token=str(tmp_path / "none"),
        )
        server = Server(lambda _: httpx.Response(401, json={"code": "Unauthorized", "message": "who?"}))
        with caplog.at_level(logging.WARNING, "modelreg"):
            driven = Driven(colour, settings, transport=server)
        assert "MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN=1" in caplog.text
        with pytest.raises(errors.Unauthorized, match="MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN=1"):
            await driven.get()
        assert "Authorization" not in server.asked[0].headers

    async def test_no_error_holds_one_that_the_server_echoes(self, colour):
        server = Server(lambda _: httpx.Response(400, json={"code": "x", "message": "bad token: hush"}))
        driven = Driven(colour, Settings(base_url=SERVER, token=Token(value="hush")), transport=server)
        with pytest.raises(errors.InvalidInput) as caught:
            await driven.get()
        assert "hush" not in str(caught.value) + repr(vars(caught.value))

    @pytest.mark.parametrize("location", ["https://evil.example.com/x", "http://registry.example.com/x"])
    async def test_a_redirect_elsewhere_is_not_followed(self, colour, location):
        server = Server(lambda _: httpx.Response(302, headers={"Location": location}))
        driven = Driven(colour, Settings(base_url=SERVER, token=Token(value="hush")), transport=server)
        with pytest.raises(errors.InvalidResponse, match="elsewhere"):
            await driven.get()
        assert len(server.asked) == 1

    async def test_a_redirect_on_the_host_is_followed_with_it(self, colour):
        def answer(request):
            if request.url.path.endswith("/"):
                return good()
            return httpx.Response(301, headers={"Location": f"{request.url}/"})

        server = Server(answer)
        driven = Driven(colour, Settings(base_url=SERVER, token=Token(value="hush")), transport=server)
        assert await driven.get() == {"id": "1"}
        assert [request.headers["Authorization"] for request in server.asked] == ["Bearer hush", "Bearer hush"]

    async def test_redirects_in_a_circle_end(self, colour):
        server = Server(lambda request: httpx.Response(302, headers={"Location": str(request.url)}))
        with pytest.raises(errors.InvalidResponse, match="elsewhere"):
            await Driven(colour, transport=server).get()
        assert len(server.asked) == 6

    async def test_a_post_is_not_redirected(self, colour):
        server = Server(lambda request: httpx.Response(307, headers={"Location": f"{request.url}/"}))
        with pytest.raises(errors.InvalidResponse, match="elsewhere"):
            await Driven(colour, transport=server).post(name="x")
        assert len(server.asked) == 1


class TestForeignClient:
    def client(self, colour, **options):
        return (httpx.AsyncClient if colour == "async" else httpx.Client)(**options)

    async def finish(self, client):
        if isinstance(client, httpx.AsyncClient):
            await client.aclose()
        else:
            client.close()

    async def test_it_keeps_what_is_its_own_and_stays_open(self, colour):
        server, hooked = speaking("v1"), []

        async def ahook(request):
            hooked.append(request.method)

        hook = ahook if colour == "async" else lambda request: hooked.append(request.method)
        client = self.client(
            colour,
            transport=server,
            auth=("ana", "pass"),
            headers={"X-Team": "risk"},
            timeout=httpx.Timeout(3.0, connect=None),
            event_hooks={"request": [hook]},
        )
        driven = Driven(colour, Settings(base_url=SERVER, token=Token(path="/found", deliberate=False)), client=client)
        await driven.get()
        await driven.close()
        [request] = server.asked
        assert request.headers["Authorization"].startswith("Basic ")
        assert request.headers["X-Team"] == "risk"
        assert request.extensions["timeout"].get("read") == 3.0
        assert request.extensions["timeout"].get("connect") == 60.0
        assert hooked == ["GET"]
        assert not client.is_closed
        assert server.closed == 0
        await self.finish(client)

    async def test_a_token_and_a_timeout_that_were_given_beside_it_are_used(self, colour):
        server = speaking("v1")
        client = self.client(colour, transport=server, auth=("ana", "pass"))
        settings = resolve(SERVER, environ={}, token="hush", timeout=Timeouts(total=9, connect=1, read=2))
        await Driven(colour, settings, client=client).get()
        [request] = server.asked
        assert request.headers["Authorization"] == "Bearer hush"
        assert request.extensions["timeout"].get("read") == 2
        await self.finish(client)

    async def test_its_base_url_is_the_address_unless_one_is_given(self, colour, monkeypatch):
        monkeypatch.setenv("MODEL_REGISTRY_URL", "https://from.the.environment")
        registry = AsyncModelRegistry if colour == "async" else ModelRegistry
        client = self.client(colour, base_url=f"{SERVER}/api/model_registry/v1")
        assert str(registry(client=client).describe()["address"]) == f"{SERVER} [argument]"
        assert str(registry("https://given", client=client).describe()["address"]) == "https://given [argument]"
        bare = self.client(colour)
        assert registry(client=bare).describe()["address"].value.startswith("https://from.the.environment")
        await self.finish(client)
        await self.finish(bare)

    async def test_once_its_owner_closed_it_nothing_is_sent(self, colour):
        client = self.client(colour, transport=speaking("v1"))
        await self.finish(client)
        with pytest.raises(errors.ModelRegistryError, match="was closed"):
            await Driven(colour, client=client).get()


class TestEnd:
    async def test_after_closing_nothing_is_sent(self, colour):
        server = speaking("v1")
        driven = Driven(colour, transport=server)
        await driven.get()
        await driven.close()
        await driven.close()
        assert server.closed == 1
        with pytest.raises(errors.ModelRegistryError, match="was closed"):
            await driven.get()

    async def test_closing_what_was_never_opened_opens_nothing(self, colour):
        server = speaking("v1")
        driven = Driven(colour, transport=server)
        await driven.close()
        assert server.closed == 0
        with pytest.raises(errors.ModelRegistryError, match="was closed"):
            await driven.get()
        assert server.asked == []


class TestInput:
    @pytest.mark.parametrize(
        "kwargs", [{"params": {"name": "\ud800"}}, {"json": {"name": "\ud800"}}, {"json": {"value": float("nan")}}]
    )
    async def test_what_cannot_be_written_is_our_error_and_not_sent(self, colour, kwargs):
        server = speaking("v1")
        with pytest.raises(errors.InvalidInput, match="cannot be written"):
            await Driven(colour, transport=server).request("POST", "/registered_models", **kwargs)
        assert server.asked == []

    async def test_an_error_of_the_callers_own_passes_through(self, colour):
        def fetch():
            raise ImportError("the vault's library")

        driven = Driven(colour, Settings(base_url=SERVER, token=Token(value=fetch)), transport=speaking("v1"))
        with pytest.raises(ImportError, match="the vault's library") as caught:
            await driven.get()
        assert not isinstance(caught.value, errors.ModelRegistryError)


async def test_a_retired_version_is_announced_once(colour, caplog):
    server = Server(lambda _: httpx.Response(200, json={}, headers={"Sunset": "Sat, 01 Aug 2026 00:00:00 GMT"}))
    driven = Driven(colour, transport=server)
    with caplog.at_level(logging.WARNING, "modelreg"):
        await driven.get()
        await driven.get()
    assert caplog.text.count("Sat, 01 Aug 2026") == 1


async def test_a_handed_in_transport_carries_the_embedded_registry_too(colour, tmp_path):
    driven = Driven(colour, Settings(embedded=True), transport=LocalTransport(tmp_path / "r.db"))
    assert (await driven.post(name="fraud"))["name"] == "fraud"
    await driven.close()
