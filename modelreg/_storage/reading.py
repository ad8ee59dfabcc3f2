"""Reading a file of this machine for sending, held to the size and sha256 that it had when it was hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from modelreg._storage.local_files import translated
from modelreg._storage.scanning import BLOCK
from modelreg._storage.workers import Stop
from modelreg._types.files import FileEntry
from modelreg.errors import IntegrityError


def checked_blocks(file: FileEntry, path: Path, stop: Stop) -> Iterator[bytes]:
    """Yield a file's bytes; the last block comes after the check, so that no altered file is ever sent as a whole.

    Args:
        file: Its size and sha256.
        path: On this machine.
        stop: Set to give up.

    Raises:
        IntegrityError: The file changed since.
    """
    digest, count, held = hashlib.sha256(), 0, b""
    with translated(path), path.open("rb", buffering=0) as stream:
        while block := stream.read(BLOCK):
            stop.check()
            digest.update(block)
            count += len(block)
            if held:
                yield held
            held = block
    if count != file.size or digest.hexdigest() != file.sha256:
        raise IntegrityError(
            f"the file {file.path!r} changed while it was uploaded",
            hint="Repeat the upload when nothing writes to it any more.",
            reason="file_changed",
            details={"file": file.path},
        )
    if held:
        yield held
