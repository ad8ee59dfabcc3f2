"""TLS: the authorities that are trusted, and the certificate of the client."""

from __future__ import annotations

import ssl

from modelreg._config import Settings
from modelreg.errors import InvalidInput


def tls_context(settings: Settings) -> ssl.SSLContext | bool:
    """Return what httpx is to verify certificates with.

    Raises:
        InvalidInput: A certificate file cannot be used.
    """
    if (settings.base_url or "").startswith("http://"):
        # Loading the system's authorities takes longer than a request; over plain http nobody asks for them.
        # Should anything want TLS after all, this trusts nobody.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not settings.ca and not settings.client_cert:
        return True
    try:
        return _context(settings)
    except (OSError, ssl.SSLError) as error:
        raise InvalidInput(
            f"the certificates cannot be used: {error}",
            hint="ca, client_cert and client_key have to be PEM files, and the key has to fit the certificate.",
        ) from error


def _context(settings: Settings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.ca)
    if settings.client_cert:
        # An encrypted key would make OpenSSL ask at the terminal; an empty answer makes it an error instead.
        context.load_cert_chain(settings.client_cert, settings.client_key, password=lambda: "")
    return context
