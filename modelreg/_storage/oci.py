"""Model images in an OCI registry: files under ``/models/``, one layer each.

KServe serves such an image as a modelcar where its base image has a shell, and Kubernetes mounts it as a volume.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Iterator
from typing import Any

from modelreg._storage.http_client import HttpClient
from modelreg._storage.location import Location
from modelreg._storage.manifest import SIGNATURE, SUMS, Manifest
from modelreg._storage.oci_base import Base, copy_base
from modelreg._storage.oci_layers import Layer, archive, hashed, header, listed, padded
from modelreg._storage.oci_names import Image, parse_image
from modelreg._storage.oci_registry import MANIFEST, Registry
from modelreg._storage.oci_stream import BlobStream
from modelreg._storage.progress import Meter
from modelreg._storage.read_ahead import without
from modelreg._storage.reading import checked_blocks
from modelreg._storage.scanning import BLOCK
from modelreg._storage.store import Closing
from modelreg._storage.workers import Stop, run_all
from modelreg._types.files import FileEntry, ProgressCallback, Signer, Upload
from modelreg.errors import Conflict, InvalidInput, NotFound

#: The annotation of an image that holds the digest of its files.
DIGEST_ANNOTATION = "io.modelreg.digest"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_CONNECTIONS = 3


def push(
    manifest: Manifest,
    location: Location,
    *,
    base: str | None = None,
    sign: Signer | None = None,
    progress: ProgressCallback | None = None,
    stall_timeout: float,
    stop: Stop,
) -> Upload:
    """Push files as an image; layers that the registry has are not sent again.

    Args:
        manifest: The files.
        location: ``oci://host/repository:tag``.
        base: Image to put the files on, such as ``oci://registry.example.com/busybox:1``; None for files alone.
        sign: A key; ``model.sig`` is one more file of the image.
        progress: Called with an event as bytes are sent.
        stall_timeout: Seconds without a byte after which the push ends.
        stop: Set from another thread to give up.

    Raises:
        InvalidInput: The location names no tag.
        Conflict: The tag names an image of other files.
    """
    image = parse_image(location)
    if image.tag is None or image.digest is not None:
        raise InvalidInput(f"{location.uri} is no place for an image", hint="Write oci://HOST/REPOSITORY:TAG.")
    with HttpClient(stall_timeout=stall_timeout, allow_local=True) as client:
        registry = Registry(image, client, writing=True)
        existing = _existing(registry, manifest)
        if existing is not None and base is None and sign is None:
            return _upload(manifest, image, existing)
        pushing = _Pushing(manifest, registry, Meter("upload", _sizes(manifest), progress), stop)
        layers = pushing.layers()
        layers += [pushing.small(SIGNATURE, sign.sign(manifest))] if sign is not None else []
        layers.append(pushing.small(SUMS, manifest.sums_text.encode()))
        below = copy_base(base, registry, client) if base is not None else Base()
        _existing(registry, manifest)  # another client may have pushed meanwhile
        digest = _put_image(registry, manifest, below, layers)
        return _upload(manifest, image, digest)


def holds_image(manifest: Manifest, location: Location, *, stall_timeout: float) -> bool:
    """Return whether a tag names an image of these files; raise when it names one of others.

    Args:
        manifest: The files.
        location: ``oci://host/repository:tag``.
        stall_timeout: Seconds without a byte after which looking ends.

    Raises:
        Conflict: It names an image of other files.
    """
    image = parse_image(location)
    with HttpClient(stall_timeout=stall_timeout, allow_local=True) as client:
        return _existing(Registry(image, client, writing=True), manifest) is not None


def _upload(manifest: Manifest, image: Image, digest: str) -> Upload:
    uri = Image(image.host, image.repository, image.tag, digest).uri
    return Upload(uri, manifest.digest, len(manifest.files), manifest.size)


def _sizes(manifest: Manifest) -> dict[str, int | None]:
    return {file.path: file.size for file in manifest.files}


def _existing(registry: Registry, manifest: Manifest) -> str | None:
    """Return the digest of the image that has these files; raise when the tag names one of others."""
    found = registry.find_manifest(registry.image.tag or "")
    if found is None:
        return None
    content, digest = found
    registered = (content.get("annotations") or {}).get(DIGEST_ANNOTATION)
    if registered != manifest.digest:
        raise Conflict(
            f"{registry.image.uri} is an image of other files than the given ones",
            hint="Push to another tag; the image there stays as it is.",
            reason="digest_differs",
            details={"uri": registry.image.uri, "registered_digest": registered, "digest": manifest.digest},
        )
    return digest


class _Pushing:
    """The layers of one image."""

    def __init__(self, manifest: Manifest, registry: Registry, meter: Meter, stop: Stop) -> None:
        self._manifest = manifest
        self._registry = registry
        self._meter = meter
        self._stop = stop

    def layers(self) -> list[Layer]:
        """Push a layer for each file, and return them in the files' order."""
        limit = min(_CONNECTIONS, len(self._manifest.files))
        return run_all(self._layer, self._manifest.files, limit=limit, stop=self._stop)

    def _layer(self, file: FileEntry) -> Layer:
        path = self._manifest.root / file.path
        layer = hashed(file, lambda: checked_blocks(file, path, self._stop))
        if self._registry.has_blob(layer.digest):
            self._meter.advance(file.path, file.size or 0)
            return layer

        def blocks() -> Iterator[bytes]:
            self._meter.restart(file.path)
            for block in checked_blocks(file, path, self._stop):
                yield block
                self._meter.advance(file.path, len(block))

        self._registry.put_blob(layer.digest, layer.size, lambda: archive(file, blocks))
        return layer

    def small(self, name: str, content: bytes) -> Layer:
        """Push a layer for a file of our own."""
        file = FileEntry(name, len(content), hashlib.sha256(content).hexdigest())
        layer = hashed(file, lambda: iter([content]))
        if not self._registry.has_blob(layer.digest):
            self._registry.put_blob(layer.digest, layer.size, lambda: archive(file, lambda: iter([content])))
        return layer


def _put_image(registry: Registry, manifest: Manifest, below: Base, layers: list[Layer]) -> str:
    """Push configuration and manifest, and return the image's digest."""
    diff_ids = [*below.diff_ids, *(layer.digest for layer in layers)]
    history = [{"created_by": f"modelreg {layer.file.path}"} for layer in layers]
    config = below.config | {
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": [*below.history, *history],
    }
    config_body = _canonical(config)
    config_digest = f"sha256:{hashlib.sha256(config_body).hexdigest()}"
    if not registry.has_blob(config_digest):
        registry.put_blob(config_digest, len(config_body), lambda: iter([config_body]))
    body = _canonical(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": _CONFIG, "digest": config_digest, "size": len(config_body)},
            "layers": [*below.layers, *(layer.descriptor() for layer in layers)],
            "annotations": {DIGEST_ANNOTATION: manifest.digest},
        }
    )
    registry.put_manifest(registry.image.tag or "", body)
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _canonical(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def open_image(location: Location, *, stall_timeout: float, allow_local: bool) -> ImageSource:
    """Open an image's files to read.

    Args:
        location: ``oci://host/repository[:tag][@sha256:...]``.
        stall_timeout: Seconds without a byte after which reading ends.
        allow_local: Whether the registry may be on the loopback or link-local network.
    """
    image = parse_image(location)
    client = HttpClient(stall_timeout=stall_timeout, allow_local=allow_local)
    return ImageSource(location.uri, Registry(image, client, writing=False), client)


class ImageSource(Closing):
    """The files of an image.

    Args:
        uri: Of the image.
        registry: Its repository.
        client: To be closed at the end.
    """

    lists = True
    connections = 4

    def __init__(self, uri: str, registry: Registry, client: HttpClient) -> None:
        self.uri = uri
        self._registry = registry
        self._client = client
        self._layers: dict[str, tuple[FileEntry, dict[str, Any]]] | None = None

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def _files(self) -> dict[str, tuple[FileEntry, dict[str, Any]]]:
        if self._layers is None:
            content, _ = self._registry.manifest(self._registry.image.reference)
            found = [(listed(layer), layer) for layer in content["layers"]]
            self._layers = {file.path: (file, layer) for file, layer in found if file is not None}
        return self._layers

    def files(self) -> Iterator[FileEntry]:
        """Yield the file of every layer that names one; those of a base image do not."""
        for file, _ in self._files().values():
            yield file

    def stat(self, path: str) -> FileEntry | None:
        """Return a file's size; None when no layer holds it."""
        found = self._files().get(path)
        return None if found is None else found[0]

    def read(self, path: str, offset: int = 0, *, size: int | None = None, connections: int = 1) -> Iterator[bytes]:
        """Yield the bytes of a layer's file."""
        found = self._files().get(path)
        if found is None:
            raise NotFound(f"there is no file {path!r} in {self.uri}", details={"uri": self.uri, "file": path})
        file, layer = found
        begin = len(header(file))
        if file.size is None or layer.get("size") != begin + padded(file.size) + 1024:
            return self._read_foreign(layer, path, offset)
        if offset >= file.size:
            return iter(())
        return self._read_range(str(layer["digest"]), begin + offset, file.size - offset)

    def _read_range(self, digest: str, start: int, left: int) -> Iterator[bytes]:
        with self._registry.blob(digest, start) as response:
            for block in without(response.iter_raw(BLOCK), start if response.status_code == 200 else 0):
                part = block[:left]
                left -= len(part)
                yield part
                if not left:
                    return

    def _read_foreign(self, layer: dict[str, Any], path: str, offset: int) -> Iterator[bytes]:
        """Yield a file of a layer that another tool made: the archive is read from its beginning."""
        with (
            self._registry.blob(str(layer["digest"])) as response,
            tarfile.open(fileobj=BlobStream(response.iter_raw(BLOCK)), mode="r|*") as archived,
        ):
            for member in archived:
                if member.isfile() and member.name.lstrip("./").removeprefix("models/") == path:
                    stream = archived.extractfile(member)
                    assert stream is not None
                    left = offset
                    while left and (block := stream.read(min(left, BLOCK))):
                        left -= len(block)
                    while block := stream.read(BLOCK):
                        yield block
                    return
        raise NotFound(f"there is no file {path!r} in its layer of {self.uri}")
