"""1,100 idle connections on a server that may open 1,024 files: nobody is locked out, and the log stays small."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.serving import serving

MODELS = "/api/model_registry/v1/registered_models"
HEADERS = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
#: The seconds that a request may wait for its turn; far below the idle limit of 60.
MOST_SECONDS = 15


@pytest.mark.heavy
@pytest.mark.parametrize("sent", [b"", HEADERS], ids=["silent", "half a request"])
def test_idle_connections_lock_nobody_out(tmp_path: Path, sent: bytes) -> None:
    with serving(tmp_path / "log", "--store", str(tmp_path / "registry.db"), open_files=1024) as served:
        with ExitStack() as stack:
            for _ in range(1100):
                address = urlsplit(served.url)
                idle = stack.enter_context(socket.create_connection((address.hostname, address.port), 20))
                idle.sendall(sent)
            begin = time.monotonic()
            for number in range(20):
                response = httpx.post(f"{served.url}{MODELS}", json={"name": f"m{number}"}, timeout=MOST_SECONDS)
                assert response.status_code == 201
            print(f"20 requests beside 1,100 idle connections: {time.monotonic() - begin:.2f} s")
        assert httpx.get(f"{served.url}{MODELS}").json()["size"] == 20
    log = served.log.read_text()
    assert "Too many open files" not in log
    assert len(log) < 10_000
