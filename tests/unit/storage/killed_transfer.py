"""Uploads and downloads that are killed at every step, each in a process of its own; prints how many there were.

Run as a program, so that no thread of the test's process is copied into the children.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from modelreg import storage
from modelreg._storage import reading

# What the interpreter reports before it changes something on disk, or opens it.
EVENTS = ("open", "os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree", "os.truncate")


def killed_at(step: int, work: Callable[[storage.ProgressCallback], object]) -> bool:
    """Run some work in a child that dies at a step; return whether it did."""
    child = os.fork()
    if child == 0:
        left = step

        def count(event: str, _arguments: object) -> None:
            nonlocal left
            if event in EVENTS:
                left -= 1
                if left < 0:
                    os._exit(9)

        sys.addaudithook(count)
        try:
            work(lambda event: count("open", event))
        except BaseException as error:  # noqa: BLE001  # told to the parent by the exit code
            print(repr(error), file=sys.stderr)
            os._exit(2)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 9), code
    return code == 9


def check(uri: str, digest: str, folder: Path) -> None:
    """Check that a store's folder holds the version, and nothing else."""
    assert storage.verify(uri, digest, allow_files=True).digest == digest
    leftovers = [path for path in folder.rglob("*") if ".modelreg" in path.name or path.name.endswith(".part")]
    assert not leftovers, leftovers


def kill_uploads(work: Path, weights: Path, stride: int) -> int:
    """Kill an upload at every step, run it again, and check what is there."""
    manifest = storage.scan(weights)
    folder = work / "up"
    for number in range(0, 100_000, stride):
        shutil.rmtree(folder, ignore_errors=True)
        died = killed_at(number, lambda progress: storage.upload(manifest, folder.as_uri(), progress=progress))
        if (folder / "SHA256SUMS").exists():
            assert storage.verify(f"{folder.as_uri()}/", manifest.digest, allow_files=True)
        done = storage.upload(manifest, folder.as_uri())
        check(done.uri, done.digest, folder)
        if not died:
            return number
    raise AssertionError("it never ends")


def kill_downloads(work: Path, weights: Path, stride: int, *, in_place: bool) -> int:
    """Kill a download at every step, run it again, and check what is there."""
    done = storage.upload(weights, (work / "store").as_uri())
    target = work / "down" / "out"
    for number in range(0, 100_000, stride):
        shutil.rmtree(work / "down", ignore_errors=True)
        target.mkdir(parents=True) if in_place else target.parent.mkdir()

        def download(progress: storage.ProgressCallback | None = None) -> Path:
            return storage.download(done.uri, target, digest=done.digest, allow_files=True, progress=progress)

        died = killed_at(number, download)
        if not in_place and target.exists():
            assert storage.scan(target).digest == done.digest
        if not (target / "SHA256SUMS").exists() or (target / ".modelreg-download").exists():
            download()
        assert storage.scan(target).digest == done.digest
        hidden = [path.name for path in target.iterdir() if path.name.startswith(".")]
        beside = [path.name for path in target.parent.iterdir()]
        assert not hidden, hidden
        assert beside == ["out"] or (died and (target / "SHA256SUMS").exists()), beside
        if not died:
            return number
    raise AssertionError("it never ends")


def main() -> None:
    """Kill everything, every `stride` steps."""
    work, stride = Path(sys.argv[1]), int(sys.argv[2])
    vars(reading)["BLOCK"] = 4096
    weights = work / "weights"
    (weights / "below").mkdir(parents=True)
    (weights / "model.bin").write_bytes(os.urandom(20_000))
    (weights / "below" / "config.json").write_text("{}")
    print(
        json.dumps(
            {
                "uploads": kill_uploads(work, weights, stride),
                "downloads": kill_downloads(work, weights, stride, in_place=False),
                "in place": kill_downloads(work, weights, stride, in_place=True),
            }
        )
    )


if __name__ == "__main__":
    main()
