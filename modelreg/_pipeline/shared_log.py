"""The line of a registration in the log that a pipeline's steps share; it never fails the step."""

from __future__ import annotations

import json
import logging
import os
import posixpath
from datetime import UTC, datetime

log = logging.getLogger("modelreg.pipeline")

#: A line is cut here, so that it is written in one piece.
LINE_BYTES = 4000


def append_line(mount: str, file: str, line: str) -> bool:
    """Append a line to the shared log in one write; return whether that was possible, and log why not."""
    if not mount or not file:
        return False
    path = posixpath.normpath(posixpath.join(mount, file))
    if not path.startswith(posixpath.normpath(mount).rstrip("/") + "/"):
        log.warning("the shared log %r is not on the volume at %r; nothing is written there", file, mount)
        return False
    # What is no file, such as a named pipe without a reader, must not make the step wait.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        handle = os.open(path, flags, 0o664)
        try:
            os.write(handle, _whole(line))
        finally:
            os.close(handle)
    except (OSError, ValueError) as error:
        log.warning("the shared log %r cannot be written: %s", path, error)
        return False
    return True


def run_line(*, name: str, version: str, id: str, outcome: str, seconds: float) -> str:
    """Describe in a line what one run did; names are quoted, so that they cannot begin a line of their own."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    text = f"{json.dumps(name, ensure_ascii=False)} version {json.dumps(version, ensure_ascii=False)}"
    return f"{now} model_registry: {text} id {id} {outcome} in {seconds:.2f} s"


def _whole(line: str) -> bytes:
    text = "".join(" " if char in "\r\n\x85\u2028\u2029" else char for char in line)
    return text.encode(errors="replace")[: LINE_BYTES - 1].decode(errors="ignore").encode() + b"\n"
