"""The list of a version's files: names, sizes, sha256 sums, and the digest made of them.

The text of a manifest is what ``sha256sum`` prints for the files in the order of their names' bytes. The digest of a
folder is the sha256 of that text, and the digest of a single file its own sha256, so that coreutils can check both.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import attrs

from modelreg._types.files import FileEntry
from modelreg.errors import InvalidInput

#: The manifest beside the files; an upload is finished when it is there.
SUMS = "SHA256SUMS"
#: The manifest of an upload under way, written before the first file.
PART = "SHA256SUMS.part"
#: The signature beside the files.
SIGNATURE = "model.sig"
#: The claim of an upload under way; it holds the digest.
CLAIM = ".modelreg-upload"
#: The folder in which a local store keeps files until they are complete.
STAGING = ".modelreg-staging"
#: Top-level names that a version's own files cannot have.
RESERVED = frozenset({SUMS, PART, SIGNATURE, CLAIM, STAGING})

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_LINE = re.compile(r"([0-9a-f]{64}) [ *]([^\n]+)")
_LONGEST_NAME = 1024
_LONGEST_SEGMENT = 255


@attrs.frozen
class Manifest:
    """The files of a version on this machine, hashed.

    Attributes:
        root: The folder that the files' paths are relative to.
        files: In the order of their names' bytes.
        single: Whether a single file was given, rather than a folder.
    """

    root: Path
    files: tuple[FileEntry, ...]
    single: bool = False

    @property
    def digest(self) -> str:
        """Return ``sha256:`` and 64 hexadecimal digits."""
        return f"sha256:{self.files[0].sha256}" if self.single else text_digest(self.sums_text)

    @property
    def size(self) -> int:
        """Return the size of all files in bytes."""
        return sum(file.size or 0 for file in self.files)

    @property
    def sums_text(self) -> str:
        """Return the text of ``SHA256SUMS``."""
        return sums_text(self.files)


def sums_text(files: Iterable[FileEntry]) -> str:
    """Return what ``sha256sum`` prints for the files, in the order of their names' bytes.

    Args:
        files: Hashed files.
    """
    ordered = sorted(files, key=lambda file: file.path.encode())
    return "".join(f"{file.sha256}  {file.path}\n" for file in ordered)


def text_digest(text: str) -> str:
    """Return the digest of a manifest's text.

    Args:
        text: The content of ``SHA256SUMS``.
    """
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def parse_sums(text: str) -> tuple[FileEntry, ...]:
    """Return the files that a ``SHA256SUMS`` names; their sizes are not in it.

    Args:
        text: The content of ``SHA256SUMS``.

    Raises:
        InvalidInput: It is empty or no such file, or it names a file that cannot be a version's.
    """
    lines = text.removesuffix("\n").split("\n")
    matches = [_LINE.fullmatch(line) for line in lines]
    files = tuple(FileEntry(match[2], None, match[1]) for match in matches if match)
    if len(files) != len(lines):
        number = next(index for index, match in enumerate(matches, 1) if not match)
        raise InvalidInput(f"line {number} of {SUMS} is not one that sha256sum writes")
    check_paths(file.path for file in files)
    return files


def check_digest(digest: str) -> str:
    """Return a digest as it is, if it is one.

    Args:
        digest: ``sha256:`` and 64 hexadecimal digits.

    Raises:
        InvalidInput: It is no sha256 digest.
    """
    if not DIGEST.fullmatch(digest):
        raise InvalidInput(
            f"the digest {digest!r} is not supported", hint="A digest is sha256: and 64 hexadecimal digits."
        )
    return digest


def check_paths(paths: Iterable[str]) -> None:
    """Check that the paths can be the files of one folder.

    Args:
        paths: Relative paths, each of which is checked by `check_path` too.

    Raises:
        InvalidInput: A path is unsafe, stands there twice, or is a file and a folder at once.
    """
    seen: set[str] = set()
    for path in paths:
        check_path(path)
        if path in seen:
            raise InvalidInput(f"the file {path!r} is listed twice", reason="unsafe_path", details={"path": path})
        seen.add(path)
    for path in seen:
        parts = path.split("/")
        for end in range(1, len(parts)):
            if (parent := "/".join(parts[:end])) in seen:
                raise InvalidInput(
                    f"{parent!r} is a file and a folder at once", reason="unsafe_path", details={"path": parent}
                )


def check_path(path: str) -> None:
    """Check that a path is relative, stays inside its folder and can be written in every store.

    Args:
        path: With ``/`` between its parts.

    Raises:
        InvalidInput: It is absolute, holds ``..``, control characters or backslashes, or is a reserved name.
    """
    if problem := _problem(path):
        raise InvalidInput(f"the file name {path!r} {problem}", reason="unsafe_path", details={"path": path})


def _problem(path: str) -> str | None:
    parts = path.split("/")
    if path.startswith("/") or re.match(r"[A-Za-z]:", parts[0]):
        return "is absolute"
    if "" in parts or "." in parts or ".." in parts:
        return "has an empty part, '.' or '..' in it"
    if "\\" in path:
        return "holds a backslash"
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in path):
        return "holds control characters or is not UTF-8"
    if parts[0] in RESERVED:
        return "is one that modelreg writes itself; rename the file or move it into a folder"
    if len(path.encode()) > _LONGEST_NAME or max(len(part.encode()) for part in parts) > _LONGEST_SEGMENT:
        return "is too long"
    return None
