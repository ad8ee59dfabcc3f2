"""Decides where the registry is and how it is spoken to: arguments before environment before files.

Imports no HTTP library and touches no network; it looks at the environment and at whether files exist.
"""

from modelreg.config.settings import (
    ALLOW_PLAINTEXT_VARIABLE,
    DEFAULT_RETRIES,
    SERVICE_ACCOUNT_TOKEN,
    ApiVersion,
    Settings,
    Timeouts,
    Token,
    TokenSource,
    resolve,
)

__all__ = [
    "ALLOW_PLAINTEXT_VARIABLE",
    "DEFAULT_RETRIES",
    "SERVICE_ACCOUNT_TOKEN",
    "ApiVersion",
    "Settings",
    "Timeouts",
    "Token",
    "TokenSource",
    "resolve",
]
