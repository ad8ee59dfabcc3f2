"""What clients may take of a served registry: connections, seconds, bytes. All on real sockets."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from modelreg.local._registry.app import App
from modelreg.local._registry.server.running import serve_in_thread
from modelreg.local.server import Limits, ServeOptions
from tests.serving import serving

# A thousand connections, and limits that have to pass: part of `make test-all`.
pytestmark = pytest.mark.heavy

MODELS = "/api/model_registry/v1/registered_models"
POST = f"POST {MODELS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@contextmanager
def server(folder: Path, **limits: float) -> Iterator[str]:
    options = ServeOptions(port=0, limits=Limits(**limits))
    with serve_in_thread(App(folder / "registry.db"), options) as url:
        yield url


def connect(url: str, sent: str = "") -> socket.socket:
    parts = urlsplit(url)
    connected = socket.create_connection((parts.hostname, parts.port), 20)
    connected.sendall(sent.encode())
    return connected


def ended(connected: socket.socket) -> bytes:
    """Return what the server sent until it closed the connection."""
    received = b""
    try:
        while part := connected.recv(65536):
            received += part
    except ConnectionResetError:
        pass
    return received


def until(condition: Callable[[], bool]) -> None:
    """Ask again and again, up to a minute, until something has happened."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline


def closed_for(url: str, limit: str) -> int:
    name = f'modelreg_connections_closed_total{{limit="{limit}"}}'
    lines = httpx.get(f"{url}/metrics").text.splitlines()
    return sum(int(float(line.rpartition(" ")[2])) for line in lines if line.startswith(name))


def test_a_connection_that_sends_nothing_is_closed(tmp_path: Path) -> None:
    with server(tmp_path, header_seconds=1) as url, connect(url) as silent:
        assert ended(silent) == b""
        assert closed_for(url, "headers") == 1


def test_headers_that_drip_are_cut_off(tmp_path: Path) -> None:
    with server(tmp_path, header_seconds=1) as url, connect(url, POST) as slow:
        received = threading.Event()

        def drip() -> None:
            try:
                while not received.wait(0.05):
                    slow.sendall(b"X-A: b\r\n")
            except OSError:
                pass

        thread = threading.Thread(target=drip)
        thread.start()
        assert ended(slow) == b""
        received.set()
        thread.join()
        assert closed_for(url, "headers") == 1


def test_a_second_request_whose_headers_drip_is_cut_off(tmp_path: Path) -> None:
    get = f"GET {MODELS} HTTP/1.1\r\nHost: localhost\r\n"
    with server(tmp_path, header_seconds=1) as url, connect(url, f"{get}\r\n{get}") as slow:
        assert ended(slow).startswith(b"HTTP/1.1 200")
        assert closed_for(url, "headers") == 1


def test_an_idle_connection_is_closed(tmp_path: Path) -> None:
    with server(tmp_path, idle_seconds=0.5) as url:
        request = f"GET {MODELS} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with connect(url, request) as idle:
            assert ended(idle).startswith(b"HTTP/1.1 200")
        assert closed_for(url, "idle") == 1


def test_a_body_that_drips_is_408(tmp_path: Path) -> None:
    with server(tmp_path, body_seconds=0.2) as url, connect(url, f"{POST}Content-Length: 10\r\n\r\n{{") as slow:
        received = ended(slow)
        assert received.startswith(b"HTTP/1.1 408 ")
        assert b'"code":"Request Timeout"' in received


def test_the_rest_of_a_refused_body_is_not_awaited_for_ever(tmp_path: Path) -> None:
    with server(tmp_path, max_body=100, header_seconds=1) as url:
        with connect(url, f"{POST}Content-Length: 1000\r\n\r\n") as slow:
            assert ended(slow).startswith(b"HTTP/1.1 413 ")
        assert closed_for(url, "rest") == 1


def test_a_client_that_does_not_read_its_response_is_closed(tmp_path: Path) -> None:
    with server(tmp_path, idle_seconds=0.5) as url:
        model = {"name": "m", "description": "x" * 8_000_000}
        assert httpx.post(f"{url}{MODELS}", json=model).status_code == 201
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with deaf:
            deaf.connect((urlsplit(url).hostname, urlsplit(url).port))
            deaf.sendall(f"GET {MODELS} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            until(lambda: closed_for(url, "reader") == 1)


def test_bodies_under_way_have_a_limit_together(tmp_path: Path) -> None:
    with server(tmp_path, max_bodies_in_flight=100_000, body_seconds=20) as url, ExitStack() as stack:
        head = f"{POST}Content-Length: 70000\r\n\r\n"
        slow = stack.enter_context(connect(url, head + " " * 60_000))
        until(lambda: "modelreg_request_body_bytes 60000.0" in httpx.get(f"{url}/metrics").text)
        refused = httpx.post(f"{url}{MODELS}", json={"name": "x" * 60_000})
        assert refused.status_code == 503
        assert refused.json()["code"] == "Service Unavailable"
        assert "retry-after" in refused.headers
        slow.sendall(b'{"name": "m"}'.rjust(10_000))
        assert slow.recv(100).startswith(b"HTTP/1.1 201")
        assert httpx.post(f"{url}{MODELS}", json={"name": "n"}).status_code == 201
        assert "modelreg_request_body_bytes 0.0" in httpx.get(f"{url}/metrics").text


def test_a_new_connection_takes_the_place_of_the_idlest(tmp_path: Path) -> None:
    with server(tmp_path, max_connections=4) as url, ExitStack() as stack:
        idle = [stack.enter_context(connect(url)) for _ in range(4)]
        assert httpx.get(f"{url}{MODELS}").status_code == 200
        assert ended(idle[0]) == b""
        assert closed_for(url, "connections") == 1


def test_a_connection_at_work_is_not_closed_for_another(tmp_path: Path) -> None:
    with server(tmp_path, max_connections=2) as url:
        with ThreadPoolExecutor(12) as threads:
            posts = [threads.submit(httpx.post, f"{url}{MODELS}", json={"name": f"m{n}"}) for n in range(24)]
        assert {each.result().status_code for each in posts} == {201}


@pytest.mark.parametrize("tls", [False, True])
def test_idle_connections_past_the_open_files_lock_nobody_out(tmp_path: Path, tls: bool) -> None:
    import ssl

    import trustme

    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    arguments = ["--store", str(tmp_path / "registry.db"), *(["--certfile", str(tmp_path / "both.pem")] if tls else [])]
    with serving(tmp_path / "log", *arguments, open_files=128) as served, ExitStack() as stack:
        for _ in range(150):
            stack.enter_context(connect(served.url))
        assert httpx.get(f"{served.url}{MODELS}", verify=trusted, timeout=20).status_code == 200
    assert len(served.log.read_text()) < 3000
    assert "Too many open files" not in served.log.read_text()


def test_a_request_under_way_is_finished_and_idle_connections_do_not_delay_the_end(tmp_path: Path) -> None:
    body = b'{"name": "late"}'
    with serving(tmp_path / "log", "--store", str(tmp_path / "registry.db")) as served, ExitStack() as stack:
        stack.enter_context(connect(served.url))
        upload = stack.enter_context(connect(served.url, f"{POST}Content-Length: {len(body)}\r\n\r\n"))
        until(lambda: "modelreg_connections 3.0" in httpx.get(f"{served.url}/metrics").text)
        upload.sendall(body[:5])
        until(lambda: "modelreg_request_body_bytes 5.0" in httpx.get(f"{served.url}/metrics").text)
        served.process.terminate()
        until(lambda: "Waiting for connections to close" in served.log.read_text())
        upload.sendall(body[5:])
        assert upload.recv(100).startswith(b"HTTP/1.1 201")
        assert served.stop() == 0
