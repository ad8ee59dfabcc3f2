"""Files of model versions: hashing, uploading, downloading and verifying them, in every kind of store.

Importing this package imports no store's library; each is imported when a URI of its scheme is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelreg.storage.access import Access
    from modelreg.storage.downloading import download
    from modelreg.storage.location import Location, parse_location, version_uri
    from modelreg.storage.manifest import Manifest
    from modelreg.storage.scanning import IGNORED, scan
    from modelreg.storage.settings import STALL_TIMEOUT
    from modelreg.storage.uploading import check_upload, registered_uri, upload
    from modelreg.storage.verification import files, verify
    from modelreg.storage.workers import Stop
    from modelreg.types.files import FileEntry, Progress, ProgressCallback, Upload, Verified

_MODULES = {
    "Access": "access",
    "FileEntry": "types.files",
    "IGNORED": "scanning",
    "Location": "location",
    "Manifest": "manifest",
    "Progress": "types.files",
    "ProgressCallback": "types.files",
    "STALL_TIMEOUT": "settings",
    "Stop": "workers",
    "Upload": "types.files",
    "Verified": "types.files",
    "check_upload": "uploading",
    "download": "downloading",
    "files": "verification",
    "parse_location": "location",
    "registered_uri": "uploading",
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
    home = _MODULES[name]
    package = "modelreg" if home.startswith("types.") else "modelreg.storage"
    value: object = getattr(import_module(f"{package}.{home}"), name)
    globals()[name] = value
    return value
