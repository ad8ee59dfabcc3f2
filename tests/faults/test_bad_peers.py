"""Whatever a peer does on a real socket, a call ends with a result or our error, in bounded time and memory."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import tracemalloc

import pytest
import trustme

from modelreg import errors
from modelreg._async.connection import AsyncConnection
from modelreg._config import Settings, Timeouts, Token, resolve
from modelreg._sync.connection import Connection
from tests.faults.bad_peers import (
    DEEP,
    DEEP_OBJECTS,
    OK,
    TLS_RECORD,
    drip,
    flood,
    gzip_bomb,
    listening,
    raw,
    reply,
    silent,
    slow_reader,
    tunnel,
)

SECONDS = 0.3
#: By how much a call may overshoot.
SLACK = 1.0


class Caller:
    """A connection of either kind, with the clock of the machine and no second attempts."""

    def __init__(self, mode: str, settings: Settings) -> None:
        self.inner: AsyncConnection | Connection
        self.inner = AsyncConnection(settings) if mode == "async" else Connection(settings)

    async def call(self, method="GET", url="/registered_models/1", **kwargs):
        if isinstance(self.inner, AsyncConnection):
            return await self.inner.request(method, url, **kwargs)
        return self.inner.request(method, url, **kwargs)

    async def close(self) -> None:
        if isinstance(self.inner, AsyncConnection):
            await self.inner.aclose()
        else:
            self.inner.close()


@pytest.fixture
async def caller(mode):
    """Return a function that makes a connection."""
    made = []

    def make(url: str, **settings) -> Caller:
        settings.setdefault("timeouts", Timeouts(total=SECONDS, connect=SECONDS, read=SECONDS))
        made.append(Caller(mode, Settings(base_url=url, retries=settings.pop("retries", 0), **settings)))
        return made[-1]

    yield make
    for one in made:
        await one.close()


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def ca(authority, tmp_path_factory):
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture(scope="module")
def tls(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "registry.example.com").configure_cert(context)
    return context


async def ends_in_time(call):
    """Return the error that a call ends in, which has to be ours and in time."""
    began = time.monotonic()
    with pytest.raises(errors.ModelRegistryError) as caught:
        await call
    assert time.monotonic() - began < SECONDS + SLACK
    return caught.value


SLOW = {
    "silence": silent,
    "dripped status line": drip(),
    "dripped headers": drip(before=OK + b"X-Long: "),
    "endless headers, slowly": drip(before=OK, byte=b"A: b\r\n"),
    "endless 100 Continue": flood(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "endless 100 Continue, slowly": drip(byte=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "endless 103 Early Hints": flood(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    "dripped body": drip(before=OK + b"Content-Length: 1000000\r\n\r\n{"),
    "dripped body without a length": drip(before=OK + b"\r\n{"),
    "dripped chunks": drip(before=OK + b"Transfer-Encoding: chunked\r\n\r\n", byte=b"1\r\n{\r\n"),
    "endless chunk header": drip(before=OK + b"Transfer-Encoding: chunked\r\n\r\n1;"),
    "dripped body of an error": drip(before=b"HTTP/1.1 500 Oops\r\nContent-Length: 1000000\r\n\r\n"),
    "dripped gzip": drip(
        before=OK + b"Content-Encoding: gzip\r\nContent-Length: 9999\r\n\r\n\x1f\x8b\x08\0", byte=b"\0"
    ),
    "dripped trailers": drip(before=OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", byte=b"A: b\r\n"),
}


@pytest.mark.parametrize("fault", SLOW)
async def test_a_slow_response_ends_with_the_deadline(caller, fault):
    with listening(SLOW[fault]) as port:
        await ends_in_time(caller(f"http://127.0.0.1:{port}").call())


async def test_a_slow_response_is_not_waited_for_again_past_the_deadline(caller):
    with listening(SLOW["dripped headers"]) as port:
        timeouts = Timeouts(total=SECONDS, connect=SECONDS / 4, read=SECONDS / 4)
        error = await ends_in_time(caller(f"http://127.0.0.1:{port}", retries=100, timeouts=timeouts).call())
    assert isinstance(error, errors.DeadlineExceeded)


async def test_a_server_that_takes_a_body_byte_by_byte_ends_with_the_deadline(caller):
    with listening(slow_reader) as port:
        body = {"name": "x" * 2**23}
        error = await ends_in_time(caller(f"http://127.0.0.1:{port}").call("POST", "/registered_models", json=body))
    assert error.may_have_acted


class TestTls:
    @pytest.mark.parametrize("before", [b"", TLS_RECORD], ids=["nothing", "a record"])
    async def test_a_dripped_handshake_ends_with_the_deadline(self, caller, ca, before):
        with listening(drip(before=before, first=False) if before else silent) as port:
            error = await ends_in_time(caller(f"https://127.0.0.1:{port}", ca=ca).call())
        assert not error.may_have_acted

    async def test_dripped_headers_under_tls_end_with_the_deadline(self, caller, ca, tls):
        with listening(SLOW["dripped headers"], tls=tls) as port:
            assert (
                type(await ends_in_time(caller(f"https://127.0.0.1:{port}", ca=ca).call())) is errors.DeadlineExceeded
            )


class TestProxies:
    @pytest.fixture
    def through(self, monkeypatch, caller):
        """Return a function that makes a connection through a proxy."""

        def make(port, url="https://registry.example.com", scheme="http", **settings):
            monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://127.0.0.1:{port}")
            monkeypatch.setenv("HTTP_PROXY", f"{scheme}://127.0.0.1:{port}")
            monkeypatch.delenv("NO_PROXY", raising=False)
            monkeypatch.delenv("no_proxy", raising=False)
            return caller(url, **settings)

        return make

    @pytest.mark.parametrize(
        "behaviour",
        [
            silent,
            drip(),
            drip(before=b"HTTP/1.1 200 OK\r\nX: "),
            flood(b"HTTP/1.1 100 Continue\r\n\r\n"),
            tunnel(silent),
            tunnel(drip(before=TLS_RECORD, first=False)),
        ],
        ids=["silent", "status", "headers", "continue", "silent in the tunnel", "handshake in the tunnel"],
    )
    async def test_one_that_drips_ends_with_the_deadline(self, through, ca, behaviour):
        with listening(behaviour) as port:
            await ends_in_time(through(port, ca=ca).call())

    async def test_one_for_plain_http_that_drips_ends_with_the_deadline(self, through):
        with listening(SLOW["dripped headers"]) as port:
            await ends_in_time(through(port, "http://registry.example.com").call())

    @pytest.mark.parametrize(
        "behaviour",
        [drip(before=b"HTTP/1.1 200 OK\r\nX: "), tunnel(silent), tunnel(drip(before=TLS_RECORD, first=False))],
        ids=["headers", "silent in the tunnel", "handshake in the tunnel"],
    )
    async def test_one_by_tls_that_drips_ends_with_the_deadline(self, through, ca, tls, behaviour, monkeypatch):
        monkeypatch.setenv("SSL_CERT_FILE", ca)
        with listening(behaviour, tls=tls) as port:
            await ends_in_time(through(port, scheme="https", ca=ca).call())

    async def test_a_refusal_is_our_error(self, through, ca):
        with listening(raw(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")) as port:
            error = await ends_in_time(through(port, ca=ca).call())
        assert type(error) is errors.ConnectionFailed
        assert not error.may_have_acted

    async def test_a_token_is_not_sent_in_plain_text_through_one(self, through):
        seen = []

        def watch(connection, stop):
            seen.append(connection.recv(65536))

        with listening(watch) as port:
            url, token = "http://registry.example.com", Token(value="hush")
            error = await ends_in_time(through(port, url, token=token).call())
            assert error.reason == "plaintext_token"
            assert "hush" not in str(error)
            assert not seen
            await ends_in_time(through(port, url, token=token, allow_plaintext_token=True).call())
        assert b"Bearer hush" in seen[0]
        assert seen[0].startswith(b"GET http://registry.example.com/api/")


class TestNames:
    async def test_a_look_up_that_hangs_is_left_behind(self, caller, monkeypatch):
        never = threading.Event()
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: never.wait() and [])
        error = await ends_in_time(caller("http://registry.example.com").call())
        never.set()
        assert type(error) is errors.ConnectionFailed

    async def test_a_name_that_does_not_exist_is_our_error(self, caller, monkeypatch):
        def unknown(*_, **__):
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        assert type(await ends_in_time(caller("http://registry.example.com").call())) is errors.ConnectionFailed

    async def test_every_address_of_a_name_is_tried(self, caller, monkeypatch):
        with listening(reply(b'{"id": "1"}')) as port:
            with socket.create_server(("127.0.0.1", 0)) as closed:
                gone = closed.getsockname()[1]
            assert gone != port
            found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port)) for host in ("127.1.1.1", "127.0.0.1")]
            real = socket.getaddrinfo
            monkeypatch.setattr(
                socket,
                "getaddrinfo",
                lambda host, *a, **k: found if host == "registry.example.com" else real(host, *a, **k),
            )
            response = await caller(f"http://registry.example.com:{port}").call()
        assert response.json() == {"id": "1"}


BROKEN = {
    "nothing": raw(b""),
    "reset": raw(b"", reset=True),
    "garbage": raw(b"\x00\xff\xfe garbage\r\n\r\n"),
    "not http": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "half a status line": raw(b"HTTP/1.1 20"),
    "half the headers": raw(OK),
    "half a body": raw(OK + b'Content-Length: 100\r\n\r\n{"id":'),
    "reset in a body": raw(OK + b'Content-Length: 100\r\n\r\n{"id":', reset=True),
    "half a chunk": raw(OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{"),
    "no chunk length": raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}"),
    "two lengths": raw(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    "a negative length": raw(OK + b"Content-Length: -2\r\n\r\n{}"),
    "a header past all measure": flood(b"x", before=OK + b"X: "),
    "headers past all measure": flood(b"A: b\r\n", before=OK),
    "a bad header": raw(OK + b"\x01bad\x00: x\r\n\r\n{}"),
    "an html page": reply(b"<html><title>Sign in</title></html>"),
    "a list": reply(b"[1]"),
    "an unknown encoding": reply(b"{}", encoding="br"),
    "half a gzip": reply(gzip_bomb(1)[:50], encoding="gzip"),
    "no gzip": reply(b'{"id": "1"}', encoding="gzip"),
    "an endless body": flood(b"x", before=OK + b"\r\n{"),
    "a gzip bomb": reply(gzip_bomb(8), encoding="gzip"),
    "a gzip bomb twice over": reply(gzip_bomb(64, 2), encoding="gzip, gzip"),
    "an error that is a gzip bomb": reply(gzip_bomb(8), encoding="gzip", status=b"500 Oops"),
    "deep arrays": reply(DEEP),
    "deep objects": reply(DEEP_OBJECTS),
    "a deep error": reply(DEEP, status=b"400 Bad"),
    "a number past all measure": reply(b'{"id": 1' + b"0" * 10**5 + b"}"),
    "half a character": reply(b'{"id": "\xff\xfe"}'),
    "a redirect to itself": raw(
        b"HTTP/1.1 302 Found\r\nLocation: /api/model_registry/v1/x\r\nContent-Length: 0\r\n\r\n"
    ),
    "a status past all measure": raw(b"HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\n{}"),
    "an upgrade": raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"),
    "no content": raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
}


@pytest.mark.parametrize("fault", BROKEN)
async def test_a_broken_response_is_our_error(caller, fault):
    timeouts = Timeouts(total=10, connect=10, read=10)
    with listening(BROKEN[fault]) as port, pytest.raises(errors.ModelRegistryError) as caught:
        await caller(f"http://127.0.0.1:{port}", timeouts=timeouts, max_response_bytes=2**20).call()
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("times", [1, 2])
async def test_a_bomb_takes_no_more_memory_than_the_limit(caller, times):
    content = gzip_bomb(24, times)
    with listening(reply(content, encoding=", ".join(["gzip"] * times))) as port:
        connection = caller(f"http://127.0.0.1:{port}", timeouts=Timeouts(), max_response_bytes=2**21)
        tracemalloc.start()
        try:
            with pytest.raises(errors.InvalidResponse) as caught:
                await connection.call()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert caught.value.reason == "response_too_large"
    assert peak < 10 * 2**20


async def test_after_a_fault_the_connection_object_works(caller):
    answered = threading.Event()

    def first_silent(connection, stop):
        if answered.is_set():
            reply(b'{"id": "1"}')(connection, stop)
        else:
            answered.set()
            stop.wait()

    with listening(first_silent) as port:
        connection = caller(f"http://127.0.0.1:{port}")
        await ends_in_time(connection.call())
        assert (await connection.call()).json() == {"id": "1"}


async def test_a_token_callable_that_hangs_is_left_behind(caller):
    never = threading.Event()
    with listening(reply(b"{}")) as port:
        token = Token(value=lambda: never.wait() and "late")
        error = await ends_in_time(caller(f"http://127.0.0.1:{port}", token=token).call())
    never.set()
    assert type(error) is errors.DeadlineExceeded


async def test_a_registry_object_is_bounded_by_its_timeout(mode):
    with listening(SLOW["dripped headers"]) as port:
        connection = Caller(mode, resolve(f"http://127.0.0.1:{port}", environ={}, timeout=SECONDS, retries=0))
        await ends_in_time(connection.call())
        await connection.close()
