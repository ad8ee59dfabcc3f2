"""Folders of weights, and the stores on loopback that they are uploaded to."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registries import skip_or_fail
from tests.unit.storage.relay import Relay

ACCOUNT = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example", "AWS_DEFAULT_REGION": "us-east-1"}
FROM_USERS = ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_S3_ENDPOINT", "MODEL_REGISTRY_STORE")


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Make a folder of weights: several files, below one another, one of them empty."""
    folder = tmp_path / "weights"
    (folder / "tokenizer" / "a b").mkdir(parents=True)
    (folder / "model.bin").write_bytes(bytes(range(256)) * 10_000)
    (folder / "config.json").write_text('{"layers": 2}')
    (folder / "tokenizer" / "a b" / "vocabulary ü.txt").write_text("one\ntwo\n", encoding="utf-8")
    (folder / "tokenizer" / "empty").write_bytes(b"")
    (folder / "tokenizer-2").write_text("sorts between")
    return folder


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Start an S3 server on loopback and return its address."""
    try:
        from moto.server import ThreadedMotoServer
    except ImportError:
        skip_or_fail("moto is not installed: pip install 'moto[server]'")
        raise
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Leave nothing of the user's own settings in the environment."""
    for name in FROM_USERS:
        monkeypatch.delenv(name, raising=False)
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    return monkeypatch


@pytest.fixture
def bucket(s3_server: str, environment: pytest.MonkeyPatch) -> str:
    """Make an empty bucket, point the environment at its server, and return its URI."""
    import httpx

    name = f"models-{uuid.uuid4().hex[:12]}"
    httpx.put(f"{s3_server}/{name}").raise_for_status()
    environment.setenv("AWS_ENDPOINT_URL", s3_server)
    return f"s3://{name}"


@pytest.fixture
def relay(s3_server: str, bucket: str, environment: pytest.MonkeyPatch) -> Iterator[Relay]:
    """Put a relay that can be told to fail between the client and the S3 server."""
    with Relay(s3_server) as between:
        environment.setenv("AWS_ENDPOINT_URL", between.url)
        yield between


@pytest.fixture(params=["file", "s3"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URI of an empty store of each kind."""
    if request.param == "s3":
        return str(request.getfixturevalue("bucket"))
    return (tmp_path / "store").as_uri()
