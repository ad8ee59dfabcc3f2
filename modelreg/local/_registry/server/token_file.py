"""The bearer token of a served registry, kept in a file."""

from __future__ import annotations

import hmac
import logging
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from modelreg.local._registry.server.options import STRICT_FILES_VARIABLE, ServeError

_log = logging.getLogger(__name__)
# The group is left out: a volume of Kubernetes lets a pod's group read its secrets on purpose.
_READ_BY_OTHERS = stat.S_IROTH


class TokenFile:
    """The bearer token in a file; read again when the file changes, because such files rotate.

    Args:
        path: The file.
        strict: Refuse a file that other users of this machine can read, instead of warning once.

    Raises:
        ServeError: The file cannot be read, is empty, or is refused.
    """

    def __init__(self, path: Path, *, strict: bool = False) -> None:
        self._path = path
        self._strict = strict
        self._warned = False
        self._read: tuple[tuple[int, int, int, int], bytes] | None = None
        self.value()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._path)!r})"

    def value(self) -> bytes:
        """Return the token that the file holds now.

        Raises:
            ServeError: The file cannot be read, is empty, or is refused.
        """
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode)
            if self._read is None or self._read[0] != stamp:
                self._check_mode(status.st_mode)
                self._read = stamp, self._path.read_bytes().strip()
        except OSError as error:
            raise ServeError(f"the token file {self._path} cannot be read: {error.strerror}") from error
        if not self._read[1]:
            raise ServeError(f"the token file {self._path} is empty")
        return self._read[1]

    def accepts(self, token: bytes) -> bool:
        """Return whether this is the token; how long it takes does not depend on where they differ.

        Raises:
            ServeError: The file cannot be read, is empty, or is refused.
        """
        return hmac.compare_digest(token.strip(), self.value())

    def is_in(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Return whether a request's headers carry the token.

        Raises:
            ServeError: The file cannot be read, is empty, or is refused.
        """
        given = next((value for name, value in headers if name == b"authorization"), b"")
        scheme, _, token = given.partition(b" ")
        return self.accepts(token) and scheme.lower() == b"bearer"

    def _check_mode(self, mode: int) -> None:
        if os.name != "posix" or not mode & _READ_BY_OTHERS:
            return
        message = f"other users of this machine can read the token file {self._path}: chmod 600 it"
        if self._strict:
            raise ServeError(f"{message} ({STRICT_FILES_VARIABLE} is set)")
        if not self._warned:
            self._warned = True
            _log.warning("%s", message)
