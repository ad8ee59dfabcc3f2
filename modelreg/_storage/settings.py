"""Settings of the environment about files: where new versions go, the key that signed them, how long to wait."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping

from modelreg.errors import InvalidInput

STORE_VARIABLE = "MODEL_REGISTRY_STORE"
VERIFY_VARIABLE = "MODEL_REGISTRY_VERIFY"
KEY_PASSWORD_VARIABLE = "MODEL_REGISTRY_KEY_PASSWORD"
STALL_VARIABLE = "MODEL_REGISTRY_STALL_TIMEOUT"
#: Seconds without a byte after which a transfer ends.
STALL_TIMEOUT = 60.0


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


def key_password() -> str | None:
    """Return the password of an encrypted private key to sign with; None when none is set."""
    return os.environ.get(KEY_PASSWORD_VARIABLE) or None


def stall_seconds(given: float | None, environ: Mapping[str, str] | None = None) -> float:
    """Return the seconds without a byte after which a transfer ends.

    Args:
        given: By the caller; None for `MODEL_REGISTRY_STALL_TIMEOUT`, or 60.
        environ: The environment to read, `os.environ` unless given.

    Raises:
        InvalidInput: It is no number above 0.
    """
    if given is not None:
        return _seconds("stall_timeout", given)
    text = (os.environ if environ is None else environ).get(STALL_VARIABLE, "").strip()
    return _seconds(STALL_VARIABLE, text) if text else STALL_TIMEOUT


def _seconds(name: str, given: float | str) -> float:
    try:
        seconds = math.nan if isinstance(given, bool) else float(given)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise InvalidInput(f"{name} is {given!r}; give a number of seconds above 0")
    return seconds
