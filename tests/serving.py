"""Starts and stops ``modelreg serve`` as a process of its own, the way a user does."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from attrs import frozen

COMMAND = (sys.executable, "-m", "modelreg", "serve")


@frozen
class ServedRegistry:
    """A running server."""

    url: str
    process: subprocess.Popen[str]
    log: Path

    def stop(self) -> int:
        """Ask the server to end, and return its exit code when it has."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self) -> None:
        """End the server at once, with no chance to finish anything."""
        self.process.kill()
        self.process.wait(60)


def start(log: Path, *arguments: str, open_files: int | None = None) -> ServedRegistry:
    """Start a server and return it when it takes requests.

    Args:
        log: File for what it logs.
        arguments: Options of the command.
        open_files: How many files the process may open; None for as many as this one.
    """
    command = [*COMMAND, "--port", "0", *arguments]
    if open_files is not None:
        command = ["sh", "-c", f'ulimit -n {open_files}; exec "$@"', "sh", *command]
    with log.open("a") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
    stdout: IO[str] | None = process.stdout
    assert stdout is not None
    url = stdout.readline().strip()
    stdout.close()
    if not url.startswith("http"):
        process.kill()
        process.wait(60)
        raise AssertionError(f"the server did not start: {log.read_text()}")
    return ServedRegistry(url, process, log)


@contextmanager
def serving(log: Path, *arguments: str, open_files: int | None = None) -> Iterator[ServedRegistry]:
    """Run a server for the length of a block."""
    served = start(log, *arguments, open_files=open_files)
    try:
        yield served
    finally:
        if served.process.poll() is None:
            served.stop()
