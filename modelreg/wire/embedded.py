"""Decides how the embedded registry is reached, and what becomes of its errors; imports it only when it is used."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import httpx

from modelreg.errors import ConnectionFailed, MissingExtra, ModelRegistryError, public_url

if TYPE_CHECKING:
    from modelreg.local.transport import LocalTransport

_logger = logging.getLogger("modelreg")

HTTP_ERRORS = (httpx.HTTPError, httpx.InvalidURL)
# The embedded registry answers whatever the host.
EMBEDDED_BASE = "http://embedded"


def local_transport(store: str | None) -> LocalTransport:
    """Make the transport of the embedded registry; its file is opened by the first request.

    Args:
        store: its database URL; None for the default file.

    Raises:
        ModelRegistryError: when it cannot be made, because a package is not installed among other reasons.
    """
    try:
        from modelreg.local import LocalTransport, default_store

        place = default_store() if store is None else store
        _logger.info("using the embedded registry at %s", public_url(str(place)))
        return LocalTransport(place)
    except ImportError as error:
        raise error_of_store(error) from error
    except foreign_errors() as error:
        raise error_of_store(error) from error


def default_place() -> str:
    """Return where the default file lies, or what to install to have one."""
    try:
        from modelreg.local import default_store

        return str(default_store())
    except ImportError as error:
        return str(error_of_store(error))


def foreign_errors() -> tuple[type[Exception], ...]:
    """Return the errors of others that a request may end in; the embedded registry's only once it is loaded."""
    local = sys.modules.get("modelreg.local.errors")
    return (*HTTP_ERRORS, *((local.LocalError,) if local else ()))


def error_of_store(error: Exception) -> ModelRegistryError:
    """Return our error for an embedded registry that cannot be used."""
    if isinstance(error, ImportError):
        return MissingExtra(str(error), hint=None if "pip install" in str(error) else "pip install 'modelreg[local]'")
    return ConnectionFailed("the embedded registry cannot be used", server_message=str(error))
