"""Where things lie: weights, volumes, registries, the shared log, and what tells weights from others."""

from __future__ import annotations

import os
import threading

import pytest

from modelreg._pipeline.artifact_uris import Location, Volume, artifact_location, is_remote, volume, weights_location
from modelreg._pipeline.fingerprint import fingerprint, other_weights
from modelreg._pipeline.shared_log import LINE_BYTES, append_line, run_line
from modelreg._types import ModelArtifact
from modelreg.errors import InvalidInput
from modelreg.pipeline import registered_models, registry_url
from tests.pipeline.artifacts import Held

KNOWN = Volume("/mnt/ws", "claim")
UNKNOWN = Volume("/mnt/ws")


@pytest.mark.parametrize(
    ("artifact", "on", "uri", "path"),
    [
        # metadata["artifact_path"] comes first, ...
        (Held("s3://b/m", "/s3/b/m", {"artifact_path": "/mnt/ws/m"}), KNOWN, "pvc://claim/m", "/mnt/ws/m"),
        (Held("s3://b/m", "", {"artifact_path": "hf://org/m"}), KNOWN, "hf://org/m", None),
        # ... and without a claim gives way to the artifact's remote URI, ...
        (Held("s3://b/m", "", {"artifact_path": "/mnt/ws/m"}), UNKNOWN, "s3://b/m", "/mnt/ws/m"),
        (Held("s3://b/m", "", {"artifact_path": "/opt/m"}), KNOWN, "s3://b/m", "/opt/m"),
        # ... or to none at all.
        (Held("/local/m", "/local/m", {"artifact_path": "/mnt/ws/m"}), UNKNOWN, None, "/mnt/ws/m"),
        (Held("", "", {"artifact_path": "/opt/m"}), KNOWN, None, "/opt/m"),
        # Without that path the artifact's own URI, then its path.
        (Held("gs://b/m", "/gcs/b/m"), KNOWN, "gs://b/m", None),
        (Held("/local/m", "/mnt/ws/a/../m"), KNOWN, "pvc://claim/m", "/mnt/ws/a/../m"),
        (Held("file:///mnt/ws/a%20b", ""), KNOWN, "pvc://claim/a b", "/mnt/ws/a b"),
        (Held("/local/m", "/local/m"), KNOWN, None, "/local/m"),
        (Held(), KNOWN, None, None),
        (None, KNOWN, None, None),
        # What a step recorded wrongly is not believed.
        (Held("s3://b/m", "", {"artifact_path": 17}), KNOWN, "s3://b/m", None),
        (Held("s3://b/m", "", {"artifact_path": ""}), KNOWN, "s3://b/m", None),
        (Held("", "", {"artifact_path": "/mnt/ws/../../etc/passwd"}), KNOWN, None, "/mnt/ws/../../etc/passwd"),
        (Held("", "", {"artifact_path": "/mnt/workshop/m"}), KNOWN, None, "/mnt/workshop/m"),
        (Held("", "", {"artifact_path": "relative/m"}), KNOWN, None, "relative/m"),
    ],
)
def test_the_weights_place_in_its_order(artifact, on, uri, path):
    place = weights_location(artifact, on)

    assert (place.uri, place.path) == (uri, path)
    # Whatever path is not recorded as a place is spoken of.
    assert path is None or uri == on.uri(path) or repr(path) in place.warnings[0]


def test_what_is_said_of_the_weights_wins():
    held = Held("s3://b/m", "", {"artifact_path": "/mnt/ws/m"})

    assert weights_location(held, KNOWN, uri="oci://x") == Location("oci://x")
    assert weights_location(held, KNOWN, path="/mnt/ws/other").uri == "pvc://claim/other"


def test_the_mount_itself_and_the_root_are_places():
    assert artifact_location(Held("", "/mnt/ws/"), KNOWN).uri == "pvc://claim"
    assert Volume("/", "claim").uri("/m") == "pvc://claim/m"
    assert Volume("", "claim").uri("/m") is None
    assert Volume("mnt", "claim").uri("mnt/m") is None


@pytest.mark.parametrize(
    ("mount", "said", "environ", "claim"),
    [
        ("/w", "mine", {"MODEL_REGISTRY_PVC_NAME": "theirs"}, "mine"),
        ("/w", None, {"MODEL_REGISTRY_PVC_NAME": " theirs\n"}, "theirs"),
        ("/w", None, {"KFP_POD_NAME": "run-1-system-container-impl-123"}, None),
        ("/kfp-workspace", None, {"KFP_POD_NAME": "run-1-system-container-impl-123"}, "run-1-kfp-workspace"),
        ("/kfp-workspace/", None, {"HOSTNAME": "run-1-system-container-impl-123"}, "run-1-kfp-workspace"),
        ("/kfp-workspace/sub", None, {"KFP_POD_NAME": "run-1-system-container-impl-123"}, None),
        ("/kfp-workspace", None, {"KFP_POD_NAME": "my-notebook-0"}, None),
        ("/kfp-workspace", None, {"HOSTNAME": "r" * 40 + "-system-container-impl-1"}, None),
        ("/kfp-workspace", None, {}, None),
    ],
)
def test_the_claim_is_said_or_the_environments_or_the_workspaces(mount, said, environ, claim):
    assert volume(mount, said, environ=environ).claim == claim


@pytest.mark.parametrize("uri", ["s3://b", "PVC://c/p", "hf://o/m", "https://h/x", "model-registry://m"])
def test_a_scheme_is_remote(uri):
    assert is_remote(uri)


@pytest.mark.parametrize("uri", ["/a", "a/b", "file:///a", "FILE://h/a", "", "c:/x", None, 1])
def test_a_path_is_not_remote(uri):
    assert not is_remote(uri)


@pytest.mark.parametrize(
    ("address", "port", "url"),
    [
        ("", 8080, None),
        ("  ", 8080, None),
        ("registry", 8080, "http://registry:8080"),
        ("registry.kubeflow", 9090, "http://registry.kubeflow:9090"),
        ("registry:1234", 8080, "http://registry:1234"),
        ("http://registry", 8080, "http://registry:8080"),
        ("http://registry:80/path", 8080, "http://registry:80/path"),
        ("http://registry/path", 8080, "http://registry:8080/path"),
        ("https://registry", 8080, "https://registry"),
        ("https://registry", 8443, "https://registry:8443"),
        ("https://registry:443/path", 8443, "https://registry:443/path"),
        ("HTTPS://registry/path", 8080, "HTTPS://registry/path"),
        ("[::1]", 8080, "http://[::1]:8080"),
        ("[::1]:99", 8080, "http://[::1]:99"),
        ("sqlite:///registry.db", 8080, "sqlite:///registry.db"),
    ],
)
def test_an_address_and_a_port_make_a_url(address, port, url):
    assert registry_url(address, port) == url


@pytest.mark.parametrize(
    ("address", "port"), [("registry", 0), ("registry", 70_000), ("http://r:port", 8080), ("[::1", 80)]
)
def test_an_address_that_cannot_be_meant_is_refused(address, port):
    with pytest.raises(InvalidInput):
        registry_url(address, port)


def test_a_secret_in_an_address_is_not_repeated():
    with pytest.raises(InvalidInput) as caught:
        registry_url("http://user:hunter2@host:port")

    assert "hunter2" not in str(caught.value)


def test_a_line_is_appended_whole_by_many_at_once(tmp_path):
    def write(number):
        for _ in range(50):
            append_line(str(tmp_path), "log.txt", f"{number} " * 500)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    lines = (tmp_path / "log.txt").read_text().splitlines()
    assert len(lines) == 400
    assert set(lines) == {f"{n} " * 500 for n in range(8)}


def test_a_line_stays_one_line_of_bounded_length(tmp_path):
    line = run_line(name='a\nb" é\u2028', version="1\r\n", id="7", outcome="created", seconds=1.234)
    assert append_line(str(tmp_path), "log.txt", line + "\n🎉" * 5000)

    content = (tmp_path / "log.txt").read_bytes()
    assert content.count(b"\n") == 1
    assert len(content) <= LINE_BYTES
    assert b'model_registry: "a\\nb\\" ' in content
    assert content.decode()


@pytest.mark.parametrize(
    ("mount", "file"),
    [("", "log.txt"), ("{tmp}", ""), ("{tmp}/none", "log.txt"), ("{tmp}", "../log.txt"), ("{tmp}", "/etc/x")],
)
def test_a_log_that_cannot_be_written_is_said_and_never_fails(tmp_path, mount, file, caplog):
    assert not append_line(mount.format(tmp=tmp_path), file, "line")
    assert list(tmp_path.parent.glob("log.txt")) == []


def test_a_pipe_that_nobody_reads_does_not_make_the_step_wait(tmp_path):
    os.mkfifo(tmp_path / "log.txt")

    assert not append_line(str(tmp_path), "log.txt", "line")


def test_a_fingerprint_tells_contents_apart_and_nothing_else(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name / "sub").mkdir(parents=True)
        (tmp_path / name / "sub" / "w").write_text("x")
    assert fingerprint(tmp_path / "a") == fingerprint(tmp_path / "b")

    (tmp_path / "b" / "sub" / "w").write_text("y")
    assert fingerprint(tmp_path / "a") != fingerprint(tmp_path / "b")
    (tmp_path / "b" / "sub" / "w").rename(tmp_path / "b" / "sub" / "v")
    assert fingerprint(tmp_path / "a") != fingerprint(tmp_path / "b")


def test_a_fingerprint_of_a_large_file_samples_it(tmp_path):
    file = tmp_path / "w"
    with file.open("wb") as stream:
        stream.truncate(64 * 1024 * 1024)
    before = fingerprint(file)
    with file.open("r+b") as stream:
        stream.seek(-1, os.SEEK_END)
        stream.write(b"x")

    assert before is not None
    assert fingerprint(file) != before


def test_nothing_there_has_no_fingerprint(tmp_path):
    assert [fingerprint(path) for path in (None, "", tmp_path, tmp_path / "none")] == [None] * 4


def weights(uri=None, run=None, path=None, content=None):
    properties = {"artifact_path": path, "weights_fingerprint": content}
    return ModelArtifact(
        name="m", uri=uri, source_id=run, properties={key: value for key, value in properties.items() if value}
    )


@pytest.mark.parametrize(
    ("there", "brought", "other"),
    [
        (weights("s3://a", "1"), weights("s3://b", "2"), False),  # their URIs tell
        (weights("s3://a", "1"), weights("s3://a", "2"), False),
        (weights("s3://a", "1", content="x"), weights("s3://a", "2", content="x"), False),
        (weights("s3://a", "1", content="x"), weights("s3://a", "2", content="y"), True),
        (weights("s3://a", "1", content="x"), weights("s3://a", "1", content="y"), False),  # the run's own
        (weights("s3://a", content="x"), weights("s3://a", content="y"), True),
        (weights(None, "1", "/m"), weights(None, "1", "/m"), False),
        (weights(None, "1", "/m"), weights("s3://a", "1"), False),
        (weights(None, "1", "/m"), weights(None, "2", "/m"), True),
        (weights(None, "1", "/m"), weights("s3://a", "2"), True),
        (weights("s3://a", "1"), weights(None, "2", "/m"), True),
        (weights(None, "1", "/m", "x"), weights(None, "2", "/n", "x"), False),
        (weights(None, None, "/m"), weights(None, None, "/m"), False),
        (weights(None, None, "/m"), weights(None, None, "/n"), True),
        (weights(None, "1", "/m"), weights(None, None, "/m"), True),
    ],
)
def test_weights_are_told_apart(there, brought, other):
    assert bool(other_weights(there, brought)) is other


@pytest.mark.parametrize(
    ("metadata", "names"),
    [
        ({}, []),
        ({"registered_models": [{"modelName": "a"}]}, ["a"]),
        ({"registered_models": {"modelName": "a"}}, ["a"]),
        ({"registered_model": {"modelName": "a"}}, ["a"]),
        ({"registered_model": {"modelName": "a"}, "registered_models": [{"modelName": "b"}, 3]}, ["a", "b"]),
        ({"registered_models": "a"}, []),
    ],
)
def test_both_forms_of_registered_models_are_read(metadata, names):
    assert [item["modelName"] for item in registered_models(metadata)] == names
