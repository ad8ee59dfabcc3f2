"""Settings of the environment about files: where new versions go, and which key downloads are verified with."""

from __future__ import annotations

import os
from collections.abc import Mapping

STORE_VARIABLE = "MODEL_REGISTRY_STORE"
VERIFY_VARIABLE = "MODEL_REGISTRY_VERIFY"


def store_root(environ: Mapping[str, str] | None = None) -> str | None:
    """Return the root for new versions' files, such as ``s3://models``; None when none is set.

    Args:
        environ: The environment to read, `os.environ` unless given.
    """
    return (os.environ if environ is None else environ).get(STORE_VARIABLE, "").strip() or None


def verify_key_path(environ: Mapping[str, str] | None = None) -> str | None:
    """Return the path of the public key that every download has to be signed for; None when none is set.

    Args:
        environ: The environment to read, `os.environ` unless given.
    """
    return (os.environ if environ is None else environ).get(VERIFY_VARIABLE, "").strip() or None
