"""Manifests: what is hashed, what is refused, and that coreutils agree."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess

import pytest

from modelreg import storage
from modelreg._storage.manifest import check_path, check_paths, parse_sums, sums_text
from modelreg._storage.workers import Stop
from modelreg.errors import InvalidInput

BY_COREUTILS = (
    r"find . -type f ! -path ./SHA256SUMS ! -path ./model.sig -printf '%P\n' | LC_ALL=C sort"
    r" | xargs -r -d '\n' sha256sum | sha256sum"
)


def by_coreutils(folder) -> str:
    run = subprocess.run(["sh", "-c", BY_COREUTILS], cwd=folder, capture_output=True, text=True, check=True)
    return f"sha256:{run.stdout.split()[0]}"


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="GNU coreutils are not installed")
def test_the_digest_is_what_coreutils_print(weights):
    manifest = storage.scan(weights)
    assert manifest.digest == by_coreutils(weights)
    assert manifest.size == sum(path.stat().st_size for path in weights.rglob("*") if path.is_file())
    assert [file.path for file in manifest.files] == [
        "config.json",
        "model.bin",
        "tokenizer-2",
        "tokenizer/a b/vocabulary ü.txt",
        "tokenizer/empty",
    ]


def test_the_digest_of_one_file_is_its_own(weights):
    manifest = storage.scan(weights / "config.json")
    run = subprocess.run(["sha256sum", weights / "config.json"], capture_output=True, text=True, check=True)
    assert manifest.digest == f"sha256:{run.stdout.split()[0]}"
    assert manifest.single
    assert manifest.files[0].path == "config.json"


def test_ignored_names_are_left_out(weights):
    (weights / ".git").mkdir()
    (weights / ".git" / "HEAD").write_text("ref")
    (weights / "tokenizer" / "__pycache__").mkdir()
    (weights / "tokenizer" / "__pycache__" / "x.pyc").write_text("x")
    (weights / ".DS_Store").write_text("x")
    (weights / "run.log").write_text("x")
    names = {file.path for file in storage.scan(weights).files}
    assert not {name for name in names if "git" in name or "pycache" in name or "DS_Store" in name}
    assert "run.log" in names
    assert "run.log" not in {file.path for file in storage.scan(weights, ignore=["*.log"]).files}


def test_links_inside_the_folder_are_their_content(weights):
    (weights / "copy.json").symlink_to("config.json")
    (weights / "again").symlink_to("tokenizer")
    manifest = storage.scan(weights)
    sums = {file.path: file.sha256 for file in manifest.files}
    assert sums["copy.json"] == sums["config.json"]
    assert "again/empty" in sums


def test_a_downloaded_folder_can_be_uploaded_again(weights):
    manifest = storage.scan(weights)
    (weights / "SHA256SUMS").write_text(manifest.sums_text, encoding="utf-8")
    assert storage.scan(weights) == manifest


def plant_link_out(folder):
    (folder / "bad").symlink_to("/etc/hostname")


def plant_relative_link_out(folder):
    (folder.parent / "outside").write_text("x")
    (folder / "bad").symlink_to("../outside")


def plant_folder_link_out(folder):
    (folder / "bad").symlink_to(folder.parent)


def plant_circle(folder):
    (folder / "tokenizer" / "bad").symlink_to("..")


def plant_broken_link(folder):
    (folder / "bad").symlink_to("nowhere")


def plant_control_character(folder):
    (folder / "a\nb").write_text("x")


def plant_backslash(folder):
    (folder / "a\\b").write_text("x")


def plant_bytes_that_are_no_text(folder):
    (folder / os.fsdecode(b"a\xff")).write_text("x")


def plant_pipe(folder):
    os.mkfifo(folder / "bad")


def plant_socket(folder):
    listener = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(folder)
    try:
        listener.bind("bad")
    finally:
        os.chdir(here)
        listener.close()


def plant_sums(folder):
    (folder / "SHA256SUMS").write_text("x")


def plant_signature(folder):
    (folder / "model.sig").write_text("x")


def plant_claim(folder):
    (folder / ".modelreg-upload").write_text("x")


PLANTED = [value for name, value in list(globals().items()) if name.startswith("plant_")]


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__.removeprefix("plant_"))
def test_what_is_refused(weights, plant):
    plant(weights)
    with pytest.raises(InvalidInput) as refused:
        storage.scan(weights)
    assert refused.value.reason == "unsafe_path"


def test_reserved_names_are_free_below_the_top(weights):
    (weights / "tokenizer" / "SHA256SUMS").write_text("x")
    assert "tokenizer/SHA256SUMS" in {file.path for file in storage.scan(weights).files}


@pytest.mark.parametrize("make", ["nothing", "folder", "folders", "ignored"])
def test_an_empty_folder_is_refused(tmp_path, make):
    folder = tmp_path / "empty"
    if make != "nothing":
        folder.mkdir()
    if make == "folders":
        (folder / "a" / "b").mkdir(parents=True)
    if make == "ignored":
        (folder / ".DS_Store").write_text("x")
    with pytest.raises(InvalidInput):
        storage.scan(folder)


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../x", "a/../b", "a//b", "./a", "a/", "", "C:/x", "a\\b", "a\nb", "a\x7f", "a\u2028b",
     "SHA256SUMS", "model.sig", "x" * 256, "/".join(["x" * 200] * 6), "a\ud800"],
)  # fmt: skip
def test_unsafe_paths(path):
    with pytest.raises(InvalidInput):
        check_path(path)


@pytest.mark.parametrize("paths", [["a", "a"], ["a", "a/b"], ["a/b/c", "a/b"]])
def test_paths_that_cannot_stand_beside_each_other(paths):
    with pytest.raises(InvalidInput):
        check_paths(paths)


def test_sums_are_read_back(weights):
    manifest = storage.scan(weights)
    assert sums_text(parse_sums(manifest.sums_text)) == manifest.sums_text


@pytest.mark.parametrize(
    "text", ["", "x", "0" * 64, f"{'0' * 64}  ../x\n", f"{'0' * 63}  a\n", f"{'0' * 64}  a\n\n", f"{'0' * 64}  a\r\n"]
)
def test_sums_that_are_none(text):
    with pytest.raises(InvalidInput):
        parse_sums(text)


def test_progress_is_told(weights):
    events = []
    manifest = storage.scan(weights, progress=events.append)
    assert events[-1].done == events[-1].total == manifest.size
    assert {event.action for event in events} == {"hash"}
    assert {event.file for event in events} == {file.path for file in manifest.files if file.size}


def test_a_scan_can_be_stopped(weights):
    from modelreg.errors import TransferStopped

    stop = Stop()
    stop.set()
    with pytest.raises(TransferStopped):
        storage.scan(weights, stop=stop)
