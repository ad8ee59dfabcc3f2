"""What transfers of a version's files take and return."""

from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeAlias

import attrs

from modelreg._types.records import public

Action: TypeAlias = Literal["hash", "upload", "download", "verify"]

#: Custom properties of a model artifact that describe the files at its URI.
DIGEST_PROPERTY, SIZE_PROPERTY, COUNT_PROPERTY = "digest", "size_bytes", "file_count"
FILE_PROPERTIES = (DIGEST_PROPERTY, SIZE_PROPERTY, COUNT_PROPERTY)


@public
@attrs.frozen
class FileEntry:
    """One file of a version.

    Attributes:
        path: Relative to the folder, with ``/`` between its parts.
        size: In bytes; None where a store lists no size.
        sha256: 64 hexadecimal digits; None where it is not known.
    """

    path: str
    size: int | None = None
    sha256: str | None = None


@public
@attrs.frozen
class Upload:
    """What an upload made, or would make.

    Attributes:
        uri: Of the folder, or of the file where a single one was uploaded.
        digest: Of the folder or file: ``sha256:`` and 64 hexadecimal digits.
        files: How many there are.
        size: Their bytes.
    """

    uri: str
    digest: str
    files: int
    size: int


@public
@attrs.frozen
class Verified:
    """Files that are the registered ones.

    Attributes:
        digest: Of the folder or file: ``sha256:`` and 64 hexadecimal digits.
        files: How many there are.
        signature: Who signed them; None when that was not asked for.
    """

    digest: str
    files: int
    signature: str | None = None


@public
@attrs.frozen
class Progress:
    """How far a transfer is.

    Attributes:
        action: What is done with the bytes.
        file: The file that these bytes belong to, relative to the folder.
        file_done: Bytes of that file done so far.
        file_total: Bytes of that file; None when not known.
        done: Bytes of all files done so far; files that need no transfer count as done.
        total: Bytes of all files; None when not known.
    """

    action: Action
    file: str
    file_done: int
    file_total: int | None
    done: int
    total: int | None


ProgressCallback: TypeAlias = Callable[[Progress], None]


@public
class Signer(Protocol):
    """Signs a version's files, as the keys of `modelreg.signing` do."""

    def sign(self, manifest: Any) -> bytes:
        """Return the content of ``model.sig``.

        Args:
            manifest: The files that are signed: a `modelreg.storage.Manifest`.
        """


@public
class Verifier(Protocol):
    """Verifies a signature, as the public keys and identities of `modelreg.signing` do."""

    def verify(self, manifest: Any, signature: bytes) -> str:
        """Return who signed the files.

        Args:
            manifest: The files, hashed: a `modelreg.storage.Manifest`.
            signature: The content of ``model.sig``.

        Raises:
            IntegrityError: The signature is another's or of other files.
        """
