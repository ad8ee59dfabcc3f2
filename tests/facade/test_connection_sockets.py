"""One connection over real sockets: shared by threads and tasks, kept open, and trusted by its certificate alone."""

import asyncio
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import trustme

from modelreg import errors
from modelreg._async.connection import AsyncConnection
from modelreg._config import Settings, resolve
from modelreg._sync.connection import Connection
from tests.faults.sync_or_async import AwaitableConnection


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    connections: set

    def do_GET(self):
        self.connections.add(self.client_address)
        giant = self.path.endswith("/giant")
        body = b"x" * 2**22 if giant else b'{"id": "1"}'
        self.send_response(500 if giant else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *_):
        """Stay quiet."""


@contextmanager
def served(tls=None):
    handler = type("Handler", (_Handler,), {"connections": set()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    # Whoever is refused over TLS is told so by the handshake; the server need not speak of it.
    server.handle_error = lambda *_: None
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}", handler.connections
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class TestSockets:
    def test_threads_share_one_connection_object_and_keep_its_connections(self):
        with served() as (url, connections):
            connection = Connection(Settings(base_url=url))
            with ThreadPoolExecutor(4) as pool:
                answers = list(pool.map(lambda _: connection.request("GET", "/registered_models").json(), range(40)))
            connection.close()
        assert answers == [{"id": "1"}] * 40
        assert 1 <= len(connections) <= 4

    async def test_tasks_share_one_connection_object_and_keep_its_connections(self):
        with served() as (url, connections):
            connection = AsyncConnection(Settings(base_url=url))
            for _ in range(5):
                answers = await asyncio.gather(*(connection.request("GET", "/registered_models") for _ in range(4)))
                assert [answer.json() for answer in answers] == [{"id": "1"}] * 4
            await connection.aclose()
        assert 1 <= len(connections) <= 4

    async def test_of_a_giant_answer_to_a_failure_the_beginning_is_read(self, mode):
        with served() as (url, _):
            connection = AwaitableConnection(mode, Settings(base_url=url, retries=0))
            with pytest.raises(errors.ServerError) as caught:
                await connection.get("/giant")
            assert caught.value.server_message.startswith("xxx")
            assert (await connection.get()) == {"id": "1"}
            await connection.close()

    async def test_nobody_listens(self, mode):
        with served() as (url, _):
            pass
        connection = AwaitableConnection(mode, Settings(base_url=url, retries=2))
        with pytest.raises(errors.ConnectionFailed, match="no connection to http://127") as caught:
            await connection.post(name="x")
        assert not caught.value.may_have_acted
        assert connection.clock.pauses == [1.0, 2.0]
        assert isinstance(caught.value.__cause__, httpx.ConnectError)
        await connection.close()


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def files(authority, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("ana@example.com").private_key_and_cert_chain_pem.write_to_path(folder / "client.pem")
    trustme.CA().cert_pem.write_to_path(folder / "other.pem")
    return folder


class TestTls:
    @pytest.fixture
    def tls(self, authority):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        return context

    async def test_an_authority_of_ones_own_is_trusted(self, mode, tls, files):
        with served(tls) as (url, _):
            connection = AwaitableConnection(mode, resolve(url, environ={}, ca=files / "ca.pem", token="hush"))
            assert await connection.get() == {"id": "1"}
            await connection.close()

    async def test_a_client_presents_itself(self, mode, tls, authority, files):
        tls.verify_mode = ssl.CERT_REQUIRED
        authority.configure_trust(tls)
        with served(tls) as (url, _):
            settings = resolve(url, environ={}, ca=files / "ca.pem", client_cert=files / "client.pem")
            connection = AwaitableConnection(mode, settings)
            assert await connection.get() == {"id": "1"}
            await connection.close()

    @pytest.mark.parametrize("ca", [None, "other.pem"])
    async def test_a_stranger_is_not_asked_twice(self, mode, tls, files, ca):
        with served(tls) as (url, connections):
            connection = AwaitableConnection(mode, resolve(url, environ={}, ca=ca and files / ca))
            with pytest.raises(errors.ConnectionFailed, match="MODEL_REGISTRY_CA_CERT"):
                await connection.post(name="x")
            await connection.close()
        assert connection.clock.pauses == []
        assert not connections
