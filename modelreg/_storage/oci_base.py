"""Base images: the layers that a model's image begins with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import attrs

from modelreg._storage.http_client import HttpClient
from modelreg._storage.oci_names import Image, parse_image_uri
from modelreg._storage.oci_registry import Registry
from modelreg._storage.scanning import BLOCK
from modelreg.errors import IntegrityError

_LAYERS = {
    "application/vnd.docker.image.rootfs.diff.tar.gzip": "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.docker.image.rootfs.diff.tar": "application/vnd.oci.image.layer.v1.tar",
}


@attrs.frozen
class Base:
    """What an image takes from its base; from none, files alone.

    Attributes:
        config: The base's configuration, without its file system and history.
        layers: Descriptors of its layers.
        diff_ids: Digests of its layers, uncompressed.
        history: How it was made.
    """

    config: dict[str, Any] = attrs.field(factory=lambda: {"architecture": "amd64", "os": "linux", "config": {}})
    layers: tuple[dict[str, Any], ...] = ()
    diff_ids: tuple[str, ...] = ()
    history: tuple[dict[str, Any], ...] = ()


def copy_base(uri: str, target: Registry, client: HttpClient) -> Base:
    """Copy a base image's layers to a repository, and return what an image on it begins with.

    Args:
        uri: ``oci://host/repository:tag``.
        target: The repository of the new image.
        client: What requests go through.
    """
    image = parse_image_uri(uri)
    source = Registry(image, client, writing=False)
    content, _ = source.manifest(image.reference)
    layers = [_plain(layer) for layer in content["layers"]]
    try:
        config = json.loads(source.small_blob(str(content["config"]["digest"])))
        diff_ids = tuple(map(str, config.pop("rootfs")["diff_ids"]))
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityError(f"{uri} is no image to put files on", reason="altered") from error
    for layer in layers:
        _copy(layer, image, source, target)
    return Base(config, tuple(layers), diff_ids, tuple(config.pop("history", ())))


def _plain(layer: dict[str, Any]) -> dict[str, Any]:
    kind = str(layer["mediaType"])
    return {"mediaType": _LAYERS.get(kind, kind), "digest": str(layer["digest"]), "size": int(layer["size"])}


def _copy(layer: dict[str, Any], image: Image, source: Registry, target: Registry) -> None:
    digest = layer["digest"]
    if target.has_blob(digest):
        return
    if image.host == target.image.host and target.mount_blob(digest, image.repository):
        return

    def blocks() -> Iterator[bytes]:
        with source.blob(digest) as response:
            yield from response.iter_raw(BLOCK)

    target.put_blob(digest, layer["size"], blocks)
