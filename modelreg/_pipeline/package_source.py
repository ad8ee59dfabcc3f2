"""What the compiled component installs and from where, read from what its user names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from attrs import frozen

from modelreg.errors import InvalidInput

_ARCHIVES = (".whl", ".tar.gz", ".zip")
_IMAGE_SCHEMES = ("docker", "oci")
_EXTRAS = re.compile(r"\[[\w\-., ]*\]$")
# A path of lower-case names with a registry's host, a port, a tag or a digest; a requirement has none of those.
_IMAGE = re.compile(r"[a-z0-9][a-z0-9._-]*(:\d+)?(/[a-z0-9][a-z0-9._-]*)*(:\w[\w.-]*)?(@sha256:[0-9a-f]{64})?")
#: Name, version, perhaps a build, Python, ABI and platform: pip takes a wheel under no other name.
_WHEEL = re.compile(r"[^-]+-[^-]+(-\d[^-]*)?-[^-]+-[^-]+-[^-]+\.whl")


@frozen
class PackageSource:
    """What a step installs.

    Attributes:
        packages: What pip is given; nothing where the image has everything.
        index_urls: Where pip looks for packages; empty for its default.
        image: What the step runs in; None for the default.
        warnings: What will not work in the step, each a sentence.
    """

    packages: Sequence[str] = ()
    index_urls: Sequence[str] = ()
    image: str | None = None
    warnings: Sequence[str] = ()


def package_source(given: Sequence[str], default: Sequence[str]) -> PackageSource:
    """Return what a step installs, from the values of ``--package``.

    Args:
        given: Each a wheel's path, a URL of an archive or a repository, the URL of a package index, an image that has
            modelreg and kfp, or a requirement as pip takes it.
        default: The requirements that are installed where none is named.

    Raises:
        InvalidInput: A value is empty.
    """
    packages: list[str] = []
    index_urls: list[str] = []
    image = None
    warnings: list[str] = []
    for text in (each.strip() for each in given):
        if not text:
            raise InvalidInput("a package is empty; give a wheel's path, a URL, an index or an image")
        if _is_index(text):
            index_urls.append(text)
        elif (found := _image(text)) is not None:
            image = found
        else:
            packages.append(_located(text))
            if not _is_installable(text):
                name = Path(text).name
                warnings.append(
                    f"pip refuses {name}: a wheel keeps its whole name, as in modelreg-1.0-py3-none-any.whl"
                )
    if not packages and (image is None or index_urls):
        packages = list(default)
    return PackageSource(packages, index_urls, image, warnings)


def _is_index(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and not parts.path.endswith(_ARCHIVES)


def _image(text: str) -> str | None:
    scheme, separator, rest = text.partition("://")
    if separator:
        return rest if scheme in _IMAGE_SCHEMES else None
    named = ("/" in text or ":" in text) and not text.endswith(_ARCHIVES)
    return text if named and _IMAGE.fullmatch(text) and not Path(text).exists() else None


def _located(text: str) -> str:
    """Make the path of a file of this machine absolute, because the step runs in another folder."""
    path = _EXTRAS.sub("", text)
    if path.endswith(_ARCHIVES) and "://" not in path and Path(path).is_file():
        return f"{Path(path).resolve()}{text[len(path) :]}"
    return text


def _is_installable(text: str) -> bool:
    path = _EXTRAS.sub("", text).partition("#")[0].partition("?")[0]
    return not path.endswith(".whl") or _WHEEL.fullmatch(path.rpartition("/")[2]) is not None
