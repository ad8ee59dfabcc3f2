"""Files of model versions: hashing, uploading, downloading and verifying them, in every kind of store.

Importing this module imports no store's library; each is imported when a URI of its scheme is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelreg._storage.access import Access
    from modelreg._storage.downloading import download
    from modelreg._storage.location import Location, parse_location, version_uri
    from modelreg._storage.manifest import Manifest
    from modelreg._storage.scanning import IGNORED, scan
    from modelreg._storage.settings import STALL_TIMEOUT
    from modelreg._storage.uploading import check_upload, registered_uri, upload
    from modelreg._storage.verification import files, verify
    from modelreg._storage.workers import Stop
    from modelreg._types.files import FileEntry, Progress, ProgressCallback, Upload, Verified

_MODULES = {
    "Access": "_storage.access",
    "FileEntry": "_types.files",
    "IGNORED": "_storage.scanning",
    "Location": "_storage.location",
    "Manifest": "_storage.manifest",
    "Progress": "_types.files",
    "ProgressCallback": "_types.files",
    "STALL_TIMEOUT": "_storage.settings",
    "Stop": "_storage.workers",
    "Upload": "_types.files",
    "Verified": "_types.files",
    "check_upload": "_storage.uploading",
    "download": "_storage.downloading",
    "files": "_storage.verification",
    "parse_location": "_storage.location",
    "registered_uri": "_storage.uploading",
    "scan": "_storage.scanning",
    "upload": "_storage.uploading",
    "verify": "_storage.verification",
    "version_uri": "_storage.location",
}

__all__ = [
    "IGNORED",
    "STALL_TIMEOUT",
    "Access",
    "FileEntry",
    "Location",
    "Manifest",
    "Progress",
    "ProgressCallback",
    "Stop",
    "Upload",
    "Verified",
    "check_upload",
    "download",
    "files",
    "parse_location",
    "registered_uri",
    "scan",
    "upload",
    "verify",
    "version_uri",
]


def __getattr__(name: str) -> object:
    """Load a public name."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"modelreg.{_MODULES[name]}"), name)
    globals()[name] = value
    return value
