"""Uploading: claim the folder, send what is missing, and finish with ``SHA256SUMS``.

The order makes every interruption harmless. ``.modelreg-upload`` claims the folder for one digest, ``SHA256SUMS.part``
names the files to come, the files follow, and ``SHA256SUMS`` is last: a folder without it is not finished.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

from modelreg._storage.local_files import FileStore
from modelreg._storage.location import Location, digest_folder, is_digest_folder, parse_location
from modelreg._storage.manifest import CLAIM, PART, RESERVED, SIGNATURE, SUMS, Manifest, parse_sums
from modelreg._storage.opening import open_store
from modelreg._storage.progress import Meter
from modelreg._storage.reading import checked_blocks
from modelreg._storage.scanning import scan
from modelreg._storage.settings import stall_seconds
from modelreg._storage.store import Store, read_small
from modelreg._storage.workers import Stop, run_all
from modelreg._types.files import FileEntry, ProgressCallback, Signer, Upload
from modelreg.errors import Conflict, InvalidInput

LONGEST_SUMS = 256 * 1024 * 1024
_LONGEST_CLAIM = 4096
# From this size on a file is sent in parts, by several connections.
_LARGE = 64 * 1024 * 1024
_CONNECTIONS = 8


def upload(
    files: Manifest | str | os.PathLike[str],
    uri: str,
    *,
    takeover: bool = False,
    base: str | None = None,
    sign: Signer | None = None,
    progress: ProgressCallback | None = None,
    stall_timeout: float | None = None,
    stop: Stop | None = None,
) -> Upload:
    """Upload a file or folder; repeated, it sends what is missing.

    Args:
        files: A manifest that `scan` returned, or what to scan.
        uri: Of the folder to fill, such as ``s3://models/fraud/1.4.0/``; of an image for `oci`. A single file goes into
            it under its own name.
        takeover: Replace the claim of another upload that is dead.
        base: Image to put the files on, such as ``oci://host/busybox:1``; for `oci` only.
        sign: A key; ``model.sig`` is written beside the files.
        progress: Called with an event as bytes are sent.
        stall_timeout: Seconds without a byte after which the upload ends; `MODEL_REGISTRY_STALL_TIMEOUT`, or 60,
            unless given.
        stop: Set from another thread to give up.

    Returns:
        The folder that holds the files: `uri`, or on a store without conditional writes a folder below it that is named
        after the digest.

    Raises:
        InvalidInput: The files or the URI cannot be used.
        Conflict: The folder holds another version's files (`digest_differs`, `location_not_empty`), or another upload
            is under way (`upload_in_progress`). Nothing was sent.
        IntegrityError: A file changed after it was hashed.
        NotFound, Forbidden, Unauthorized, ConnectionFailed, DeadlineExceeded, ServerError, StorageError: The store's
            reason.
    """
    stopping, seconds = stop or Stop(), stall_seconds(stall_timeout)
    manifest = files if isinstance(files, Manifest) else scan(files, progress=progress, stop=stopping)
    location = parse_location(uri)
    if location.scheme == "oci":
        from modelreg._storage.oci import push

        return push(manifest, location, base=base, sign=sign, progress=progress, stall_timeout=seconds, stop=stopping)
    if base is not None:
        raise InvalidInput("base: only an image has a base", hint="Leave it out, or name an oci:// URI.")
    if manifest.single and location.name == manifest.files[0].path and not location.is_folder:
        location = location.parent()
    location = location.folder()
    _check_apart(manifest, location)
    with open_store(location, stall_timeout=seconds) as store:
        sending = _Sending(manifest, store, sign, Meter("upload", _sizes(manifest), progress), stopping)
        claimed = sending.claim(takeover=takeover)
        if claimed:
            sending.run()
            return _result(manifest, location)
    # No conditional writes: the folder of the digest is safe, because only the same files ever go there.
    return upload(
        manifest,
        f"{location.uri}{digest_folder(manifest.digest)}",
        sign=sign,
        progress=progress,
        stall_timeout=seconds,
        stop=stopping,
    )


def check_upload(manifest: Manifest, uri: str, *, takeover: bool = False, stall_timeout: float | None = None) -> bool:
    """Return whether a folder holds these files already; raise what an upload to it would, and write nothing.

    Args:
        manifest: The files.
        uri: Of the folder that `upload` would fill.
        takeover: Whether the claim of another upload would be replaced.
        stall_timeout: Seconds without a byte after which looking ends; as `upload` takes it.

    Raises:
        Conflict: As `upload` raises it.
    """
    location, seconds = parse_location(uri), stall_seconds(stall_timeout)
    if location.scheme == "oci":
        from modelreg._storage.oci import holds_image

        return holds_image(manifest, location, stall_timeout=seconds)
    location = location.folder()
    _check_apart(manifest, location)
    with open_store(location, stall_timeout=seconds) as store:
        return _Sending(manifest, store, None, Meter("upload", {}, None), Stop()).look(takeover=takeover)


def _result(manifest: Manifest, location: Location) -> Upload:
    return Upload(registered_uri(manifest, location), manifest.digest, len(manifest.files), manifest.size)


def registered_uri(manifest: Manifest, location: Location) -> str:
    """Return the URI that files have in a folder: its own, or the file's where a single one is uploaded.

    Args:
        manifest: The files.
        location: Of the folder.
    """
    if not manifest.single or location.scheme == "oci":
        return location.uri
    return f"{location.uri}{_as_uri(manifest.files[0].path, location)}"


def _as_uri(path: str, location: Location) -> str:
    from urllib.parse import quote

    return quote(path, safe="/@+=,:~") if location.scheme == "file" else path


def _sizes(manifest: Manifest) -> dict[str, int | None]:
    return {file.path: file.size for file in manifest.files}


def _check_apart(manifest: Manifest, location: Location) -> None:
    """Check that an upload to this machine does not fill the folder that it reads."""
    if location.scheme != "file":
        return
    target, source = os.path.realpath(location.path), os.path.realpath(manifest.root)
    inside = target == source if manifest.single else os.path.commonpath([target, source]) in (target, source)
    if inside:
        raise InvalidInput(f"the files to upload and {location.uri} are in one another", hint="Name another folder.")


class _Sending:
    """One upload into one folder."""

    def __init__(self, manifest: Manifest, store: Store, sign: Signer | None, meter: Meter, stop: Stop) -> None:
        self._manifest = manifest
        self._store = store
        self._sign = sign
        self._meter = meter
        self._stop = stop
        self._text = manifest.sums_text
        self._claim = f"{manifest.digest}\n".encode()
        self._names = {file.path for file in manifest.files}
        self._existing: dict[str, FileEntry] = {}
        self._part: str | None = None

    def look(self, *, takeover: bool) -> bool:
        """Return whether the folder holds these files; raise what stands in the way of sending them."""
        if self._is_finished():
            return True
        self._part = self._read(PART)
        self._look_around()
        holder = read_small(self._store, CLAIM, limit=_LONGEST_CLAIM)
        if holder is not None and holder != self._claim and not takeover:
            raise self._claimed_by(holder)
        return False

    def claim(self, *, takeover: bool) -> bool:
        """Claim the folder; return False when the store has no conditional writes."""
        if self._is_finished():
            return True
        self._part = self._read(PART)
        self._look_around()
        by_digest = parse_location(self._store.uri).holds_digest_of(self._manifest.digest)
        if not by_digest and not self._create_claim(takeover=takeover):
            return False
        # Another upload may have finished and left between the look and the claim.
        try:
            self._is_finished()
        except Conflict:
            self._store.delete(CLAIM)
            raise
        return True

    def _read(self, path: str) -> str | None:
        content = read_small(self._store, path, limit=LONGEST_SUMS)
        return None if content is None else content.decode(errors="replace")

    def _is_finished(self) -> bool:
        """Return whether the folder holds these files; raise when it holds others."""
        sums = self._read(SUMS)
        if sums is None:
            return False
        if sums != self._text:
            other = f"sha256:{hashlib.sha256(sums.encode()).hexdigest()}"
            raise Conflict(
                f"{self._store.uri} holds other files than the given ones",
                hint="Upload to another folder; the files there stay as they are.",
                reason="digest_differs",
                details={"uri": self._store.uri, "registered_digest": other, "digest": self._manifest.digest},
            )
        self._part = sums
        return True

    def _look_around(self) -> None:
        """List what is there, and refuse a folder with files that are no part of this or a dead upload."""
        leftover = {file.path for file in parse_sums(self._part)} if self._part else set()
        for file in self._store.files():
            self._stop.check()
            if file.path in self._names or file.path in RESERVED or file.path in leftover:
                self._existing[file.path] = file
            elif not is_digest_folder(file.path):
                raise Conflict(
                    f"{self._store.uri} holds {file.path!r}, which is no part of the upload",
                    hint="Upload to an empty folder.",
                    reason="location_not_empty",
                    details={"uri": self._store.uri, "file": file.path},
                )

    def _create_claim(self, *, takeover: bool) -> bool:
        content = self._claim
        created = self._store.create(CLAIM, content)
        if created is None:
            return False
        if created:
            # A store that ignores the condition would let any upload in: the second attempt tells.
            if self._store.create(CLAIM, content) is False:
                return True
            self._store.delete(CLAIM)
            return False
        holder = read_small(self._store, CLAIM, limit=_LONGEST_CLAIM)
        if holder is None or holder == content:
            return True if holder else self._create_claim(takeover=takeover)
        if not takeover:
            raise self._claimed_by(holder)
        self._store.put(CLAIM, content)
        return True

    def _claimed_by(self, holder: bytes) -> Conflict:
        details = {"uri": self._store.uri, "digest": holder.decode(errors="replace").strip()}
        return Conflict(
            f"another upload to {self._store.uri} is under way, or died there",
            hint="If it is dead, repeat with takeover=True.",
            reason="upload_in_progress",
            details=details | {"given_digest": self._manifest.digest},
        )

    def run(self) -> None:
        """Send what is missing, and finish."""
        if not self._existing:
            self._existing = {file.path: file for file in self._store.files()}
        if self._part is not None and self._part != self._text:
            self._discard_leftovers(self._part)
            self._part = None
        if self._part is None:
            self._store.put(PART, self._text.encode())
        limit = self._store.connections
        # Large files first, so that none is left over for a single thread at the end.
        ordered = sorted(self._manifest.files, key=lambda file: -(file.size or 0))
        parts = max(2, _CONNECTIONS // min(limit, len(ordered)))
        run_all(lambda entry: self._send(entry, parts), ordered, limit=limit, stop=self._stop)
        self._check_claim()
        if self._sign is not None:
            self._store.put(SIGNATURE, self._sign.sign(self._manifest))
        self._store.put(SUMS, self._text.encode())
        self._store.delete(PART)
        self._store.delete(CLAIM)
        if isinstance(self._store, FileStore):
            self._store.discard_staging()

    def _check_claim(self) -> None:
        """Refuse to finish a folder that another upload has taken over, or finished, meanwhile."""
        self._is_finished()
        holder = read_small(self._store, CLAIM, limit=_LONGEST_CLAIM)
        if holder is not None and holder != self._claim:
            raise self._claimed_by(holder)

    def _discard_leftovers(self, part: str) -> None:
        """Delete what a dead upload of other files left."""
        for file in parse_sums(part):
            if file.path not in self._names and file.path in self._existing:
                self._store.delete(file.path)
                del self._existing[file.path]
        if SIGNATURE in self._existing:
            self._store.delete(SIGNATURE)

    def _send(self, entry: FileEntry, parts: int) -> None:
        self._stop.check()
        existing = self._existing.get(entry.path)
        if existing is not None and existing.sha256 is None and self._part is not None:
            existing = self._store.stat(entry.path)
        if self._part is not None and existing is not None and self._store.holds(entry, existing):
            self._meter.advance(entry.path, entry.size or 0)
            return
        connections = parts if (entry.size or 0) >= _LARGE else 1
        self._store.write(entry, lambda: self._blocks(entry), connections=connections)

    def _blocks(self, entry: FileEntry) -> Iterator[bytes]:
        self._meter.restart(entry.path)
        for block in checked_blocks(entry, self._manifest.root / entry.path, self._stop):
            yield block
            self._meter.advance(entry.path, len(block))
