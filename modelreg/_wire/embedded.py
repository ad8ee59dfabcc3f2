"""The embedded registry's transport and errors; it is imported only when it is used."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, TypeGuard
from urllib.parse import unquote

import httpx

from modelreg._wire.outgoing import shortened
from modelreg.errors import ConnectionFailed, DeadlineExceeded, MissingExtra, ModelRegistryError, public_url

if TYPE_CHECKING:
    from modelreg.local.transport import LocalTransport

_logger = logging.getLogger("modelreg")

HTTP_ERRORS = (httpx.HTTPError, httpx.InvalidURL)
# A shorter part of a password would hide ordinary words.
_LONG_ENOUGH = 4
# The embedded registry answers whatever the host.
EMBEDDED_BASE = "http://embedded"


def local_transport(store: str | None) -> LocalTransport:
    """Make the transport of the embedded registry, in the default file unless one is named; the first request opens it.

    Raises:
        ModelRegistryError: It cannot be made; one reason is a package that is not installed.
    """
    try:
        from modelreg.local import LocalTransport, default_store

        location = default_store() if store is None else store
        _logger.info("using the embedded registry at %s", public_url(str(location)))
        return LocalTransport(location)
    except ImportError as error:
        raise error_of_store(error, store) from error
    except foreign_errors() as error:
        raise error_of_store(error, store) from error


def is_local(transport: object) -> TypeGuard[LocalTransport]:
    """Return whether a transport is the embedded registry's, which carries requests without those of an HTTP client.

    One that was derived from it and treats the requests of an HTTP client in its own way is not.

    Args:
        transport: What carries requests.
    """
    module = sys.modules.get("modelreg.local.transport")
    if module is None or not isinstance(transport, module.LocalTransport):
        return False
    return all(
        getattr(type(transport), name) is getattr(module.LocalTransport, name)
        for name in ("handle_request", "handle_async_request", "carry", "async_carry")
    )


def default_location() -> str:
    """Return where the default file lies, or what to install to have one."""
    try:
        from modelreg.local import default_store

        return str(default_store())
    except ImportError as error:
        return str(error_of_store(error))


def foreign_errors() -> tuple[type[Exception], ...]:
    """Return the errors of others that a request may end in; the embedded registry's only once it is loaded."""
    local = sys.modules.get("modelreg.local._registry.errors")
    return (*HTTP_ERRORS, *((local.LocalError,) if local else ()))


def error_of_store(error: Exception, store: str | None = None) -> ModelRegistryError:
    """Return our error for an embedded registry that cannot be used.

    Args:
        error: What was raised.
        store: The database URL, whose password the error may repeat.
    """
    text = without_password(str(error), store)
    if isinstance(error, ImportError):
        hint = None if "pip install" in text else "pip install 'modelreg[local]'"
        return MissingExtra(text, hint=hint, details={"extra": "local"})
    local = sys.modules.get("modelreg.local._registry.errors")
    if local is not None and isinstance(error, local.StoreBusy):
        return DeadlineExceeded(
            "other writers of the embedded registry were at work until the deadline; nothing was written",
            server_message=shortened(text),
            may_have_acted=False,
            hint="Try again, or give the call more time with timeout=.",
        )
    return ConnectionFailed("the embedded registry cannot be used", server_message=shortened(text))


def without_password(text: str, store: str | None) -> str:
    """Return a text without the password of a database URL, escaped or not, whole or a part of it."""
    _, scheme, rest = (store or "").partition("://")
    credentials, at, _ = rest.rpartition("@")
    password = credentials.partition(":")[2]
    secrets = [password, unquote(password)] if scheme and at and password else []
    for pair in (store or "").partition("?")[2].split("&"):
        name, _, value = pair.partition("=")
        if "passw" in unquote(name).lower() and value:
            secrets += [value, unquote(value)]
    # A driver that takes the URL apart elsewhere repeats what it took for a host or a port.
    parts = [part for secret in secrets for part in re.split(r"[/?#@:]", secret) if len(part) >= _LONG_ENOUGH]
    for secret in sorted({*secrets, *parts}, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
