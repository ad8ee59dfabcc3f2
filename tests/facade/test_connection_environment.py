"""Proxies, certificates and a caller's own client, over real sockets: as httpx does it, where it should."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from contextlib import contextmanager

import httpx
import pytest
import trustme

from modelreg import errors
from modelreg._async.connection import AsyncConnection
from modelreg._config import Settings, Token, resolve
from modelreg._sync.connection import Connection
from tests.faults.bad_peers import listening, read_request, reply, tunnel

GOOD = b'{"id": "1"}'


class Recorder:
    """A behaviour that keeps the requests it sees."""

    def __init__(self, answer=GOOD, status=b"200 OK", headers=b""):
        self.heads = []
        self.answer, self.status, self.headers = answer, status, headers

    def __call__(self, connection, stop):
        while not stop.is_set():
            self.heads.append(read_request(connection).decode("latin-1"))
            connection.sendall(
                b"HTTP/1.1 %b\r\nContent-Type: application/json\r\n%bContent-Length: %d\r\n\r\n%b"
                % (self.status, self.headers, len(self.answer), self.answer)
            )


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def ca(authority, tmp_path_factory):
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def tls(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "registry.example.com", "localhost").configure_cert(context)
    return context


async def ask(mode, settings, **options):
    """Send one request over a connection of its own."""
    if mode == "async":
        connection = AsyncConnection(settings, **options)
        try:
            return await connection.request("get", "/registered_models/1", params={"name": "a b"})
        finally:
            await connection.aclose()
    with_sync = Connection(settings, **options)
    try:
        return with_sync.request("get", "/registered_models/1", params={"name": "a b"})
    finally:
        with_sync.close()


class TestProxy:
    async def test_plain_http_is_forwarded_with_the_proxys_password(self, mode, monkeypatch):
        proxy = Recorder()
        with listening(proxy) as port:
            monkeypatch.setenv("HTTP_PROXY", f"http://ana:p%40ss@127.0.0.1:{port}")
            await ask(mode, Settings(base_url="http://registry.example.com"))
        [head] = proxy.heads
        assert head.startswith(
            "GET http://registry.example.com/api/model_registry/v1/registered_models/1?name=a+b HTTP"
        )
        assert "Proxy-Authorization: Basic YW5hOnBAc3M=" in head

    @pytest.mark.parametrize("scheme", ["http", "https"])
    async def test_https_goes_through_a_tunnel(self, mode, monkeypatch, tls, ca, scheme):
        inner = Recorder()

        def behave(connection, stop):
            with wrap(tls, connection) as wrapped:
                inner(wrapped, stop)

        proxy_tls = tls if scheme == "https" else None
        with listening(tunnel(behave), tls=proxy_tls) as port:
            monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://localhost:{port}")
            monkeypatch.setenv("SSL_CERT_FILE", ca)
            token = Token(value="hush")
            response = await ask(mode, Settings(base_url="https://registry.example.com", token=token))
        assert response.json() == {"id": "1"}
        assert "Authorization: Bearer hush" in inner.heads[0]
        assert inner.heads[0].startswith("GET /api/model_registry/v1/")

    async def test_no_proxy_is_honoured(self, mode, monkeypatch):
        server = Recorder()
        with listening(server) as port:
            monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
            monkeypatch.setenv("NO_PROXY", "other.example.com,registry.localtest")
            monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", port))])
            await ask(mode, Settings(base_url=f"http://registry.localtest:{port}"))
        assert server.heads[0].startswith("GET /api/")

    async def test_this_machine_is_reached_directly(self, mode, monkeypatch):
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        server = Recorder()
        with listening(server) as port:
            await ask(mode, Settings(base_url=f"http://127.0.0.1:{port}", token=Token(value="hush")))
        assert "Authorization: Bearer hush" in server.heads[0]

    @pytest.mark.parametrize("proxy", ["ftp://proxy", "http://", "http://proxy:port"])
    async def test_what_is_no_proxy_is_named(self, mode, monkeypatch, proxy):
        monkeypatch.setenv("HTTP_PROXY", proxy)
        with pytest.raises(errors.InvalidInput, match="proxy"):
            await ask(mode, Settings(base_url="http://registry.example.com"))

    async def test_a_callers_client_does_not_show_our_token_to_its_proxy(self, mode, monkeypatch):
        proxy = Recorder()
        with listening(proxy) as port:
            monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
            client = httpx.AsyncClient() if mode == "async" else httpx.Client()
            try:
                settings = resolve("http://127.0.0.1:9", environ={}, token="hush", retries=0)
                with pytest.raises(errors.InvalidInput) as caught:
                    await ask(mode, settings, client=client)
            finally:
                await closed(client)
        assert caught.value.reason == "plaintext_token"
        assert not proxy.heads


@contextmanager
def wrap(context, connection):
    """Serve TLS on a connection; inside of another TLS connection by way of a pair of sockets."""
    near, far = socket.socketpair()

    def carry(source, target):
        with contextlib.suppress(OSError, ValueError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    carriers = [
        threading.Thread(target=carry, args=pair, daemon=True) for pair in ((connection, near), (near, connection))
    ]
    for carrier in carriers:
        carrier.start()
    with near, far, context.wrap_socket(far, server_side=True) as wrapped:
        yield wrapped


async def closed(client):
    if isinstance(client, httpx.AsyncClient):
        await client.aclose()
    else:
        client.close()


class TestCertificates:
    async def test_ssl_cert_file_is_honoured(self, mode, monkeypatch, tls, ca):
        with listening(reply(GOOD), tls=tls) as port:
            monkeypatch.setenv("SSL_CERT_FILE", ca)
            assert (await ask(mode, Settings(base_url=f"https://127.0.0.1:{port}"))).json() == {"id": "1"}

    async def test_the_name_in_the_certificate_has_to_be_the_servers(self, mode, monkeypatch, authority, ca):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("other.example.com").configure_cert(context)
        with listening(reply(GOOD), tls=context) as port, pytest.raises(errors.ConnectionFailed) as caught:
            await ask(mode, Settings(base_url=f"https://127.0.0.1:{port}", ca=ca, retries=0))
        assert "MODEL_REGISTRY_CA_CERT" in caught.value.hint


class TestPath:
    async def test_what_a_url_cannot_hold_is_encoded(self, mode):
        server = Recorder()
        with listening(server) as port:
            settings = Settings(base_url=f"http://127.0.0.1:{port}/bä se")
            connection = AsyncConnection(settings) if mode == "async" else Connection(settings)
            sent = connection.request("get", '/registered_models/é "1"?#', params={"n": ["é", "b"], "all": True})
            await sent if mode == "async" else None
            await connection.aclose() if mode == "async" else connection.close()
        path = server.heads[0].split(" ")[1]
        assert path == (
            "/b%C3%A4%20se/api/model_registry/v1/registered_models/%C3%A9%20%221%22%3F%23?n=%C3%A9&n=b&all=true"
        )

    async def test_a_body_and_headers_arrive_as_given(self, mode):
        server = Recorder(status=b"201 Created", headers=b'ETag: "7"\r\nmodelreg-preconditions: yes\r\n')
        with listening(server) as port:
            settings = Settings(base_url=f"http://127.0.0.1:{port}")
            connection = AsyncConnection(settings) if mode == "async" else Connection(settings)
            sent = connection.request("patch", "/registered_models/1", json={"owner": "é"}, headers={"If-Match": '"6"'})
            response = await sent if mode == "async" else sent
            await connection.aclose() if mode == "async" else connection.close()
        head, _, body = server.heads[0].partition("\r\n\r\n")
        assert head.startswith("PATCH ")
        assert 'If-Match: "6"' in head
        assert f"Host: 127.0.0.1:{port}" in head
        assert "Content-Type: application/json" in head
        assert body.encode("latin-1").decode() == '{"owner":"é"}'
        assert response.headers["etag"] == '"7"'
        assert response.headers["modelreg-preconditions"] == "yes"
