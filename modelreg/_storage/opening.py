"""Opening the store that a location names; each store's library is imported here, when it is first used."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from modelreg.errors import InvalidInput, MissingExtra

if TYPE_CHECKING:
    from modelreg._storage.location import Location
    from modelreg._storage.store import Source, Store

# Scheme -> module, class or function that opens it, extra that brings its library.
_OPENERS = {
    "file": ("modelreg._storage.local_files", "FileStore", None),
    "s3": ("modelreg._storage.s3", "open_s3", "s3"),
    "gs": ("modelreg._storage.gs", "open_gs", "gs"),
    "az": ("modelreg._storage.azure", "open_azure", "azure"),
    "https": ("modelreg._storage.https", "open_https", None),
    "http": ("modelreg._storage.https", "open_https", None),
    "hf": ("modelreg._storage.hub", "open_hub", "hf"),
    "oci": ("modelreg._storage.oci", "open_image", "oci"),
}
_READ_ONLY = frozenset({"https", "http", "hf"})
_TIMED = frozenset({"s3", "gs", "az", "https", "http", "oci", "hf"})
_CHECKED = frozenset({"https", "http", "oci"})


def open_source(location: Location, *, stall_timeout: float, allow_local: bool) -> Source:
    """Open a folder to read.

    Args:
        location: Of a folder.
        stall_timeout: Seconds without a byte after which reading ends.
        allow_local: Whether a host that the URI names may be this machine or its network link.

    Raises:
        MissingExtra: The store's library is not installed.
    """
    options: dict[str, object] = {"stall_timeout": stall_timeout} if location.scheme in _TIMED else {}
    if location.scheme in _CHECKED:
        options["allow_local"] = allow_local
    return cast("Source", _opener(location.scheme)(location, **options))


def open_store(location: Location, *, stall_timeout: float) -> Store:
    """Open a folder to write.

    Args:
        location: Of a folder.
        stall_timeout: Seconds without a byte after which writing ends.

    Raises:
        InvalidInput: Nothing can be written there.
        MissingExtra: The store's library is not installed.
    """
    if location.scheme in _READ_ONLY:
        raise InvalidInput(f"files cannot be uploaded to {location.scheme}://", hint="Name an s3, gs, az or oci URI.")
    return cast("Store", open_source(location, stall_timeout=stall_timeout, allow_local=True))


def _opener(scheme: str) -> Callable[..., object]:
    module, name, extra = _OPENERS[scheme]
    try:
        return cast("Callable[..., object]", getattr(import_module(module), name))
    except ModuleNotFoundError as error:
        if extra is None or (error.name or "").startswith("modelreg"):
            raise
        raise missing(scheme, extra) from error


def missing(scheme: str, extra: str) -> MissingExtra:
    """Return the error about a store whose library is not installed.

    Args:
        scheme: Of the URIs that need it.
        extra: The extra that brings it.
    """
    return MissingExtra(f"{scheme}:// needs packages that are not installed", hint=f"pip install 'modelreg[{extra}]'")
