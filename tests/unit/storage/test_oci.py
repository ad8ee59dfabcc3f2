"""Model images in a real registry: pushed, read back by us and by skopeo."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import socket
import subprocess
import tarfile
from itertools import count

import httpx
import pytest

from modelreg import storage
from modelreg._storage.http_client import HttpClient
from modelreg._storage.oci_credentials import credentials
from modelreg._storage.oci_names import parse_image_uri
from modelreg._storage.oci_registry import Registry
from modelreg.errors import Conflict, Forbidden, IntegrityError, InvalidInput, NotFound, Unauthorized
from tests.registries import skip_or_fail
from tests.unit.storage.test_scan import by_coreutils

# A registry of images in a process of its own: part of `make test-all`.
pytestmark = pytest.mark.heavy

_numbers = count(1)
# "secret", as htpasswd -B writes it.
SECRET_HASHED = "$2b$04$vwYRLccsDZMJ/fT5EMT8HuJwnFJNhwHWHq0shhx1aqXliIdtA.vya"
CONFIG = """
version: 0.1
storage: {{filesystem: {{rootdirectory: {folder}}}}}
http: {{addr: "127.0.0.1:{port}"}}
log: {{level: error, accesslog: {{disabled: true}}}}
{auth}
"""


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        skip_or_fail(f"{name} is not installed: apt-get install {name}")
    return str(found)


def start_registry(folder, auth=""):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "config.yml"
    config.write_text(CONFIG.format(folder=folder / "data", port=port, auth=auth))
    environ = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
    with (folder / "log").open("wb") as log:
        command = [program("docker-registry"), "serve", str(config)]
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environ)
    with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
        client.get(f"http://127.0.0.1:{port}/v2/")
    return server, f"127.0.0.1:{port}"


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    server, address = start_registry(tmp_path_factory.mktemp("registry"))
    yield address
    server.terminate()
    server.wait()


@pytest.fixture
def root(host, environment):
    return f"oci://{host}/team-{next(_numbers)}"


def test_an_image_goes_up_and_comes_down(root, weights, tmp_path):
    uri = storage.version_uri(root, "fraud", "1.4.0")
    assert uri == f"{root}/fraud:1.4.0"
    events = []
    done = storage.upload(weights, uri, progress=events.append)
    assert done.uri.startswith(f"{root}/fraud:1.4.0@sha256:")
    assert done.digest == by_coreutils(weights)
    assert events[-1].done == events[-1].total == done.size
    assert storage.verify(done.uri, done.digest, allow_local=True).files == 5
    assert storage.files(done.uri, allow_local=True) == storage.scan(weights).files
    target = storage.download(done.uri, tmp_path / "out", digest=done.digest, allow_local=True)
    assert by_coreutils(target) == done.digest
    assert storage.upload(weights, uri) == done


def test_the_image_of_the_same_files_has_the_same_bytes(root, weights, tmp_path):
    shutil.copytree(weights, tmp_path / "copy")
    for path in (tmp_path / "copy").rglob("*"):
        os.utime(path, (1, 1))
    first = storage.upload(weights, f"{root}/a:1")
    second = storage.upload(tmp_path / "copy", f"{root}/b:1")
    assert first.uri.partition("@")[2] == second.uri.partition("@")[2]


def test_a_single_file(root, weights, tmp_path):
    done = storage.upload(weights / "model.bin", f"{root}/fraud:1")
    assert storage.verify(done.uri, done.digest, allow_local=True) == storage.Verified(done.digest, 1)
    path = storage.download(done.uri, tmp_path / "out", digest=done.digest, allow_local=True)
    assert path == tmp_path / "out" / "model.bin"


def test_skopeo_reads_the_image(root, weights, tmp_path):
    done = storage.upload(weights, f"{root}/fraud:1")
    skopeo = program("skopeo")
    reference = done.uri.removeprefix("oci://").replace(":1@", "@")
    command = [skopeo, "copy", "--src-tls-verify=false", f"docker://{reference}", f"dir:{tmp_path / 'image'}"]
    subprocess.run(command, check=True, capture_output=True)
    manifest = json.loads((tmp_path / "image" / "manifest.json").read_text())
    config = json.loads((tmp_path / "image" / manifest["config"]["digest"][7:]).read_text())
    assert config["rootfs"]["diff_ids"] == [layer["digest"] for layer in manifest["layers"]]
    for layer in manifest["layers"]:
        with tarfile.open(tmp_path / "image" / layer["digest"][7:]) as archive:
            archive.extractall(tmp_path / "root", filter="data")
        assert layer["annotations"]["org.cncf.model.filepath"] == layer["annotations"]["org.opencontainers.image.title"]
    assert by_coreutils(tmp_path / "root" / "models") == done.digest
    assert (tmp_path / "root" / "models" / "SHA256SUMS").read_text(encoding="utf-8") == storage.scan(weights).sums_text


def test_another_image_of_the_tag_is_a_conflict(root, weights):
    done = storage.upload(weights, f"{root}/fraud:1")
    (weights / "config.json").write_text("{}")
    with pytest.raises(Conflict) as conflict:
        storage.upload(weights, f"{root}/fraud:1")
    assert conflict.value.reason == "digest_differs"
    digest = storage.scan(weights).digest
    other = storage.upload(weights, storage.version_uri(root, "fraud", "1", digest))
    assert f":1-sha256-{digest[7:19]}@" in other.uri
    for each in (done, other):
        assert storage.verify(each.uri, each.digest, allow_local=True).files == 5


def test_layers_that_are_there_are_not_sent_again(root, weights):
    storage.upload(weights, f"{root}/fraud:1")
    (weights / "config.json").write_text("{}")
    events = []
    storage.upload(weights, f"{root}/fraud:2", progress=events.append)
    sent = [event for event in events if event.action == "upload" and event.file == "model.bin"]
    assert [event.file_done for event in sent] == [2_560_000]


def test_an_image_on_a_base(root, host, weights, tmp_path):
    (tmp_path / "shell").write_text("a shell")
    base = storage.upload(tmp_path / "shell", f"{root}/base:1")
    done = storage.upload(weights, f"{root}/fraud:1", base=base.uri)
    image = parse_image_uri(done.uri)
    with HttpClient(stall_timeout=10, allow_local=True) as client:
        content, digest = Registry(image, client, writing=False).manifest("1")
        config = json.loads(Registry(image, client, writing=False).small_blob(content["config"]["digest"]))
    assert digest == image.digest
    assert len(content["layers"]) == len(config["rootfs"]["diff_ids"]) == len(config["history"]) == 2 + 6
    assert storage.verify(done.uri, done.digest, allow_local=True).files == 5


@pytest.mark.parametrize(
    ("model", "version"),
    [
        ("Fraud", "1"),
        ("a b", "1"),
        ("fraud", "a b"),
        ("fraud", "a/b"),
        ("-a", "1"),
        ("fraud", ""),
        ("fraud", "x" * 129),
    ],
)
def test_names_that_are_no_repository_or_tag(model, version):
    with pytest.raises(InvalidInput):
        storage.version_uri("oci://registry.example.com/team", model, version)


@pytest.mark.parametrize("uri", ["oci://host", "oci://host/A:1", "oci://host/a@sha256:1", "oci://ho st/a:1"])
def test_uris_that_are_no_image(uri, weights):
    with pytest.raises(InvalidInput):
        storage.upload(weights, uri)


def test_an_image_that_is_not_there(root):
    with pytest.raises(NotFound):
        storage.files(f"{root}/nothing:1", allow_local=True)


def test_a_registry_on_loopback_is_not_read_for_a_registry(root, weights):
    done = storage.upload(weights, f"{root}/fraud:1")
    with pytest.raises(Forbidden) as refused:
        storage.verify(done.uri, done.digest)
    assert refused.value.reason == "unsafe_location"


def test_an_altered_blob_is_found(root, host, weights, tmp_path_factory, tmp_path):
    folder = tmp_path / "registry"
    folder.mkdir()
    server, address = start_registry(folder)
    try:
        done = storage.upload(weights, f"oci://{address}/fraud:1")
        largest = max((folder / "data").rglob("data"), key=lambda path: path.stat().st_size)
        content = bytearray(largest.read_bytes())
        content[1_000_000] ^= 1
        largest.write_bytes(content)
        with pytest.raises(IntegrityError):
            storage.verify(done.uri, done.digest, allow_local=True)
    finally:
        server.terminate()
        server.wait()


def test_a_registry_that_wants_a_password(weights, tmp_path, environment):
    folder = tmp_path / "registry"
    folder.mkdir()
    (folder / "htpasswd").write_text(f"ana:{SECRET_HASHED}\n")
    server, address = start_registry(folder, f"auth: {{htpasswd: {{realm: x, path: {folder / 'htpasswd'}}}}}")
    environment.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "auth.json"))
    try:
        with pytest.raises(Unauthorized):
            storage.upload(weights, f"oci://{address}/fraud:1")
        auth = base64.b64encode(b"ana:secret").decode()
        (tmp_path / "auth.json").write_text(json.dumps({"auths": {address: {"auth": auth}}}))
        done = storage.upload(weights, f"oci://{address}/fraud:1")
        assert storage.verify(done.uri, done.digest, allow_local=True).files == 5
    finally:
        server.terminate()
        server.wait()


def test_the_most_specific_credentials_win(tmp_path):
    def entry(text):
        return {"auth": base64.b64encode(text.encode()).decode()}

    docker = tmp_path / "docker"
    docker.mkdir()
    auths = {"example.com": entry("a:1"), "example.com/team": entry("b:2"), "https://index.docker.io/v1/": entry("c:3")}
    (docker / "config.json").write_text(json.dumps({"auths": auths}))
    environ = {"DOCKER_CONFIG": str(docker), "HOME": str(tmp_path)}
    assert credentials("example.com", "team/fraud", environ=environ) == ("b", "2")
    assert credentials("example.com", "other", environ=environ) == ("a", "1")
    assert credentials("docker.io", "team/fraud", environ=environ) == ("c", "3")
    assert credentials("elsewhere.com", "x", environ=environ) is None


def test_a_manifest_that_is_another(root, weights, monkeypatch):
    done = storage.upload(weights, f"{root}/fraud:1")
    wrong = f"sha256:{hashlib.sha256(b'x').hexdigest()}"
    with pytest.raises(NotFound):
        storage.files(f"{root}/fraud:1@{wrong}", allow_local=True)
    assert len(storage.files(done.uri, allow_local=True)) == 5
