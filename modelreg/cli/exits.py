"""Decides which exit code means what: one enum, which the help prints and the tests walk."""

from __future__ import annotations

from enum import IntEnum

from modelreg import errors


class ExitCode(IntEnum):
    """What a script may rely on."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    NOT_AUTHORISED = 4
    CONFLICT = 5
    UNREACHABLE = 6
    GATE_NOT_MET = 7
    INTERRUPTED = 130
    PIPE_CLOSED = 141

    @property
    def meaning(self) -> str:
        """Say it in a few words."""
        return _MEANING[self]


_MEANING = {
    ExitCode.OK: "done, or nothing to do; an empty list too",
    ExitCode.FAILED: "failed",
    ExitCode.USAGE: "the command was not understood",
    ExitCode.NOT_FOUND: "not found",
    ExitCode.NOT_AUTHORISED: "not authorised: no token, a wrong one, or not allowed",
    ExitCode.CONFLICT: "conflict: it exists already, and differs",
    ExitCode.UNREACHABLE: "the registry cannot be reached, or answers too late",
    ExitCode.GATE_NOT_MET: "a gate was not met (`compare --fail-if-worse`)",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.PIPE_CLOSED: "nobody reads the output any more; nothing is said",
}


def exit_code(error: BaseException) -> ExitCode:
    """Return the code of an error of the library."""
    match error:
        case errors.NotFound():
            return ExitCode.NOT_FOUND
        case errors.Unauthorized() | errors.Forbidden():
            return ExitCode.NOT_AUTHORISED
        case errors.Conflict():
            return ExitCode.CONFLICT
        case errors.ConnectionFailed() | errors.DeadlineExceeded():
            return ExitCode.UNREACHABLE
        case errors.InvalidInput() if error.status is None:
            return ExitCode.USAGE
        case _:
            return ExitCode.FAILED
