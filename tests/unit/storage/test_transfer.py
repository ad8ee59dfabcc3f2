"""Upload, download and verify, on a folder of this machine and on S3."""

from __future__ import annotations

import os
import shutil
import threading

import pytest

from modelreg import storage
from modelreg._storage.location import parse_location
from modelreg._storage.opening import open_store
from modelreg._storage.settings import stall_seconds
from modelreg.errors import Conflict, Forbidden, IntegrityError, InvalidInput, NotFound
from tests.unit.storage.test_scan import by_coreutils


def opened(uri):
    return open_store(parse_location(uri), stall_timeout=10)


def names(uri) -> set[str]:
    with opened(uri) as store:
        return {file.path for file in store.files()}


def test_a_folder_goes_up_and_comes_down(root, weights, tmp_path):
    events = []
    done = storage.upload(weights, f"{root}/fraud/1.4.0/", progress=events.append)
    assert done == storage.Upload(f"{root}/fraud/1.4.0/", by_coreutils(weights), 5, 2_560_000 + 13 + 8 + 13)
    assert names(done.uri) == {"SHA256SUMS", *(file.path for file in storage.scan(weights).files)}
    assert events[-1].done == events[-1].total == done.size
    assert storage.verify(done.uri, done.digest, allow_files=True) == storage.Verified(done.digest, 5)
    target = storage.download(done.uri, tmp_path / "out", digest=done.digest, allow_files=True)
    assert target == tmp_path / "out"
    assert by_coreutils(target) == done.digest
    assert os.listdir(tmp_path / "out" / "tokenizer") == os.listdir(weights / "tokenizer")
    assert {path.name for path in tmp_path.iterdir()} <= {"out", "store", "weights"}
    listed = storage.files(done.uri, allow_files=True)
    assert listed == storage.scan(weights).files


def test_a_single_file_goes_up_and_comes_down(root, weights, tmp_path):
    done = storage.upload(weights / "model.bin", f"{root}/fraud/1/")
    assert done.uri == f"{root}/fraud/1/model.bin"
    assert storage.upload(weights / "model.bin", f"{root}/fraud/1/model.bin") == done
    assert storage.verify(done.uri, done.digest, allow_files=True).files == 1
    path = storage.download(done.uri, tmp_path / "out", digest=done.digest, allow_files=True)
    assert path == tmp_path / "out" / "model.bin"
    assert path.read_bytes() == (weights / "model.bin").read_bytes()
    assert [file.path for file in storage.files(done.uri, allow_files=True)] == ["model.bin"]


def test_a_uri_without_a_slash_is_a_folder_too(root, weights, tmp_path):
    done = storage.upload(weights, f"{root}/fraud/1")
    assert done.uri == f"{root}/fraud/1/"
    assert storage.verify(f"{root}/fraud/1", done.digest, allow_files=True).files == 5


def test_a_second_upload_sends_nothing(root, weights):
    done = storage.upload(weights, f"{root}/x/")
    before = {file.path: file for file in storage.files(done.uri, allow_files=True)}
    assert storage.upload(weights, f"{root}/x/") == done
    assert {file.path: file for file in storage.files(done.uri, allow_files=True)} == before


def test_a_second_upload_mends_what_was_lost(root, weights):
    done = storage.upload(weights, f"{root}/x/")
    with opened(done.uri) as store:
        store.delete("model.bin")
    with pytest.raises(IntegrityError) as missing:
        storage.verify(done.uri, done.digest, allow_files=True)
    assert missing.value.reason == "missing_file"
    storage.upload(weights, f"{root}/x/")
    assert storage.verify(done.uri, done.digest, allow_files=True).files == 5


def test_other_files_are_a_conflict(root, weights):
    done = storage.upload(weights, f"{root}/x/")
    (weights / "config.json").write_text("{}")
    with pytest.raises(Conflict) as conflict:
        storage.upload(weights, f"{root}/x/", takeover=True)
    assert conflict.value.reason == "digest_differs"
    assert conflict.value.details["registered_digest"] == done.digest
    assert storage.verify(done.uri, done.digest, allow_files=True).files == 5
    assert ".modelreg-upload" not in names(done.uri)


def test_a_folder_with_foreign_files_is_a_conflict(root, weights):
    with opened(f"{root}/x/") as store:
        store.put("mine.txt", b"x")
    with pytest.raises(Conflict) as conflict:
        storage.upload(weights, f"{root}/x/")
    assert conflict.value.reason == "location_not_empty"
    assert names(f"{root}/x/") == {"mine.txt"}


def test_files_of_another_digest_stand_below(root, weights):
    done = storage.upload(weights, f"{root}/fraud/1/")
    (weights / "config.json").write_text("{}")
    digest = storage.scan(weights).digest
    other = storage.upload(weights, storage.version_uri(root, "fraud", "1", digest))
    assert other.digest == digest
    for each in (done, other):
        assert storage.verify(each.uri, each.digest, allow_files=True).files == 5


def test_a_claim_of_another_upload_is_a_conflict(root, weights):
    with opened(f"{root}/x/") as store:
        assert store.create(".modelreg-upload", b"sha256:other\n")
        assert store.create(".modelreg-upload", b"sha256:third\n") is False
        store.put("SHA256SUMS.part", f"{'0' * 64}  old.bin\n".encode())
        store.put("old.bin", b"half")
    with pytest.raises(Conflict) as conflict:
        storage.upload(weights, f"{root}/x/")
    assert conflict.value.reason == "upload_in_progress"
    assert conflict.value.details["digest"] == "sha256:other"
    assert names(f"{root}/x/") == {".modelreg-upload", "SHA256SUMS.part", "old.bin"}
    done = storage.upload(weights, f"{root}/x/", takeover=True)
    assert storage.verify(done.uri, done.digest, allow_files=True).files == 5
    assert names(done.uri) == {"SHA256SUMS", *(file.path for file in storage.scan(weights).files)}


def test_two_uploads_of_the_same_files_at_once(root, weights):
    results: list[object] = []

    def run() -> None:
        try:
            results.append(storage.upload(weights, f"{root}/x/"))
        except Exception as error:  # noqa: BLE001  # shown by the assertion below
            results.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(result) for result in results] == [storage.Upload] * 4, results
    assert storage.verify(f"{root}/x/", storage.scan(weights).digest, allow_files=True).files == 5
    assert not {name for name in names(f"{root}/x/") if "modelreg" in name or "part" in name}


def test_uploads_of_different_files_at_once(root, weights, tmp_path):
    manifests = []
    for number in range(4):
        folder = tmp_path / f"weights-{number}"
        shutil.copytree(weights, folder)
        (folder / "config.json").write_text(str(number))
        manifests.append(storage.scan(folder))
    results: list[object] = []

    def run(manifest) -> None:
        try:
            results.append(storage.upload(manifest, f"{root}/x/"))
        except Exception as error:  # noqa: BLE001  # looked at below
            results.append(error)

    threads = [threading.Thread(target=run, args=(manifest,)) for manifest in manifests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = [result for result in results if isinstance(result, storage.Upload)]
    conflicts = [result for result in results if isinstance(result, Conflict)]
    assert (len(done), len(conflicts)) == (1, 3), results
    assert storage.verify(f"{root}/x/", done[0].digest, allow_files=True).files == 5
    assert not {name for name in names(f"{root}/x/") if "modelreg" in name or "part" in name}


def test_an_unfinished_upload_is_no_version(root, weights, tmp_path):
    done = storage.upload(weights, f"{root}/x/")
    with opened(done.uri) as store:
        store.delete("SHA256SUMS")
        store.put("SHA256SUMS.part", b"x")
    for attempt in (storage.verify, lambda uri, digest, **more: storage.download(uri, tmp_path / "out", **more)):
        with pytest.raises(IntegrityError) as unfinished:
            attempt(done.uri, done.digest, allow_files=True)
        assert unfinished.value.reason == "upload_unfinished"
    assert not (tmp_path / "out").exists()


def alter_content(store):
    store.put("config.json", b'{"layers": 3}')


def alter_length(store):
    store.put("config.json", b"{}")


def alter_sums(store):
    store.put("SHA256SUMS", f"{'0' * 64}  model.bin\n".encode())


def alter_by_adding(store):
    store.put("extra.py", b"import os")


def alter_by_deleting(store):
    store.delete("model.bin")


@pytest.mark.parametrize("alter", [alter_content, alter_length, alter_sums, alter_by_adding, alter_by_deleting])
def test_altered_files_are_found(root, weights, tmp_path, alter):
    done = storage.upload(weights, f"{root}/x/")
    with opened(done.uri) as store:
        alter(store)
    with pytest.raises(IntegrityError):
        storage.verify(done.uri, done.digest, allow_files=True)
    if alter is alter_by_adding:
        target = storage.download(done.uri, tmp_path / "out", digest=done.digest, allow_files=True)
        assert by_coreutils(target) == done.digest
        return
    with pytest.raises(IntegrityError):
        storage.download(done.uri, tmp_path / "out", digest=done.digest, allow_files=True)
    assert not (tmp_path / "out").exists()


def test_without_sums_the_files_are_held_to_the_digest(root, weights, tmp_path):
    done = storage.upload(weights, f"{root}/x/")
    with opened(done.uri) as store:
        store.delete("SHA256SUMS")
    assert storage.verify(done.uri, done.digest, allow_files=True).files == 5
    target = storage.download(done.uri, tmp_path / "out", digest=done.digest, allow_files=True)
    assert (target / "SHA256SUMS").read_text(encoding="utf-8") == storage.scan(weights).sums_text


def test_without_a_digest(root, weights, tmp_path, caplog):
    done = storage.upload(weights, f"{root}/x/")
    with pytest.raises(IntegrityError) as unverifiable:
        storage.verify(done.uri, None, allow_files=True)
    assert unverifiable.value.reason == "no_digest"
    with pytest.raises(IntegrityError) as required:
        storage.download(done.uri, tmp_path / "out", require_digest=True, allow_files=True)
    assert required.value.reason == "no_digest"
    assert storage.download(done.uri, tmp_path / "out", allow_files=True) == tmp_path / "out"
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_digest_that_is_none(root, tmp_path):
    for digest in ("", "md5:abc", "sha256:abc", "0" * 64):
        with pytest.raises(InvalidInput):
            storage.verify(f"{root}/x/", digest, allow_files=True)


def test_what_is_not_there(root, tmp_path):
    for uri in (f"{root}/nothing/", f"{root}/nothing"):
        with pytest.raises(NotFound):
            storage.download(uri, tmp_path / "out", allow_files=True)
        with pytest.raises(NotFound):
            storage.files(uri, allow_files=True)
    assert not (tmp_path / "out").exists()


def test_a_file_that_changes_while_it_is_sent(root, weights):
    manifest = storage.scan(weights)
    (weights / "config.json").write_text('{"layers": 9}')
    with pytest.raises(IntegrityError) as changed:
        storage.upload(manifest, f"{root}/x/")
    assert changed.value.reason == "file_changed"
    assert "config.json" not in names(f"{root}/x/")
    assert "SHA256SUMS" not in names(f"{root}/x/")


@pytest.mark.parametrize("where", ["weights", "weights/below", "."])
def test_a_folder_is_not_uploaded_into_itself(weights, tmp_path, where):
    with pytest.raises(InvalidInput):
        storage.upload(weights, (tmp_path / where).as_uri())


def test_an_upload_stops_when_the_progress_raises_and_goes_on_later(root, weights, tmp_path):
    class EnoughError(Exception):
        pass

    def stop(event):
        if event.done > 1_000_000:
            raise EnoughError

    with pytest.raises(EnoughError):
        storage.upload(weights, f"{root}/x/", progress=stop)
    assert "SHA256SUMS" not in names(f"{root}/x/")
    done = storage.upload(weights, f"{root}/x/")
    with pytest.raises(EnoughError):
        storage.download(done.uri, tmp_path / "out", digest=done.digest, progress=stop, allow_files=True)
    assert not (tmp_path / "out").exists()
    storage.download(done.uri, tmp_path / "out", digest=done.digest, allow_files=True)
    assert by_coreutils(tmp_path / "out") == done.digest


def test_a_folder_that_cannot_be_written(weights, tmp_path):
    (tmp_path / "store").write_text("a file")
    with pytest.raises((Forbidden, InvalidInput, IntegrityError, NotFound, Exception)) as refused:
        storage.upload(weights, f"{(tmp_path / 'store').as_uri()}/x/")
    from modelreg.errors import ModelRegistryError

    assert isinstance(refused.value, ModelRegistryError)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_full_disk(weights, tmp_path, monkeypatch):
    from modelreg._storage import local_files
    from modelreg.errors import StorageError

    def full(descriptor, block):
        with open("/dev/full", "wb", buffering=0) as stream:
            stream.write(block)

    monkeypatch.setattr(local_files, "write_all", full)
    with pytest.raises(StorageError) as refused:
        storage.upload(weights, (tmp_path / "store").as_uri())
    assert refused.value.reason == "disk_full"


@pytest.mark.parametrize("given", [0, -1, float("inf"), float("nan"), True, "soon"])
def test_no_number_of_seconds_to_wait(weights, tmp_path, given):
    with pytest.raises(InvalidInput, match="stall_timeout"):
        storage.upload(weights, (tmp_path / "x").as_uri(), stall_timeout=given)
    assert not (tmp_path / "x").exists()


def test_the_environment_says_how_long_to_wait(environment):
    assert stall_seconds(None, {}) == 60
    assert stall_seconds(None, {"MODEL_REGISTRY_STALL_TIMEOUT": "2.5"}) == 2.5
    assert stall_seconds(7, {"MODEL_REGISTRY_STALL_TIMEOUT": "2.5"}) == 7
    with pytest.raises(InvalidInput, match="MODEL_REGISTRY_STALL_TIMEOUT"):
        stall_seconds(None, {"MODEL_REGISTRY_STALL_TIMEOUT": "soon"})


@pytest.mark.parametrize("finished", [True, False])
def test_an_upload_that_was_taken_over_does_not_finish(weights, root, tmp_path, finished):
    other = tmp_path / "other.bin"
    other.write_bytes(b"other")

    def take_over(event):
        if finished:
            storage.upload(other, f"{root}/x/", takeover=True)
        else:
            with open_store(parse_location(f"{root}/x/"), stall_timeout=10) as store:
                store.put(".modelreg-upload", b"sha256:of another\n")

    pending = [take_over]

    def at_first(event):
        if pending:
            pending.pop()(event)

    with pytest.raises(Conflict) as raised:
        storage.upload(storage.scan(weights), f"{root}/x/", progress=at_first)
    assert raised.value.reason == ("digest_differs" if finished else "upload_in_progress")
    with open_store(parse_location(f"{root}/x/"), stall_timeout=10) as store:
        sums = None if store.stat("SHA256SUMS") is None else b"".join(store.read("SHA256SUMS"))
    assert sums == (storage.scan(other).sums_text.encode() if finished else None)
