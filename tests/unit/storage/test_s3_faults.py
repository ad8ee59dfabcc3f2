"""S3 servers that refuse, break off, stay silent or alter bytes."""

from __future__ import annotations

import os
import re
import threading
import time

import httpx
import pytest

from modelreg import storage
from modelreg._storage.location import parse_location
from modelreg._storage.opening import open_store
from modelreg._storage.s3 import endpoint_url
from modelreg.errors import (
    ConnectionFailed,
    DeadlineExceeded,
    Forbidden,
    IntegrityError,
    ModelRegistryError,
    NotFound,
    ServerError,
    TransferStopped,
    Unauthorized,
)
from tests.unit.storage.relay import s3_error
from tests.unit.storage.test_scan import by_coreutils

# An S3 server in a process of its own: part of `make test-all`.
pytestmark = pytest.mark.heavy


@pytest.fixture
def large(tmp_path):
    """A folder with files that are sent in parts."""
    folder = tmp_path / "large"
    folder.mkdir()
    for number in range(2):
        (folder / f"part-{number}.bin").write_bytes(os.urandom(9 * 1024 * 1024 + number))
    return folder


def names(uri):
    with open_store(parse_location(uri), stall_timeout=10) as store:
        return {file.path for file in store.files()}


def test_a_bucket_that_is_missing(bucket, weights, tmp_path):
    with pytest.raises(NotFound) as missing:
        storage.upload(weights, "s3://no-such-bucket/x/")
    assert missing.value.reason == "bucket_missing"
    assert missing.value.code == "NoSuchBucket"
    with pytest.raises(NotFound) as missing:
        storage.download("s3://no-such-bucket/x/", tmp_path / "out")
    assert missing.value.reason == "bucket_missing"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "AccessDenied", Forbidden),
        (403, "InvalidAccessKeyId", Forbidden),
        (401, "Unauthorized", Unauthorized),
        (404, "NoSuchKey", NotFound),
        (503, "SlowDown", ServerError),
        (500, "InternalError", ServerError),
    ],
)
def test_what_the_store_answers(relay, bucket, weights, status, code, kind, tmp_path):
    relay.answer = lambda method, path: s3_error(status, code, "the store's own words")
    with pytest.raises(kind) as refused:
        storage.download(f"{bucket}/x/", tmp_path / "out", stall_timeout=1)
    assert (refused.value.status, refused.value.code) == (status, code) or status == 404
    assert status == 404 or refused.value.server_message == "the store's own words"
    assert not (tmp_path / "out").exists()


def test_a_store_that_may_not_be_written(relay, bucket, weights):
    relay.answer = lambda method, path: s3_error(403, "AccessDenied", "no") if method == "PUT" else None
    with pytest.raises(Forbidden):
        storage.upload(weights, f"{bucket}/x/")


def test_a_server_that_fails_once_is_asked_again(relay, bucket, weights):
    failed = threading.Event()

    def fail_once(method, path):
        if method == "PUT" and not failed.is_set():
            failed.set()
            return s3_error(503, "SlowDown", "later")
        return None

    relay.answer = fail_once
    done = storage.upload(weights, f"{bucket}/x/")
    assert failed.is_set()
    assert storage.verify(done.uri, done.digest).files == 5


def test_nobody_listens(environment, weights):
    environment.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(ConnectionFailed):
        storage.upload(weights, "s3://models/x/", stall_timeout=0.5)


def test_a_silent_server_ends_after_the_stall_timeout(relay, bucket, weights, tmp_path):
    relay.silent = True
    for attempt in (
        lambda: storage.upload(weights, f"{bucket}/x/", stall_timeout=0.3),
        lambda: storage.download(f"{bucket}/x/", tmp_path / "out", stall_timeout=0.3),
    ):
        begin = time.monotonic()
        with pytest.raises((DeadlineExceeded, ConnectionFailed)) as stalled:
            attempt()
        assert time.monotonic() - begin < 10
        assert stalled.value.reason == "stalled"


@pytest.mark.parametrize("after", [1, 1_000_000, 15_000_000])
def test_an_upload_that_is_cut_goes_on(relay, bucket, large, after):
    relay.cut_request_after = after
    done = storage.upload(large, f"{bucket}/x/")
    assert relay.cut_request_after is None
    assert storage.verify(done.uri, done.digest).files == 2


def test_a_lost_response_to_the_end_of_an_upload_in_parts(relay, s3_server, bucket, large):
    lost = threading.Event()

    def lose_once(method, path):
        if method != "POST" or "uploadId=" not in path or lost.is_set():
            return None
        lost.set()
        parts = re.findall(r"<(PartNumber|ETag)>(.*?)</", httpx.get(f"{s3_server}{path}").text)
        tags = zip(parts[::2], parts[1::2], strict=True)
        body = "".join(f"<Part>{''.join(f'<{name}>{text}</{name}>' for name, text in pair)}</Part>" for pair in tags)
        whole = f"<CompleteMultipartUpload>{body}</CompleteMultipartUpload>"
        httpx.post(f"{s3_server}{path}", content=whole).raise_for_status()
        return s3_error(400, "RequestTimeout", "the upload is finished, and nobody is told")

    relay.answer = lose_once
    done = storage.upload(large, f"{bucket}/x/")
    assert lost.is_set()
    assert storage.verify(done.uri, done.digest).files == 2


@pytest.mark.parametrize("after", [100, 2_000, 15_000_000])
def test_a_download_that_is_cut_goes_on(relay, bucket, large, tmp_path, after):
    done = storage.upload(large, f"{bucket}/x/")
    relay.cut_response_after = after
    target = storage.download(done.uri, tmp_path / "out", digest=done.digest)
    assert relay.cut_response_after is None
    assert by_coreutils(target) == done.digest


def test_bytes_altered_on_the_way_down(relay, bucket, large, tmp_path):
    done = storage.upload(large, f"{bucket}/x/")
    relay.alter = lambda block: block[:-1] + bytes([block[-1] ^ 1]) if len(block) > 20_000 else block
    with pytest.raises(IntegrityError) as altered:
        storage.download(done.uri, tmp_path / "out", digest=done.digest)
    assert altered.value.reason == "altered"
    assert not (tmp_path / "out").exists()
    relay.alter = lambda block: block
    assert by_coreutils(storage.download(done.uri, tmp_path / "out", digest=done.digest)) == done.digest


def test_an_interrupted_download_reads_only_the_rest(relay, bucket, large, tmp_path):
    done = storage.upload(large, f"{bucket}/x/")

    def stop(event):
        if event.done > 12_000_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        storage.download(done.uri, tmp_path / "out", digest=done.digest, progress=stop)
    fetched = []
    relay.alter = lambda block: fetched.append(len(block)) or block
    storage.download(done.uri, tmp_path / "out", digest=done.digest)
    assert sum(fetched) < done.size - 5_000_000
    assert by_coreutils(tmp_path / "out") == done.digest


def test_a_server_that_knows_no_ranges(relay, bucket, large, tmp_path, monkeypatch):
    from modelreg._storage import fetching

    monkeypatch.setattr(fetching, "_LARGE", 1)
    (large / "part-0.bin").write_bytes(os.urandom(20 * 1024 * 1024))
    done = storage.upload(large, f"{bucket}/x/")
    relay.strip = b"range"
    staging = tmp_path / ".out.modelreg-download" / "files"
    staging.mkdir(parents=True)
    (staging / "part-1.bin").write_bytes((large / "part-1.bin").read_bytes()[:3_000_000])
    assert by_coreutils(storage.download(done.uri, tmp_path / "out", digest=done.digest)) == done.digest


def test_a_large_file_is_read_in_parts(relay, bucket, tmp_path, monkeypatch):
    from modelreg._storage import fetching

    monkeypatch.setattr(fetching, "_LARGE", 1)
    (tmp_path / "model.bin").write_bytes(os.urandom(20 * 1024 * 1024))
    done = storage.upload(tmp_path / "model.bin", f"{bucket}/x/")
    relay.requests.clear()
    storage.verify(done.uri, done.digest)
    assert len([request for request in relay.requests if request.startswith("GET") and "model.bin" in request]) == 3


def test_an_interrupted_upload_sends_only_the_rest(relay, bucket, large):
    def stop(event):
        if event.file_done == event.file_total:
            raise KeyboardInterrupt

    sent = []
    with pytest.raises(KeyboardInterrupt):
        storage.upload(large, f"{bucket}/x/", progress=lambda event: stop(event) if event.action == "upload" else None)
    assert "SHA256SUMS" not in names(f"{bucket}/x/")
    finished = [name for name in names(f"{bucket}/x/") if name.endswith(".bin")]
    relay.requests.clear()
    done = storage.upload(large, f"{bucket}/x/")
    sent = {request.split("?")[0] for request in relay.requests if request.startswith("PUT") and ".bin" in request}
    assert len(sent) == 2 - len(finished)
    assert storage.verify(done.uri, done.digest).files == 2


def test_a_transfer_can_be_stopped_from_another_thread(relay, bucket, large):
    stop = storage.Stop()
    with pytest.raises(TransferStopped):
        storage.upload(storage.scan(large), f"{bucket}/x/", progress=lambda event: stop.set(), stop=stop)
    assert "SHA256SUMS" not in names(f"{bucket}/x/")


def test_a_store_without_conditional_writes(relay, bucket, weights):
    relay.strip = b"if-none-match"
    done = storage.upload(weights, f"{bucket}/x/")
    assert done.uri == f"{bucket}/x/sha256-{done.digest[7:19]}/"
    assert storage.verify(done.uri, done.digest).files == 5
    assert {name.partition("/")[0] for name in names(f"{bucket}/x/")} == {f"sha256-{done.digest[7:19]}"}
    assert storage.upload(weights, f"{bucket}/x/") == done


def test_a_store_that_refuses_conditional_writes(relay, bucket, weights):
    def refuse(method, path):
        return s3_error(501, "NotImplemented", "no") if path.endswith("/x/.modelreg-upload") else None

    relay.answer = refuse
    done = storage.upload(weights, f"{bucket}/x/")
    assert done.uri == f"{bucket}/x/sha256-{done.digest[7:19]}/"


def test_objects_without_a_sha256_are_sent_again(relay, bucket, weights):
    relay.strip = b"x-amz-meta-sha256"
    with pytest.raises(KeyboardInterrupt):
        storage.upload(weights, f"{bucket}/x/", progress=interrupt_at_the_end)
    relay.requests.clear()
    done = storage.upload(weights, f"{bucket}/x/")
    sent = {request.split("?")[0] for request in relay.requests if request.startswith("PUT") and "/x/" in request}
    assert any("config.json" in request for request in sent)
    assert storage.verify(done.uri, done.digest).files == 5


def interrupt_at_the_end(event):
    if event.action == "upload" and event.done == event.total:
        raise KeyboardInterrupt


def test_errors_name_no_secret(relay, bucket, weights):
    relay.answer = lambda method, path: s3_error(403, "SignatureDoesNotMatch", "no")
    with pytest.raises(ModelRegistryError) as refused:
        storage.upload(weights, f"{bucket}/x/")
    assert os.environ["AWS_SECRET_ACCESS_KEY"] not in f"{refused.value!r} {refused.value} {refused.value.details}"


def test_credentials_of_a_profile(s3_server, bucket, environment, weights, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        environment.delenv(name)
    (tmp_path / "config").write_text(f"[profile lab]\nendpoint_url = {s3_server}\nregion = eu-central-1\n")
    (tmp_path / "credentials").write_text("[lab]\naws_access_key_id = AKID\naws_secret_access_key = s\n")
    environment.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    environment.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    environment.setenv("AWS_PROFILE", "lab")
    done = storage.upload(weights, f"{bucket}/x/")
    assert storage.verify(done.uri, done.digest).files == 5


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, None),
        ({"AWS_S3_ENDPOINT": "minio.example.com:9000"}, "https://minio.example.com:9000"),
        ({"AWS_S3_ENDPOINT": "127.0.0.1:9000"}, "http://127.0.0.1:9000"),
        (
            {"AWS_S3_ENDPOINT": "http://minio:9000/", "AWS_ENDPOINT_URL": "https://a.example.com"},
            "https://a.example.com",
        ),
        ({"AWS_ENDPOINT_URL_S3": "https://b.example.com", "AWS_ENDPOINT_URL": "https://a.x"}, "https://b.example.com"),
    ],
)
def test_the_endpoint(environ, url):
    assert endpoint_url(environ, {}) == url
