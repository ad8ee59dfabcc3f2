"""Files through a registry: registered, downloaded, verified and listed, sync and async."""

from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
import threading
import typing
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

import modelreg
from modelreg import AsyncModelRegistry, FileEntry, ModelRegistry, RegistrationRequest, Upload, Verified
from modelreg._types import RegisterOptions
from modelreg.errors import Conflict, Forbidden, IntegrityError, InvalidInput, NotFound
from tests.facade.backends import Awaitable
from tests.unit.storage.conftest import bucket, environment, s3_server

__all__ = ["bucket", "environment", "s3_server"]


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Make a folder of weights."""
    folder = tmp_path / "weights"
    (folder / "below").mkdir(parents=True)
    (folder / "model.bin").write_bytes(bytes(range(256)) * 1000)
    (folder / "below" / "config.json").write_text("{}")
    return folder


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return an empty folder store."""
    monkeypatch.delenv("MODEL_REGISTRY_STORE", raising=False)
    monkeypatch.delenv("MODEL_REGISTRY_VERIFY", raising=False)
    return (tmp_path / "store").as_uri()


@pytest.fixture(params=["async", "sync"])
async def registry(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    """Return a registry in a file, sync and async."""
    if request.param == "async":
        async with AsyncModelRegistry(tmp_path / "registry.db") as made:
            yield made
    else:
        with ModelRegistry(tmp_path / "registry.db") as made_sync:
            yield Awaitable(made_sync)


def sizes(folder: Path) -> dict[str, int]:
    """Return the size of every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*") if path.is_file()}


async def test_registered_files_come_back(registry: Any, weights: Path, root: str, tmp_path: Path) -> None:
    done = await registry.register("fraud", "1.4.0", files=weights, to=root)
    assert done.artifact.uri == f"{root}/fraud/1.4.0/"
    digest = done.artifact.properties["digest"]
    assert digest.startswith("sha256:")
    assert (done.artifact.properties["size_bytes"], done.artifact.properties["file_count"]) == (256_002, 2)
    target = await registry.download("fraud@1.4.0", tmp_path / "down")
    assert target == tmp_path / "down"
    assert (target / "model.bin").read_bytes() == (weights / "model.bin").read_bytes()
    assert await registry.verify("fraud@1.4.0") == Verified(digest=digest, files=2)
    listed = await registry.files("fraud@1.4.0")
    assert {(each.path, each.size) for each in listed} == {("model.bin", 256_000), ("below/config.json", 2)}
    assert all(isinstance(each, FileEntry) for each in listed)


async def test_a_single_file(registry: Any, weights: Path, root: str, tmp_path: Path) -> None:
    done = await registry.register("fraud", "1", files=weights / "model.bin", to=root)
    assert done.artifact.uri == f"{root}/fraud/1/model.bin"
    assert await registry.download("fraud@1", tmp_path / "down") == tmp_path / "down" / "model.bin"


async def test_every_way_to_name_a_version(registry: Any, weights: Path, root: str) -> None:
    done = await registry.register("fraud", "1", files=weights, to=root, alias="champion")
    digest = done.artifact.properties["digest"]
    given = ("fraud@1", "fraud@champion", ("fraud", "1"), done, done.version, done.version.id, int(done.version.id))
    for reference in given:
        assert (await registry.verify(reference)).digest == digest
    with pytest.raises(InvalidInput):
        await registry.verify("fraud")
    with pytest.raises(NotFound):
        await registry.verify("fraud@2")


async def test_an_archived_version_warns(
    registry: Any, weights: Path, root: str, caplog: pytest.LogCaptureFixture
) -> None:
    await registry.register("fraud", "1", files=weights, to=root)
    await registry.versions.archive("fraud@1")
    await registry.verify("fraud@1")
    assert "archived" in caplog.text


async def test_repeated_it_is_unchanged_and_sends_nothing(registry: Any, weights: Path, root: str) -> None:
    await registry.register("fraud", "1", files=weights, to=root)
    seen: list[str] = []
    again = await registry.register(
        "fraud", "1", files=weights, to=root, progress=lambda event: seen.append(event.action)
    )
    assert str(again.outcome) == "unchanged"
    assert set(seen) == {"hash"}


async def test_other_files(registry: Any, weights: Path, root: str, tmp_path: Path) -> None:
    first = await registry.register("fraud", "1", files=weights, to=root)
    (weights / "model.bin").write_bytes(b"other")
    before = sizes(tmp_path / "store")
    with pytest.raises(Conflict) as raised:
        await registry.register("fraud", "1", files=weights, to=root, description="new")
    assert raised.value.reason == "digest_differs"
    kept = await registry.register("fraud", "1", files=weights, to=root, on_conflict="unchanged", description="new")
    assert (str(kept.outcome), kept.artifact.uri) == ("unchanged", first.artifact.uri)
    assert sizes(tmp_path / "store") == before
    done = await registry.register("fraud", "1", files=weights, to=root, on_conflict="update")
    digest = done.artifact.properties["digest"]
    assert done.artifact.uri == f"{root}/fraud/1/sha256-{digest.removeprefix('sha256:')[:12]}/"
    assert (await registry.verify("fraud@1")).digest == digest != first.artifact.properties["digest"]
    assert before.items() <= sizes(tmp_path / "store").items()


async def test_another_uri_does_not_keep_the_digest(registry: Any, weights: Path, root: str) -> None:
    done = await registry.register("fraud", "1", files=weights, to=root, artifact_properties={"team": "risk"})
    again = {"uri": "s3://elsewhere/", "on_conflict": "update"}
    planned = [write for write in (await registry.plan("fraud", "1", **again)).writes if write.body]
    assert [set(write.body["customProperties"]) for write in planned] == [{"team"}]
    moved = await registry.register("fraud", "1", **again)
    assert (moved.artifact.id, moved.artifact.uri) == (done.artifact.id, "s3://elsewhere/")
    assert moved.artifact.properties == {"team": "risk"}
    assert (await registry.register("fraud", "1", **again)).outcome.artifact == "unchanged"


async def test_a_uri_without_a_digest(registry: Any, weights: Path, root: str, tmp_path: Path) -> None:
    await registry.register("fraud", "1", uri="s3://elsewhere/")
    with pytest.raises(Conflict) as raised:
        await registry.register("fraud", "1", files=weights, to=root)
    assert raised.value.reason == "uri_differs"
    assert not (tmp_path / "store").exists()
    done = await registry.register("fraud", "1", files=weights, to=root, on_conflict="update")
    assert (await registry.verify("fraud@1")).digest == done.artifact.properties["digest"]


async def test_an_archived_version_is_refused_before_uploading(
    registry: Any, weights: Path, root: str, tmp_path: Path
) -> None:
    await registry.register("fraud", "1")
    await registry.versions.archive("fraud@1")
    with pytest.raises(Conflict) as raised:
        await registry.register("fraud", "1", files=weights, to=root)
    assert raised.value.reason == "archived"
    assert not (tmp_path / "store").exists()
    await registry.register("fraud", "1", files=weights, to=root, restore=True)


async def test_a_plan_uploads_nothing(registry: Any, weights: Path, root: str, tmp_path: Path) -> None:
    plan = await registry.plan("fraud", "1", files=weights, to=root)
    assert [write.happens for write in plan.writes] == ["created"] * 3
    assert plan.upload.uri == f"{root}/fraud/1/"
    assert (plan.upload.files, plan.upload.size) == (2, 256_002)
    assert not (tmp_path / "store").exists()
    assert await registry.models.find("fraud") is None
    await registry.upload(weights, f"{root}/fraud/1/")
    assert (await registry.plan("fraud", "1", files=weights, to=root)).upload is None
    (weights / "model.bin").write_bytes(b"other")
    with pytest.raises(Conflict) as raised:
        await registry.plan("fraud", "1", files=weights, to=root)
    assert raised.value.reason == "digest_differs"


async def test_bulk(registry: Any, weights: Path, root: str) -> None:
    requests = [RegistrationRequest("fraud", str(number), files=weights, to=root) for number in range(3)]
    planned = await registry.plan_bulk(requests)
    assert all(isinstance(result.plan.upload, Upload) for result in planned)
    results = await registry.bulk([*requests, RegistrationRequest("fraud", "4", files=weights / "none", to=root)])
    assert [result.ok for result in results] == [True, True, True, False]
    assert (await registry.verify("fraud@2")).files == 2


@pytest.mark.parametrize(
    "given",
    [
        {"uri": "s3://models/", "files": "here", "to": "there"},
        {"to": "s3://models"},
        {"uri": "s3://models/", "takeover": True},
        {"files": "here"},
        {"files": "here", "to": "https://example.com"},
        {"files": "none", "to": "there"},
        {"files": "here", "to": "there", "artifact_properties": {"digest": "mine"}},
    ],
    ids=",".join,
)
async def test_what_does_not_go_together(
    registry: Any, given: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MODEL_REGISTRY_STORE", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").write_text("weights")
    with pytest.raises(InvalidInput):
        await registry.register("fraud", "1", **given)
    assert await registry.models.find("fraud") is None


async def test_the_store_of_the_environment(
    registry: Any, weights: Path, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_REGISTRY_STORE", root)
    done = await registry.register("team/fraud", "1", files=weights)
    assert done.artifact.uri == f"{root}/team%2Ffraud/1/"
    assert (await registry.verify("team/fraud@1")).files == 2


async def test_a_server_cannot_have_files_of_this_machine_read(
    weights: Path, root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modelreg.local import LocalTransport

    url = f"sqlite:///{tmp_path / 'registry.db'}"
    with ModelRegistry("http://registry.test", transport=LocalTransport(url)) as registry:
        registry.register("fraud", "1", files=weights, to=root)
        for verb in (registry.verify, registry.files, lambda of: registry.download(of, tmp_path / "down")):
            with pytest.raises(Forbidden) as raised:
                verb("fraud@1")
            assert raised.value.reason == "unsafe_location"
        monkeypatch.setenv("MODEL_REGISTRY_STORE", root)
        assert registry.verify("fraud@1").files == 2


async def test_altered_bytes(registry: Any, weights: Path, root: str, tmp_path: Path) -> None:
    await registry.register("fraud", "1", files=weights, to=root)
    stored = tmp_path / "store" / "fraud" / "1" / "model.bin"
    stored.write_bytes(stored.read_bytes()[:-1] + b"x")
    for verb in (registry.verify("fraud@1"), registry.download("fraud@1", tmp_path / "down")):
        with pytest.raises(IntegrityError) as raised:
            await verb
        assert raised.value.reason == "altered"
    assert not (tmp_path / "down").exists()


async def test_a_version_without_a_digest(
    registry: Any, weights: Path, root: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    done = await registry.upload(weights, f"{root}/by-hand/")
    await registry.register("fraud", "1", uri=done.uri)
    with pytest.raises(IntegrityError) as raised:
        await registry.verify("fraud@1")
    assert raised.value.reason == "no_digest"
    with pytest.raises(IntegrityError):
        await registry.download("fraud@1", tmp_path / "down", require_digest=True)
    await registry.download("fraud@1", tmp_path / "down")
    assert "no digest" in caplog.text


async def test_a_version_without_files(registry: Any, tmp_path: Path) -> None:
    await registry.register("fraud", "1")
    with pytest.raises(NotFound):
        await registry.download("fraud@1", tmp_path / "down")


async def test_nothing_is_registered_when_the_upload_fails(registry: Any, weights: Path, tmp_path: Path) -> None:
    (tmp_path / "store").write_text("no folder")
    with pytest.raises(modelreg.ModelRegistryError):
        await registry.register("fraud", "1", files=weights, to=(tmp_path / "store").as_uri())
    assert await registry.models.find("fraud") is None


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 64 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("a small file system cannot be mounted here: run as root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


async def test_a_full_disk(registry: Any, weights: Path, small: Path) -> None:
    with pytest.raises(modelreg.ModelRegistryError) as raised:
        await registry.register("fraud", "1", files=weights, to=small.as_uri())
    assert raised.value.reason == "disk_full"
    assert await registry.models.find("fraud") is None


async def test_signed_files(registry: Any, weights: Path, root: str, tmp_path: Path, monkeypatch: Any) -> None:
    pytest.importorskip("model_signing")
    from modelreg.signing import Key, PublicKey
    from tests.unit.storage.test_signing import write_keys

    private, public = write_keys(tmp_path)  # type: ignore[no-untyped-call]
    await registry.register("fraud", "1", files=weights, to=root)
    with pytest.raises(IntegrityError) as raised:
        await registry.verify("fraud@1", verify=PublicKey(public))
    assert raised.value.reason == "unsigned"
    again = await registry.register("fraud", "1", files=weights, to=root, sign=Key(private))
    assert str(again.outcome) == "unchanged"
    assert (await registry.verify("fraud@1", verify=PublicKey(public))).signature
    monkeypatch.setenv("MODEL_REGISTRY_VERIFY", str(public))
    assert (await registry.download("fraud@1", tmp_path / "down")).is_dir()


async def test_what_kserve_cannot_load_is_said(registry: Any, weights: Path, root: str) -> None:
    done = await registry.register("fraud", "1", files=weights, to=root)
    assert any("KServe" in warning for warning in done.warnings)
    assert any("KServe" in warning for warning in (await registry.resolve("fraud@1")).warnings)
    fine = await registry.register("fraud", "2", uri="pvc://claim/fraud/2")
    assert fine.warnings == ()


async def test_a_cancelled_transfer_ends(weights: Path, root: str, tmp_path: Path) -> None:
    reached, left = threading.Event(), threading.Event()

    def progress(event: modelreg.Progress) -> None:
        if event.action == "upload":
            reached.set()
            left.wait(10)

    async with AsyncModelRegistry(tmp_path / "registry.db") as registry:
        task = asyncio.create_task(registry.register("fraud", "1", files=weights, to=root, progress=progress))
        await asyncio.to_thread(reached.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        left.set()
        assert await registry.models.find("fraud") is None
        done = await registry.register("fraud", "1", files=weights, to=root)
        assert (await registry.verify(done)).files == 2


@pytest.mark.parametrize("step", [1, 3, 6])
def test_a_killed_registration_ends_right_when_repeated(step: int, weights: Path, root: str, tmp_path: Path) -> None:
    script = """
import os, sys
from modelreg import ModelRegistry
left = int(sys.argv[4])
def progress(event):
    global left
    left -= 1
    if left < 0:
        os._exit(9)
ModelRegistry(sys.argv[1]).register("fraud", "1", files=sys.argv[2], to=sys.argv[3], progress=progress)
"""
    database = tmp_path / "registry.db"
    command = [sys.executable, "-c", script, str(database), str(weights), root, str(step)]
    killed = subprocess.run(command, check=False)
    with ModelRegistry(database) as registry:
        if killed.returncode != 0:
            assert killed.returncode == 9
            assert registry.models.find("fraud") is None
        done = registry.register("fraud", "1", files=weights, to=root)
        assert registry.verify(done).files == 2


@pytest.mark.heavy
async def test_an_s3_store(registry: Any, weights: Path, bucket: str, tmp_path: Path) -> None:
    done = await registry.register("fraud", "1.4.0", files=weights, to=bucket)
    assert done.artifact.uri == f"{bucket}/fraud/1.4.0/"
    assert done.warnings == ()
    assert await registry.download("fraud@1.4.0", tmp_path / "down") == tmp_path / "down"
    assert (await registry.verify("fraud@1.4.0")).files == 2
    with pytest.raises(NotFound) as raised:
        await registry.register("fraud", "2", files=weights, to="s3://no-such-bucket-here")
    assert raised.value.reason == "bucket_missing"
    assert await registry.versions.find("2", model="fraud") is None


def test_the_names_are_public() -> None:
    for cls in (Upload, Verified, FileEntry, modelreg.Progress):
        assert cls.__module__ == "modelreg"
        assert getattr(modelreg, cls.__name__) is cls
    made = Upload("s3://models/", "sha256:", 1, 2)
    assert pickle.loads(pickle.dumps(made)) == made  # our own bytes
    for registry in (ModelRegistry, AsyncModelRegistry):
        for verb in ("upload", "download", "verify", "files", "register_hf"):
            assert typing.get_type_hints(getattr(registry, verb))["return"]
    assert {"files", "to", "sign", "takeover", "ignore"} <= set(typing.get_type_hints(RegisterOptions))
    request = RegistrationRequest("fraud", "1", files="out", to="s3://models")
    assert pickle.loads(pickle.dumps(request)) == request  # our own bytes
