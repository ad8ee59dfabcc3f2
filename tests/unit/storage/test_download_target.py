"""What a download finds where it is to put its files."""

from __future__ import annotations

import os

import pytest

from modelreg import storage
from modelreg.errors import Conflict, IntegrityError
from tests.unit.storage.test_scan import by_coreutils
from tests.unit.storage.test_transfer import alter_content, opened


@pytest.fixture
def uploaded(weights, tmp_path):
    return storage.upload(weights, (tmp_path / "store").as_uri())


def test_an_existing_target_needs_overwrite(uploaded, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("x")
    with pytest.raises(Conflict) as exists:
        storage.download(uploaded.uri, out, digest=uploaded.digest, allow_files=True)
    assert exists.value.reason == "target_exists"
    assert os.listdir(out) == ["mine.txt"]
    storage.download(uploaded.uri, out, digest=uploaded.digest, allow_files=True, overwrite=True)
    assert by_coreutils(out) == uploaded.digest
    assert {path.name for path in tmp_path.iterdir()} == {"out", "store", "weights"}


def test_an_existing_target_stays_when_the_download_fails(uploaded, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("x")
    alter_content(opened(uploaded.uri))
    with pytest.raises(IntegrityError):
        storage.download(uploaded.uri, out, digest=uploaded.digest, allow_files=True, overwrite=True)
    assert os.listdir(out) == ["mine.txt"]


def test_a_file_as_target_is_replaced_only_when_told(uploaded, tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(Conflict):
        storage.download(uploaded.uri, tmp_path / "out", digest=uploaded.digest, allow_files=True)
    storage.download(uploaded.uri, tmp_path / "out", digest=uploaded.digest, allow_files=True, overwrite=True)
    assert by_coreutils(tmp_path / "out") == uploaded.digest


def test_an_empty_target_is_filled_in_place(uploaded, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    inode = out.stat().st_ino
    storage.download(uploaded.uri, out, digest=uploaded.digest, allow_files=True)
    assert out.stat().st_ino == inode
    assert by_coreutils(out) == uploaded.digest
    assert ".modelreg-download" not in os.listdir(out)


def test_a_mount_point_is_filled_in_place(uploaded, tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    (out / "old.bin").write_text("x")
    (out / "lost+found").mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: str(path) == str(out))
    with pytest.raises(Conflict):
        storage.download(uploaded.uri, out, digest=uploaded.digest, allow_files=True)
    storage.download(uploaded.uri, out, digest=uploaded.digest, allow_files=True, overwrite=True)
    assert by_coreutils(out) == uploaded.digest
    assert {"lost+found", "SHA256SUMS"} < set(os.listdir(out))
    assert "old.bin" not in os.listdir(out)
