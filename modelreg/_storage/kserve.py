"""Which URIs KServe can load a model from."""

from __future__ import annotations

import re

# What a URI that KServe loads begins with; nothing has to be said of it.
LOADABLE = ("s3://", "gs://", "https://", "oci://", "pvc://")
_AZURE_HINT = "KServe loads https://ACCOUNT.blob.core.windows.net/CONTAINER/PATH"


def kserve_warning(uri: str) -> str | None:
    """Return a sentence on why KServe cannot load a URI; None when it can, or when nothing is known about its scheme.

    Args:
        uri: Of a version's files.
    """
    scheme = uri.partition("://")[0].lower() if "://" in uri else "file"
    if scheme == "file":
        return f"KServe cannot load {uri!r}: it is a path of one machine; a mounted claim is pvc://CLAIM/PATH"
    if scheme == "az":
        return f"KServe cannot load {uri!r}: {_AZURE_HINT}"
    if scheme == "hf" and (match := re.fullmatch(r"(?i)(hf://[^@]+)@([^/@]+)/?", uri)):
        return f"KServe writes a revision with a colon: {match[1]}:{match[2]}"
    if scheme == "http":
        return f"KServe cannot load {uri!r} from inside most clusters: it is plain http"
    return None
