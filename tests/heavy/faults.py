"""Kill clients and servers, and break exchanges, many times over; print what came of it.

    python -m tests.heavy.faults [--kills 1000] [--exchanges 10000] [--seed 1] [--minutes 60]

What has to hold, and is counted as a violation where it does not: a call returns a result or raises one of our
errors, not much after its deadline; what was acknowledged is there afterwards, once; a call that was cut off can be
made again and completes.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import random
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import httpx

from modelreg import ModelArtifact, ModelRegistry
from modelreg._config import Settings, Timeouts
from modelreg.errors import ModelRegistryError
from tests.faults import bad_peers
from tests.faults.bad_peers import Behaviour

#: Seconds by which a call may overshoot its deadline; the machine is busy with this very test.
SLACK = 2.0
WORKERS = 4
#: One in so many registrations is looked up by itself; all of them are counted in lists.
_LOOKED_UP = 25
# Forked from one process that has loaded everything, so that a kill costs milliseconds.
_PRELOADED = ["tests.heavy.preloaded"]


def _once(content: bytes, *, status: bytes = b"200 OK", encoding: str = "") -> Behaviour:
    """Send one response and end the connection, so that the next request meets another fault."""
    encoded = f"Content-Encoding: {encoding}\r\n".encode() if encoding else b""
    head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\n%b" % (status, encoded)
    return bad_peers.raw(head + b"Connection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(content), content))


FAULTS: tuple[Behaviour, ...] = (
    bad_peers.raw(b""),
    bad_peers.raw(b"", reset=True),
    bad_peers.raw(b"\x00\xff garbage\r\n\r\n"),
    bad_peers.raw(bad_peers.OK + b'Content-Length: 100\r\n\r\n{"id":'),
    bad_peers.raw(bad_peers.OK + b'Content-Length: 100\r\n\r\n{"id":', reset=True),
    bad_peers.raw(bad_peers.OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{"),
    bad_peers.raw(bad_peers.OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    _once(b"<html><title>Sign in</title></html>"),
    _once(b'{"code": "1", "message": "busy"}', status=b"503 Busy"),
    _once(b'{"code": "1", "message": "no"}', status=b"404 Not Found"),
    _once(b"404 page not found", status=b"404 Not Found"),
    _once(bad_peers.gzip_bomb(4), encoding="gzip"),
    _once(bad_peers.gzip_bomb(8, 2), encoding="gzip, gzip"),
    _once(b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}"),
    _once(b"{}", encoding="br"),
    bad_peers.flood(b"HTTP/1.1 100 Continue\r\n\r\n"),
    bad_peers.drip(before=bad_peers.OK + b"X: "),
    bad_peers.drip(before=bad_peers.OK + b"Content-Length: 1000000\r\n\r\n{"),
    bad_peers.silent,
)


class Counts(Counter[str]):
    """What happened, by name; threads may share it."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self.violations: list[str] = []

    def add(self, name: str, number: int = 1) -> None:
        """Count something."""
        with self._lock:
            self[name] += number

    def tell(self) -> None:
        """Write how far it is to the error stream, now and then."""
        kills = self["kills of a client"] + self["kills of a server"]
        if kills % 50 == 0:
            print(f"{kills} kills, {len(self.violations)} violations", file=sys.stderr, flush=True)

    def violate(self, what: str) -> None:
        """Keep a violation."""
        with self._lock:
            self.violations.append(what)


def exchange(counts: Counts, number: int, seed: int, over: Callable[[], bool]) -> None:
    """Send requests to a peer that behaves badly in another way on each connection."""
    draws = random.Random(seed)

    def behave(connection: socket.socket, stop: threading.Event) -> None:
        draws.choice(FAULTS)(connection, stop)

    with bad_peers.listening(behave) as port:
        workers = [
            threading.Thread(target=_exchange_some, args=(counts, port, -(-number // WORKERS), over))
            for _ in range(WORKERS)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()


def _exchange_some(counts: Counts, port: int, number: int, over: Callable[[], bool]) -> None:
    from modelreg._sync.connection import Connection

    seconds = 0.1
    settings = Settings(
        base_url=f"http://127.0.0.1:{port}",
        retries=0,
        timeouts=Timeouts(total=seconds, connect=seconds, read=seconds),
        max_response_bytes=2**20,
        api_version="v1",
    )
    connection = Connection(settings)
    for at in range(number):
        if over():
            break
        began = time.monotonic()
        try:
            connection.request("post" if at % 3 == 0 else "get", "/registered_models", json={"name": "x"})
            counts.violate("an exchange ended in a result that nobody sent")
        except ModelRegistryError as error:
            counts.add(f"faulty exchanges: {type(error).__name__}")
        except Exception as error:  # noqa: BLE001  # that it is none of ours is what is looked for
            counts.violate(f"an exchange ended in {type(error).__name__}: {error}")
        counts.add("faulty exchanges")
        if time.monotonic() - began > seconds + SLACK:
            counts.violate(f"an exchange took {time.monotonic() - began:.1f} s instead of {seconds} s")
    connection.close()


def register_on(url: str, prefix: str, first: int, acknowledged: int) -> None:
    """Register one model after the other, and write the number of each that was acknowledged to a pipe."""
    with ModelRegistry(url) as registry:
        for number in range(first, first + 10_000):
            name = f"{prefix}-{number}"
            done = registry.register(name, "1", uri=f"s3://w/{name}", properties={"number": number})
            assert done.artifact is not None
            os.write(acknowledged, number.to_bytes(4, "big"))


def _child(url: str, prefix: str, first: int, pipe: object) -> None:
    register_on(url, prefix, first, pipe.fileno())  # type: ignore[attr-defined]  # a Connection of multiprocessing


def kill_clients(
    counts: Counts,
    context: ForkServerContext,
    url: str,
    prefix: str,
    kills: int,
    draws: random.Random,
    over: Callable[[], bool],
) -> int:
    """Kill clients in the middle of their work, each followed by another; return how many models they registered."""
    done = 0
    for _ in range(kills):
        if over():
            break
        reading, writing = context.Pipe(duplex=False)
        process = context.Process(target=_child, args=(url, prefix, done, writing), daemon=True)
        process.start()
        writing.close()
        # At least one acknowledgement now and then, so that the work gets on.
        with contextlib.suppress(EOFError):
            reading.poll(10 if draws.random() < 0.5 else 0)
        time.sleep(draws.uniform(0, 0.1))
        process.kill()
        process.join()
        counts.add("kills of a client")
        counts.tell()
        received = b""
        while piece := os.read(reading.fileno(), 65536):
            received += piece
        reading.close()
        if received:
            done = int.from_bytes(received[-4:], "big") + 1
    return done


def check(counts: Counts, url: str, prefix: str, done: int) -> None:
    """Check that everything that was acknowledged is there, once, and that what was cut off can be completed."""
    with ModelRegistry(url, timeout=120) as registry:
        models = [model for model in registry.models.list() if model.name.startswith(f"{prefix}-")]
        names = Counter(model.name for model in models)
        numbers = {each.model_id: each.properties.get("number") for each in registry.versions.list()}
        known = {model.name: numbers.get(model.id) for model in models}
        uris = Counter(artifact.uri for artifact in registry.artifacts.list() if isinstance(artifact, ModelArtifact))
        for number in range(done):
            name = f"{prefix}-{number}"
            if known.get(name) != number:
                counts.violate(f"{name} was acknowledged and is not there")
            elif uris[f"s3://w/{name}"] != 1:
                counts.violate(f"{name} has {uris[f's3://w/{name}']} artifacts")
            elif number % _LOOKED_UP == 0:
                artifacts = [artifact.uri for artifact in registry.artifacts.list(version=(name, "1"))]
                if artifacts != [f"s3://w/{name}"]:
                    counts.violate(f"{name} has the artifacts {artifacts}")
        for name, number in names.items():
            if number > 1:
                counts.violate(f"{name} is there {number} times")
        again = registry.register(f"{prefix}-{done}", "1", uri=f"s3://w/{prefix}-{done}", properties={"number": done})
        if again.artifact is None:
            counts.violate(f"{prefix}-{done} could not be completed")
    counts.add("registrations acknowledged and found", done)


def _serve(store: str, port: int) -> None:
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    sys.argv = ["modelreg", "serve", "--store", store, "--port", str(port)]
    from modelreg._cli import main

    main()


class Server:
    """A served registry that can be killed and started again on its port."""

    def __init__(self, context: ForkServerContext, store: str) -> None:
        self._context = context
        self._store = store
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: ForkServerProcess = self.start()

    def start(self) -> ForkServerProcess:
        """Start it and wait until it answers."""
        self.process = self._context.Process(target=_serve, args=(self._store, self.port), daemon=True)
        self.process.start()
        for _ in range(600):
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"{self.url}/readyz/health", trust_env=False)
                return self.process
            time.sleep(0.05)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.join()


@contextmanager
def served(context: ForkServerContext, store: str) -> Iterator[Server]:
    """Serve a registry for the length of a block."""
    server = Server(context, store)
    try:
        yield server
    finally:
        server.kill()


def kill_servers(
    counts: Counts, context: ForkServerContext, store: str, kills: int, draws: random.Random, over: Callable[[], bool]
) -> None:
    """Kill a server while clients write to it, and start it again."""
    with served(context, store) as server:
        stop = threading.Event()
        written = [0] * WORKERS
        writers = [
            threading.Thread(target=_write_on, args=(counts, server.url, at, written, stop)) for at in range(WORKERS)
        ]
        for writer in writers:
            writer.start()
        for _ in range(kills):
            if over():
                break
            time.sleep(draws.uniform(0.0, 0.3))
            server.kill()
            counts.add("kills of a server")
            counts.tell()
            server.start()
        stop.set()
        for writer in writers:
            writer.join()
        for at, done in enumerate(written):
            check(counts, server.url, f"served{at}", done)


def _write_on(counts: Counts, url: str, at: int, written: list[int], stop: threading.Event) -> None:
    with ModelRegistry(url, timeout=30) as registry:
        while not stop.is_set():
            number = written[at]
            name = f"served{at}-{number}"
            try:
                registry.register(name, "1", uri=f"s3://w/{name}", properties={"number": number})
                written[at] += 1
                counts.add("writes during kills of a server: results")
            except ModelRegistryError as error:
                counts.add(f"writes during kills of a server: {type(error).__name__}")
            except Exception as error:  # noqa: BLE001  # that it is none of ours is what is looked for
                counts.violate(f"a write ended in {type(error).__name__}: {error}")


def run(*, kills: int, exchanges: int, seed: int, minutes: float) -> Counts:
    """Do all of it and return what happened.

    Args:
        kills: How many processes are killed; of clients on a file, clients on a server, and servers, a third each.
        exchanges: How many requests are sent to a peer that behaves badly.
        seed: What the random choices begin with.
        minutes: After this long the rest is left out.
    """
    counts, draws = Counts(), random.Random(seed)
    end = time.monotonic() + 60 * minutes

    def over() -> bool:
        return time.monotonic() > end

    exchange(counts, exchanges, seed, over)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    third = -(-kills // 3)
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "file.db")
        check(counts, file, "file", kill_clients(counts, context, file, "file", third, draws, over))
        with served(context, str(Path(folder) / "served.db")) as server:
            check(counts, server.url, "net", kill_clients(counts, context, server.url, "net", third, draws, over))
        kill_servers(counts, context, str(Path(folder) / "killed.db"), third, draws, over)
    return counts


def main(arguments: list[str] | None = None) -> int:
    """Print the counts; return 1 when something did not hold."""
    parser = argparse.ArgumentParser(description="Kill clients and servers, and break exchanges.")
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--exchanges", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60.0)
    given = parser.parse_args(arguments)
    counts = run(kills=given.kills, exchanges=given.exchanges, seed=given.seed, minutes=given.minutes)
    for name, number in sorted(counts.items()):
        print(f"{number:8} {name}")
    print(f"{len(counts.violations):8} violations")
    for violation in counts.violations[:50]:
        print(f"         {violation}")
    return 1 if counts.violations else 0


if __name__ == "__main__":
    sys.exit(main())
