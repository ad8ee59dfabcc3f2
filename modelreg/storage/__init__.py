"""Files of model versions: hashing, uploading, downloading and verifying them, in every kind of store.

Importing this package imports no store's library; each is imported when a URI of its scheme is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelreg.storage.access import Access
    from modelreg.storage.downloading import download
    from modelreg.storage.location import Location, parse_location, version_uri
    from modelreg.storage.manifest import FileEntry, Manifest
    from modelreg.storage.progress import Progress, ProgressCallback
    from modelreg.storage.scanning import IGNORED, scan
    from modelreg.storage.uploading import STALL_TIMEOUT, Upload, upload
    from modelreg.storage.verification import Verified, files, verify
    from modelreg.storage.workers import Stop

_MODULES = {
    "Access": "access",
    "FileEntry": "manifest",
    "IGNORED": "scanning",
    "Location": "location",
    "Manifest": "manifest",
    "Progress": "progress",
    "ProgressCallback": "progress",
    "STALL_TIMEOUT": "uploading",
    "Stop": "workers",
    "Upload": "uploading",
    "Verified": "verification",
    "download": "downloading",
    "files": "verification",
    "parse_location": "location",
    "scan": "scanning",
    "upload": "uploading",
    "verify": "verification",
    "version_uri": "location",
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
    "download",
    "files",
    "parse_location",
    "scan",
    "upload",
    "verify",
    "version_uri",
]


def __getattr__(name: str) -> object:
    """Load a public name."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"modelreg.storage.{_MODULES[name]}"), name)
    globals()[name] = value
    return value
