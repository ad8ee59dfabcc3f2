"""Measures uploads and downloads of weights against the bare library and against ``cp``; asserts nothing.

Run by ``make bench``. Each measurement is a process of its own, the two sides of a ratio alternate, and the ratio is
the median of those of a few rounds. ``--endpoint`` names an S3 server with a bucket ``bench``; without it moto's is
started.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

FILES, MIB, ROUNDS = 64, 16, int(os.environ.get("ROUNDS", "3"))

# Runs one measurement in a process of its own: prints seconds and the most memory, in MiB.
MEASURED = """
import hashlib, json, os, resource, shutil, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
what, source, target = sys.argv[1:4]
files = sorted(Path(source).iterdir()) if os.path.isdir(source) else []
def sha(path):
    with open(path, "rb") as stream:
        hashlib.file_digest(stream, "sha256")
def hash_all(paths):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(sha, paths))
def bare():
    import obstore
    from obstore.store import S3Store
    http = {"allow_http": True, "timeout": "1h"}
    return obstore, S3Store("bench", endpoint=os.environ["AWS_ENDPOINT_URL"], client_options=http)
def put_all():
    obstore, store = bare()
    def put(path):
        obstore.put(store, f"bare/{path.name}", path, chunk_size=8 << 20, max_concurrency=3)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, files))
    hash_all(files)
def get_all():
    obstore, store = bare()
    os.makedirs(target)
    names = [found["path"] for page in obstore.list(store, "bare") for found in page]
    def get(name):
        with open(os.path.join(target, os.path.basename(name)), "wb", buffering=0) as out:
            for block in obstore.get(store, name).stream(min_chunk_size=1 << 20):
                out.write(block)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(get, names))
    hash_all(Path(target).iterdir())
def copy_and_sum():
    subprocess.run(["cp", "-r", source, target], check=True)
    subprocess.run(["sha256sum", *map(str, files)], check=True, stdout=subprocess.DEVNULL)
def upload():
    from modelreg import storage
    Path(os.environ["UPLOADED"]).write_text(storage.upload(source, target).uri)
def download():
    from modelreg import storage
    storage.download(source, target, digest=os.environ.get("DIGEST"), require_digest=True)
begin = time.perf_counter()
{"put": put_all, "get": get_all, "cp": copy_and_sum, "upload": upload, "download": download}[what]()
seconds = time.perf_counter() - begin
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def measured(what: str, source: str, target: str, **environ: str) -> tuple[float, float]:
    """Return seconds and MiB of one measurement."""
    command = [sys.executable, "-c", MEASURED, what, source, target]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | environ)
    if run.returncode:
        raise SystemExit(run.stderr)
    seconds, memory = json.loads(run.stdout)
    return seconds, memory


def compare(name: str, ours: Iterator[tuple[float, float]], theirs: Iterator[tuple[float, float]]) -> None:
    """Print the median ratio of a few rounds, the best times, and our memory."""
    rounds = [(next(theirs)[0], *next(ours)) for _ in range(ROUNDS)]
    ratio = statistics.median(seconds / other for other, seconds, _ in rounds)
    other, seconds = min(each[0] for each in rounds), min(each[1] for each in rounds)
    memory = max(each[2] for each in rounds)
    print(
        f"{name:<46}ratio {ratio:>5.2f}, best {seconds:>7.2f} s, the other {other:>7.2f} s, memory {memory:>5.0f} MiB",
        flush=True,
    )


def fresh(what: str, source: str, folder: Path, **environ: str) -> Iterator[tuple[float, float]]:
    """Measure into a new folder each time, and delete it."""
    while True:
        target = folder / what
        shutil.rmtree(target, ignore_errors=True)
        goal = target.as_uri() if what == "upload" else str(target)
        yield measured(what, source, goal, **environ)
        shutil.rmtree(target, ignore_errors=True)


def numbered(what: str, source: str, uri: str) -> Iterator[tuple[float, float]]:
    """Measure into a new prefix each time."""
    number = 0
    while True:
        number += 1
        yield measured(what, source, f"{uri}/{number}/")


@contextlib.contextmanager
def server(endpoint: str | None) -> Iterator[str]:
    """Yield the address of an S3 server with a bucket."""
    if endpoint:
        yield endpoint
        return
    import httpx

    program = "from moto.server import main; import sys; main(sys.argv[1:])"
    command = [sys.executable, "-c", program, "-H", "127.0.0.1", "-p", "9446"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
            client.put("http://127.0.0.1:9446/bench").raise_for_status()
        yield "http://127.0.0.1:9446"
    finally:
        process.terminate()
        process.wait()


def one_large_file(folder: Path, uploaded: Path) -> None:
    """Measure one file as large as all the others."""
    from modelreg import storage

    big = folder / "big"
    big.mkdir()
    with (big / "model.bin").open("wb") as stream:
        for _ in range(FILES * MIB // 64):
            stream.write(os.urandom(64 << 20))
    seconds, memory = measured("upload", str(big), "s3://bench/big/")
    name = f"one file of {FILES * MIB} MiB, upload to S3"
    print(f"{name:<46}{seconds:>7.2f} s, memory {memory:>5.0f} MiB")
    digest = storage.scan(big).digest
    seconds, memory = measured("download", uploaded.read_text(), str(folder / "down"), DIGEST=digest)
    print(f"{'the same, download':<46}{seconds:>7.2f} s, memory {memory:>5.0f} MiB")


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint")
    arguments = parser.parse_args()
    account = {"AWS_ACCESS_KEY_ID": "AKIDAKIDAKID", "AWS_SECRET_ACCESS_KEY": "secretsecret"}
    os.environ.update(account, AWS_DEFAULT_REGION="us-east-1", AWS_REGION="us-east-1")
    with tempfile.TemporaryDirectory(prefix="modelreg-bench-") as made, server(arguments.endpoint) as endpoint:
        folder, os.environ["AWS_ENDPOINT_URL"] = Path(made), endpoint
        source = folder / "weights"
        source.mkdir()
        for number in range(FILES):
            (source / f"model-{number:05}.safetensors").write_bytes(os.urandom(MIB << 20))
        uploaded = folder / "uri"
        os.environ["UPLOADED"] = str(uploaded)
        from modelreg import storage

        digest = storage.scan(source).digest
        print(f"{FILES} files of {MIB} MiB, {ROUNDS} rounds")
        compare(
            "upload to a folder / cp -r + sha256sum",
            fresh("upload", str(source), folder),
            fresh("cp", str(source), folder),
        )
        compare(
            "upload to S3 / bare library + sha256",
            numbered("upload", str(source), "s3://bench/ours"),
            numbered("put", str(source), ""),
        )
        compare(
            "download from S3 / bare library + sha256",
            fresh("download", uploaded.read_text(), folder, DIGEST=digest),
            fresh("get", "", folder),
        )
        one_large_file(folder, uploaded)


if __name__ == "__main__":
    main()
