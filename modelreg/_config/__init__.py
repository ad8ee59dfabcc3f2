"""Settings of a registry: its address, and how requests to it are made.

Imports no HTTP library and touches no network; it looks at the environment and at files.
"""

from modelreg._config.resolution import resolve
from modelreg._config.settings import (
    ALLOW_PLAINTEXT_VARIABLE,
    ApiVersion,
    Described,
    Settings,
    Timeouts,
    Token,
    TokenSource,
)

__all__ = [
    "ALLOW_PLAINTEXT_VARIABLE",
    "ApiVersion",
    "Described",
    "Settings",
    "Timeouts",
    "Token",
    "TokenSource",
    "resolve",
]
