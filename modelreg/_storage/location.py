"""Where a version's files are: URIs of folders and files, their schemes, and the URI of a new version."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from urllib.parse import quote, unquote

import attrs

from modelreg._storage.manifest import check_digest
from modelreg.errors import InvalidInput, public_url

#: Stores that files can be uploaded to.
WRITABLE = frozenset({"file", "s3", "gs", "az", "oci"})
#: What is read for a registry unless the caller allows more.
READABLE = frozenset({"s3", "gs", "az", "oci", "hf", "https", "file"})

_SCHEME = re.compile(r"(?i)([a-z][a-z0-9+.-]+)://")
_BUCKETS = frozenset({"s3", "gs", "az"})
_BUCKET = re.compile(r"[A-Za-z0-9$][A-Za-z0-9._:-]{0,254}")
_SAFE_IN_NAMES = "@+=,:"
# Kept as they are in a file's name: a slash or dots in a model's name are no folders.
_KEPT = re.compile(r"(?i)(%2f|%2e)")
_BY_DIGEST = re.compile(r"(?:^|/)sha256-[0-9a-f]{12}/$")


@attrs.frozen
class Location:
    """A URI in its parts.

    Attributes:
        uri: As it was given, without a query or fragment where its scheme has none.
        scheme: In lower case.
        authority: Bucket, container, host or organisation; empty for files.
        path: What follows, without a slash at its beginning; the absolute path for files.
    """

    uri: str
    scheme: str
    authority: str
    path: str

    @property
    def is_folder(self) -> bool:
        """Return whether the URI says that it names a folder: it ends in a slash."""
        return self.path.endswith("/") or not self.path

    @property
    def name(self) -> str:
        """Return the last part of the path."""
        return posixpath.basename(self.path.rstrip("/"))

    def folder(self) -> Location:
        """Return the location as a folder: with a slash at its end."""
        return self if self.is_folder else attrs.evolve(self, uri=f"{self.uri}/", path=f"{self.path}/")

    def parent(self) -> Location:
        """Return the folder that holds it."""
        path, uri = self.path.rstrip("/"), self.uri.rstrip("/")
        kept = path[: path.rfind("/") + 1]
        return attrs.evolve(self, uri=uri[: uri.rfind("/") + 1], path=kept)

    def holds_digest_of(self, digest: str) -> bool:
        """Return whether the folder is named after the digest, so that no other upload can use it.

        Args:
            digest: A digest, such as "sha256:...".
        """
        return self.uri.endswith(digest_folder(digest))


def parse_location(uri: str | os.PathLike[str]) -> Location:
    """Return the parts of a URI, or of a path on this machine.

    In `s3`, `gs` and `az` URIs the path is the object's key, character for character. In `file` URIs it is
    percent-decoded, except for `%2F` and `%2E`, which stay as they are.

    Args:
        uri: Such as ``s3://bucket/folder/``; a path stands for its ``file`` URI.

    Raises:
        InvalidInput: Its scheme is not known, or it has no bucket or host.
    """
    text = os.fspath(uri)
    match = _SCHEME.match(text)
    if match is None:
        return _file_location(text)
    scheme, rest = match[1].lower(), text[match.end() :]
    if scheme == "file":
        host, slash, path = rest.partition("/")
        if host not in ("", "localhost") or not slash:
            raise InvalidInput(f"{text!r} is not a file URI", hint="Write file:///absolute/path.")
        decoded = "".join(part if _KEPT.fullmatch(part) else unquote(part) for part in _KEPT.split(path))
        if "\0" in decoded or ".." in decoded.split("/"):
            raise InvalidInput(f"{text!r} has '..' or a NUL in its path", reason="unsafe_path")
        return Location(text, scheme, "", f"/{decoded}")
    if scheme not in WRITABLE | READABLE | {"http"}:
        schemes = ", ".join(sorted(WRITABLE | READABLE))
        raise InvalidInput(f"the scheme of {public_url(text)!r} is not supported", hint=f"Supported are {schemes}.")
    authority, _, path = rest.partition("/")
    if not authority:
        raise InvalidInput(f"{public_url(text)!r} names no bucket, container or host")
    if scheme in _BUCKETS and not _BUCKET.fullmatch(authority):
        raise InvalidInput(f"{authority!r} is no name of a bucket or container")
    if ".." in path.split("/") or re.search(r"[\x00-\x1f\x7f]", text):
        raise InvalidInput(f"{public_url(text)!r} has '..' or control characters in it", reason="unsafe_path")
    return Location(text, scheme, authority, path)


def _file_location(text: str) -> Location:
    if not text:
        raise InvalidInput("the URI is empty")
    absolute = Path(text).expanduser().absolute()
    slash = "/" if text.endswith(("/", os.sep)) or absolute.is_dir() else ""
    return parse_location(f"{file_uri(absolute)}{slash}")


def file_uri(path: Path) -> str:
    """Return the URI of a path, which `parse_location` reads back as that path.

    Args:
        path: An absolute path.
    """
    return f"file://{quote(path.as_posix(), safe='/@+=,:~')}"


def version_uri(root: str, model: str, version: str, digest: str | None = None) -> str:
    """Return the URI of a version's folder: ``{root}/{model}/{version}/``.

    Args:
        root: A bucket or folder, such as ``s3://models``; an OCI registry such as ``oci://host/org`` gives
            ``oci://host/org/{model}:{version}``.
        model: Name of the model; percent-encoded where a path needs it.
        version: Name of the version, encoded the same.
        digest: Adds ``sha256-`` and the digest's first 12 digits: a folder for these files alone.

    Raises:
        InvalidInput: The root's scheme cannot be written to, or the names are no OCI repository and tag.
    """
    location = parse_location(root)
    if location.scheme not in WRITABLE:
        raise InvalidInput(
            f"to: files cannot be uploaded to {location.scheme}://",
            hint=f"Name one of {', '.join(sorted(WRITABLE))}.",
        )
    if location.scheme == "oci":
        from modelreg._storage.oci_names import image_uri

        return image_uri(location, model, version, digest)
    base = f"{location.uri.rstrip('/')}/{_segment(model)}/{_segment(version)}/"
    return base if digest is None else f"{base}{digest_folder(digest)}"


def digest_folder(digest: str) -> str:
    """Return the folder that is named after a digest: ``sha256-<12 digits>/``.

    Args:
        digest: ``sha256:`` and 64 hexadecimal digits.
    """
    return f"sha256-{check_digest(digest).partition(':')[2][:12]}/"


def is_digest_folder(path: str) -> bool:
    """Return whether a relative path lies in a folder that is named after a digest.

    Args:
        path: Relative, with ``/`` between its parts.
    """
    return _BY_DIGEST.search(path.partition("/")[0] + "/") is not None


def _segment(name: str) -> str:
    if not name:
        raise InvalidInput("the name of a model or version is empty")
    return quote(name, safe=_SAFE_IN_NAMES) if name.strip(".") else name.replace(".", "%2E")
