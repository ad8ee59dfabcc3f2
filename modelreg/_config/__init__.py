"""Settings of a registry: its address, and how requests to it are made.

Imports no HTTP library and touches no network; it looks at the environment and at files.
"""

from modelreg._config.resolution import SERVICE_ACCOUNT_TOKEN, resolve
from modelreg._config.settings import (
    ALLOW_PLAINTEXT_VARIABLE,
    DEFAULT_RETRIES,
    MAX_RESPONSE_BYTES,
    ApiVersion,
    Described,
    Settings,
    Timeouts,
    Token,
    TokenSource,
)

__all__ = [
    "ALLOW_PLAINTEXT_VARIABLE",
    "DEFAULT_RETRIES",
    "MAX_RESPONSE_BYTES",
    "SERVICE_ACCOUNT_TOKEN",
    "ApiVersion",
    "Described",
    "Settings",
    "Timeouts",
    "Token",
    "TokenSource",
    "resolve",
]
