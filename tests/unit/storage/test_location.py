"""URIs of files and folders, and what may be read for a registry."""

from __future__ import annotations

import pytest

from modelreg import storage
from modelreg._storage.access import Access, resolve_host
from modelreg._storage.location import digest_folder, file_uri, is_digest_folder, parse_location, version_uri
from modelreg.errors import Forbidden, InvalidInput

DIGEST = f"sha256:{'0123456789ab' + '0' * 52}"


@pytest.mark.parametrize(
    ("root", "model", "version", "uri"),
    [
        ("s3://models", "fraud", "1.4.0", "s3://models/fraud/1.4.0/"),
        ("s3://models/", "fraud", "1.4.0", "s3://models/fraud/1.4.0/"),
        ("s3://models/team/a", "fraud", "1", "s3://models/team/a/fraud/1/"),
        ("gs://models", "a b/c", "1?2#3%4", "gs://models/a%20b%2Fc/1%3F2%233%254/"),
        ("az://models", "ü", "..", "az://models/%C3%BC/%2E%2E/"),
        ("file:///srv/models", "a/b", ".", "file:///srv/models/a%2Fb/%2E/"),
        ("/srv/models", "fraud", "1", "file:///srv/models/fraud/1/"),
    ],
)
def test_the_uri_of_a_version(root, model, version, uri):
    assert version_uri(root, model, version) == uri
    assert version_uri(root, model, version, DIGEST) == f"{uri}sha256-0123456789ab/"
    assert is_digest_folder(f"{digest_folder(DIGEST)}model.bin")
    assert not is_digest_folder("sha256-0123/model.bin")


@pytest.mark.parametrize(
    "root", ["https://example.com", "hf://org/a", "ftp://example.com/", "s3://", "s3://a@b#c/", ""]
)
def test_roots_that_cannot_be_written(root):
    with pytest.raises(InvalidInput):
        version_uri(root, "fraud", "1")


def test_a_slash_in_a_name_is_no_folder(tmp_path):
    location = parse_location(version_uri(tmp_path.as_uri(), "a/b", ".."))
    assert location.path == f"{tmp_path}/a%2Fb/%2E%2E/"


@pytest.mark.parametrize("name", ["a b", "50%", "a%20b", "ü", "a#b?c", "a%b"])
def test_the_uri_of_a_path_names_that_path(tmp_path, name):
    assert parse_location(file_uri(tmp_path / name)).path == str(tmp_path / name)
    assert parse_location(tmp_path / name).path == str(tmp_path / name)


@pytest.mark.parametrize("uri", ["file://host/x", "file:///a/../b", "file:///a%00b", "s3://b/../c", "s3://b/a\nb"])
def test_uris_that_are_refused(uri):
    with pytest.raises(InvalidInput):
        parse_location(uri)


@pytest.mark.parametrize("uri", ["file:///etc/passwd", "http://example.com/x", "/etc/passwd"])
def test_what_a_registry_cannot_make_us_read(environment, uri):
    with pytest.raises(Forbidden) as refused:
        storage.files(uri)
    assert refused.value.reason == "unsafe_location"


def test_schemes_narrow_what_is_read(environment):
    with pytest.raises(Forbidden):
        storage.verify("s3://models/x/", DIGEST, schemes=["https"])


def test_files_below_the_store_are_read(environment, tmp_path, weights):
    done = storage.upload(weights, (tmp_path / "store" / "x").as_uri())
    with pytest.raises(Forbidden):
        storage.verify(done.uri, done.digest)
    environment.setenv("MODEL_REGISTRY_STORE", str(tmp_path / "store"))
    assert storage.verify(done.uri, done.digest).files == 5
    with pytest.raises(Forbidden):
        storage.files(f"{(tmp_path / 'store-2').as_uri()}/")
    (tmp_path / "store" / "link").symlink_to("/etc")
    with pytest.raises(Forbidden):
        storage.files(f"{(tmp_path / 'store').as_uri()}/link/hostname")
    assert storage.verify(done.uri, done.digest, schemes=["file"]).digest == done.digest


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "169.254.169.254", "::1", "fe80::1", "0.0.0.0", "::ffff:127.0.0.1",
     "::ffff:169.254.169.254", "127.1", "2130706433", "fd00:ec2::254", "100.100.100.200", "64:ff9b::7f00:1",
     "224.0.0.1"],
)  # fmt: skip
def test_local_hosts_are_refused(host):
    with pytest.raises(Forbidden) as refused:
        resolve_host(host, 443, allow_local=False, uri="https://x/")
    assert refused.value.reason == "unsafe_location"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_local_hosts_can_be_allowed(host):
    assert resolve_host(host, 443, allow_local=True, uri="https://x/") == [host]


@pytest.mark.parametrize("host", ["93.184.216.34", "10.0.0.7", "2606:2800:220:1:248:1893:25c8:1946"])
def test_other_hosts_are_allowed(host):
    assert resolve_host(host, 443, allow_local=False, uri="https://x/") == [host]


def test_what_a_call_allows():
    assert Access.of(schemes=["S3://", "file"]) == Access(frozenset({"s3", "file"}), False, True)
    assert not Access.of().allow_files
