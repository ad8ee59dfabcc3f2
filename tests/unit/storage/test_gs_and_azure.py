"""Google Cloud Storage and Azure, through the same class as S3: what differs, and the whole way."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import shutil
import socket
import subprocess
from email.utils import formatdate

import httpx
import pytest

from modelreg import storage
from modelreg.errors import Conflict, InvalidInput, NotFound
from tests.unit.storage.test_scan import by_coreutils

ACCOUNT = "devstoreaccount1"
# The key that every Azurite has, published by its makers.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@pytest.fixture
def gs_bucket(relay, bucket, environment):
    """Speak to the S3 server as to Google's: its XML API has the same requests under other headers' names."""

    def to_s3(head):
        head = re.sub(rb"(?im)^x-goog-if-generation-match: 0", b"If-None-Match: *", head)
        head = re.sub(rb"(?im)^x-goog-meta-", b"x-amz-meta-", head)
        head = re.sub(rb"(?im)^authorization:[^\r]*\r\n", b"", head)
        head = head.replace(b"\r\n", b"\r\nAuthorization: AWS AKIDEXAMPLE:unchecked\r\n", 1)
        line, rest = head.split(b"\r\n", 1)
        for encoded, plain in ((b"%2D", b"-"), (b"%2E", b"."), (b"%2F", b"/"), (b"%5F", b"_")):
            line = line.replace(encoded, plain)
        return line + b"\r\n" + rest

    relay.rewrite = to_s3
    relay.alter = lambda block: re.sub(rb"(?i)x-amz-meta-", b"x-goog-meta-", block)
    environment.setenv("STORAGE_EMULATOR_HOST", relay.url)
    return bucket.replace("s3://", "gs://")


@pytest.fixture(scope="session")
def azurite(tmp_path_factory):
    program = shutil.which("azurite-blob")
    if program is None:
        pytest.skip("azurite is not installed: npm install -g azurite")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [program, "--blobHost", "127.0.0.1", "--blobPort", str(port), "--inMemoryPersistence", "--silent"]
    command += ["--skipApiVersionCheck", "--disableTelemetry"]
    folder = tmp_path_factory.mktemp("azurite")
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/{ACCOUNT}"
    try:
        create_container(url, "models")
        yield url
    finally:
        server.terminate()
        server.wait()


def create_container(url, name):
    date = formatdate(usegmt=True)
    headers = {"x-ms-date": date, "x-ms-version": "2021-08-06"}
    signed = (
        "PUT" + "\n" * 12 + f"x-ms-date:{date}\nx-ms-version:2021-08-06\n/{ACCOUNT}/{ACCOUNT}/{name}\nrestype:container"
    )
    key = hmac.new(base64.b64decode(KEY), signed.encode(), hashlib.sha256).digest()
    headers["Authorization"] = f"SharedKey {ACCOUNT}:{base64.b64encode(key).decode()}"
    with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
        client.put(f"{url}/{name}?restype=container", headers=headers).raise_for_status()


@pytest.fixture
def container(azurite, environment):
    text = f"AccountName={ACCOUNT};AccountKey={KEY};BlobEndpoint={azurite};DefaultEndpointsProtocol=http;"
    environment.setenv("AZURE_STORAGE_CONNECTION_STRING", text)
    return "az://models"


@pytest.fixture(params=["gs_bucket", "container"])
def root(request):
    return request.getfixturevalue(request.param)


def test_a_folder_goes_up_and_comes_down(root, weights, tmp_path):
    (weights / "large.bin").write_bytes(bytes(range(256)) * 40_000)
    uri = f"{root}/{tmp_path.name}/1/"
    done = storage.upload(weights, uri)
    assert done.uri == uri
    assert storage.upload(weights, uri) == done
    assert storage.verify(uri, done.digest).files == 6
    target = storage.download(uri, tmp_path / "out", digest=done.digest)
    assert by_coreutils(target) == done.digest
    (weights / "config.json").write_text("{}")
    with pytest.raises(Conflict):
        storage.upload(weights, uri)


def test_a_container_that_is_missing(container, weights):
    with pytest.raises(NotFound) as missing:
        storage.upload(weights, "az://nothing/x/")
    assert missing.value.reason == "bucket_missing"


def test_azure_wants_an_account(environment, weights):
    for name in ("AZURE_STORAGE_CONNECTION_STRING", "AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT"):
        environment.delenv(name, raising=False)
    with pytest.raises(InvalidInput):
        storage.upload(weights, "az://models/x/")
