"""The stores of objects, S3, Google Cloud Storage and Azure, through obstore."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import obstore

from modelreg._storage.object_errors import error_from, translated
from modelreg._storage.read_ahead import read_parts, without
from modelreg._storage.store import Blocks, Closing
from modelreg._types.files import FileEntry
from modelreg.errors import ConnectionFailed, DeadlineExceeded, NotFound, ServerError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

#: The key of an object's metadata that holds its sha256.
SHA256_KEY = "sha256"
#: What passes on its own and is worth another attempt.
TRANSIENT = (ConnectionFailed, DeadlineExceeded, ServerError)

_MIB = 1024 * 1024
_PART = 8 * _MIB
_READ = _MIB
# A store takes at most 10,000 parts of one object; a few are left for rounding.
_MOST_PARTS = 9_900
_IN_FLIGHT = 64 * _MIB
_ATTEMPTS = 3
# What stores answer that know no conditional writes.
_NOT_IMPLEMENTED = frozenset({405, 501})
_LONGEST = timedelta(days=30)


def client_options(stall_timeout: float, *, allow_http: bool) -> ClientConfig:
    """Return the options of obstore's HTTP client: no limit on a whole transfer, one on silence.

    Args:
        stall_timeout: Seconds without a byte.
        allow_http: Whether the endpoint that the user named is a plain http one.
    """
    stalled = timedelta(seconds=stall_timeout)
    return {
        "timeout": _LONGEST,
        "read_timeout": stalled,
        "connect_timeout": min(stalled, timedelta(seconds=10)),
        "allow_http": allow_http,
    }


def retry_options(stall_timeout: float) -> RetryConfig:
    """Return how obstore repeats a request that failed in a way that may pass.

    Args:
        stall_timeout: Seconds after which nothing is repeated any more.
    """
    backoff = {"init_backoff": timedelta(seconds=0.1), "max_backoff": timedelta(seconds=5), "base": 2}
    return {"max_retries": 6, "backoff": backoff, "retry_timeout": timedelta(seconds=stall_timeout)}  # type: ignore[typeddict-item]  # obstore's stubs name a class


class BucketStore(Closing):
    """A prefix in a bucket or container.

    Args:
        store: What obstore opened on the bucket.
        uri: Of the folder, with a slash at its end.
        prefix: Of the keys; empty or with a slash at its end.
        stall_timeout: Seconds without a byte after which a transfer ends.
    """

    connections = 4
    lists = True

    def __init__(self, store: ObjectStore, uri: str, prefix: str, stall_timeout: float) -> None:
        self.uri = uri
        self._store = store
        self._prefix = prefix
        self._seconds = stall_timeout

    def _translated(self, path: str = "") -> Any:
        return translated(f"{self.uri}{path}", self._seconds)

    def files(self) -> Iterator[FileEntry]:
        """Yield every object below the prefix with its size."""
        after: str | None = None
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self._translated():
                    for page in obstore.list(self._store, self._prefix or None, offset=after):
                        for found in page:
                            after = found["path"]
                            if after.startswith(self._prefix):
                                yield FileEntry(after[len(self._prefix) :], found["size"])
            except TRANSIENT as error:
                if attempt == _ATTEMPTS or error.reason == "stalled":
                    raise
            else:
                return

    def stat(self, path: str) -> FileEntry | None:
        """Return an object's size and the sha256 in its metadata; None when it is not there."""
        with self._translated(path):
            try:
                found = obstore.get(self._store, self._prefix + path, options={"head": True})
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                return None
            sha256 = found.attributes.get(SHA256_KEY)
            return FileEntry(path, found.meta["size"], sha256 if isinstance(sha256, str) else None)

    def read(self, path: str, offset: int = 0, *, size: int | None = None, connections: int = 1) -> Iterator[bytes]:
        """Yield an object's bytes; a large one is read in parts, several at once."""
        if offset and offset == size:
            return
        try:
            if connections > 1 and size is not None and size - offset > 2 * _PART:
                read = partial(self._read_range, path)
                yield from read_parts(read, offset, size, part=_PART, ahead=connections)
            else:
                yield from self._read_from(path, offset)
        except _NoRangesError:
            # The first request told: the server sends whole objects only.
            yield from without(self._read_from(path, 0), offset)

    def _read_from(self, path: str, offset: int) -> Iterator[bytes]:
        options: Any = {"range": {"offset": offset}} if offset else {}
        with self._translated(path), _ranges_told():
            for block in obstore.get(self._store, self._prefix + path, options=options).stream(min_chunk_size=_READ):
                yield bytes(block)

    def _read_range(self, path: str, start: int, end: int) -> bytes:
        with self._translated(path), _ranges_told():
            return bytes(obstore.get_range(self._store, self._prefix + path, start=start, end=end))

    def holds(self, entry: FileEntry, existing: FileEntry) -> bool:
        """Return whether the object has the same size and sha256."""
        return existing.size == entry.size and existing.sha256 == entry.sha256

    def write(self, entry: FileEntry, blocks: Blocks, *, connections: int = 1) -> None:
        """Create or replace an object, in parts where it is large."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._write_once(entry, blocks(), connections)
            except TRANSIENT as error:
                if attempt == _ATTEMPTS or error.reason == "stalled":
                    raise
            except NotFound as error:
                # When the response that ends an upload in parts is lost, the parts are gone and the object is there.
                if attempt == _ATTEMPTS or error.code != "NoSuchUpload":
                    raise
                existing = self.stat(entry.path)
                if existing is not None and self.holds(entry, existing):
                    return
            else:
                return

    def _write_once(self, entry: FileEntry, blocks: Iterator[bytes], connections: int) -> None:
        size = entry.size or 0
        attributes: Any = {SHA256_KEY: entry.sha256} if entry.sha256 else None
        key = self._prefix + entry.path
        with self._translated(entry.path):
            if size <= _PART:
                obstore.put(self._store, key, b"".join(blocks), attributes=attributes, use_multipart=False)
                return
            part = max(_PART, -(-size // _MOST_PARTS // _MIB) * _MIB)
            parallel = max(1, min(connections + 1, _IN_FLIGHT // part))
            obstore.put(self._store, key, blocks, attributes=attributes, chunk_size=part, max_concurrency=parallel)

    def create(self, path: str, content: bytes) -> bool | None:
        """Create an object unless it is there, by a conditional write."""
        from obstore.exceptions import AlreadyExistsError, BaseError, NotSupportedError, PreconditionError

        with self._translated(path):
            try:
                obstore.put(self._store, self._prefix + path, content, mode="create")
            except (AlreadyExistsError, PreconditionError):
                return False
            except (NotSupportedError, NotImplementedError):
                return None
            except BaseError as error:
                if error_from(path, error, self._seconds).status in _NOT_IMPLEMENTED:
                    return None
                raise
            return True

    def put(self, path: str, content: bytes) -> None:
        """Create or replace a small object."""
        self.write(FileEntry(path, len(content)), lambda: iter([content]))

    def delete(self, path: str) -> None:
        """Delete an object; one that is not there is no error."""
        with self._translated(path):
            try:
                obstore.delete(self._store, self._prefix + path)
            except FileNotFoundError:
                return


class _NoRangesError(Exception):
    """The server ignores ranges."""


@contextmanager
def _ranges_told() -> Iterator[None]:
    from obstore.exceptions import BaseError

    try:
        yield
    except BaseError as error:
        if "NotPartial" in str(error):
            raise _NoRangesError from error
        raise
