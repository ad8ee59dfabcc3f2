"""Errors of an embedded registry: error responses (Refusal), and failures without any response (LocalError).

Imports nothing else of the package.
"""

from __future__ import annotations


class LocalError(Exception):
    """The embedded registry cannot be opened or used at all; no HTTP response describes it."""


class MissingExtra(LocalError, ImportError):  # noqa: N818 - the message is the error
    """A library that the embedded registry needs is not installed; the message says what to install."""

    def __init__(self, extra: str, *, needed_for: str) -> None:
        super().__init__(f"{needed_for} needs more than the core install: pip install 'modelreg[{extra}]'")
        self.extra = extra


class StoreError(LocalError):
    """The file or database is not a registry that this release can open."""


class NewerStore(StoreError):  # noqa: N818 - as above
    """The file or database was made by a newer release, whose tables this one does not know."""


class StoreBusy(LocalError):  # noqa: N818 - as above
    """Other writers kept the file or the record locked until the request's deadline; nothing was written."""


class BatchLost(LocalError):  # noqa: N818 - as above
    """Requests of a batch that had been answered were undone, because their transaction could not be committed."""


class Refusal(Exception):  # noqa: N818 - a response, not an error
    """A request that is answered with an error status; becomes the JSON error body of the contract."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def bad_request(message: str) -> Refusal:
    """Return the refusal of a request that cannot be understood."""
    return Refusal(400, message)


def not_found(message: str) -> Refusal:
    """Return the refusal of a request for something that is not there."""
    return Refusal(404, message)


def conflict(message: str) -> Refusal:
    """Return the refusal of a request that would take a name or external id that is taken."""
    return Refusal(409, message)


def incomplete(message: str) -> Refusal:
    """Return the refusal of a body that lacks a required field."""
    return Refusal(422, message)
