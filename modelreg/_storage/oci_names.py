"""Names of images in an OCI registry: which repository and tag a version has."""

from __future__ import annotations

import re

import attrs

from modelreg._storage.location import Location, parse_location
from modelreg._storage.manifest import check_digest
from modelreg.errors import InvalidInput

_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")
_LONGEST_REPOSITORY = 255


@attrs.frozen
class Image:
    """An image in a registry.

    Attributes:
        host: Host and port of the registry.
        repository: Such as ``org/fraud``.
        tag: None when the digest alone names it.
        digest: Of the image's manifest; None when the tag alone names it.
    """

    host: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @property
    def reference(self) -> str:
        """Return what a registry's API calls it by: the digest where there is one."""
        return self.digest or self.tag or "latest"

    @property
    def uri(self) -> str:
        """Return ``oci://host/repository:tag@digest``."""
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"oci://{self.host}/{self.repository}{tag}{digest}"


def parse_image(location: Location) -> Image:
    """Return the image that an `oci` location names.

    Args:
        location: ``oci://host/repository[:tag][@sha256:...]``.

    Raises:
        InvalidInput: Its parts are none that a registry takes.
    """
    name, _, digest = location.path.rstrip("/").partition("@")
    repository, _, tag = name.partition(":")
    if not _HOST.fullmatch(location.authority):
        raise InvalidInput(f"{location.authority!r} is no host of an OCI registry")
    if digest:
        check_digest(digest)
    return Image(location.authority, _repository(repository), _tag(tag) if tag else None, digest or None)


def image_uri(root: Location, model: str, version: str, digest: str | None = None) -> str:
    """Return the URI of a version's image: ``{root}/{model}:{version}``.

    Args:
        root: ``oci://host`` or ``oci://host/org``.
        model: Name of the model, the last part of the repository.
        version: Name of the version, the tag.
        digest: Of the files; appended to the tag, so that another image of the version keeps its own.

    Raises:
        InvalidInput: The names are no repository and tag.
    """
    prefix = root.path.strip("/")
    repository = f"{prefix}/{model}" if prefix else model
    tag = version if digest is None else f"{version}-sha256-{check_digest(digest).partition(':')[2][:12]}"
    return Image(root.authority, _repository(repository), _tag(tag)).uri


def _repository(name: str) -> str:
    if not _REPOSITORY.fullmatch(name) or len(name) > _LONGEST_REPOSITORY:
        raise InvalidInput(
            f"{name!r} is no OCI repository",
            hint="A repository is of a-z, 0-9 and, between them, '.', '_' and '-'; its parts are joined by '/'.",
        )
    return name


def _tag(name: str) -> str:
    if not _TAG.fullmatch(name):
        raise InvalidInput(
            f"{name!r} is no OCI tag", hint="A tag is of letters, digits, '_', '.' and '-', at most 128 of them."
        )
    return name


def parse_image_uri(uri: str) -> Image:
    """Return the image that a URI names.

    Args:
        uri: ``oci://host/repository[:tag][@sha256:...]``.
    """
    return parse_image(parse_location(uri))
