"""Exit codes, and how a failure is printed: what, caused by, one hint, and a caret where there is text to point at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from modelreg import errors

if TYPE_CHECKING:
    from modelreg._cli.tables import Terminal


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
    INTEGRITY = 8
    INTERRUPTED = 130
    PIPE_CLOSED = 141

    @property
    def meaning(self) -> str:
        """Return it in a few words."""
        return _MEANING[self]


_MEANING = {
    ExitCode.OK: "done, or nothing to do; an empty list too",
    ExitCode.FAILED: "failed",
    ExitCode.USAGE: "the command was not understood, or an argument is invalid",
    ExitCode.NOT_FOUND: "not found",
    ExitCode.NOT_AUTHORISED: "not authorised: no token, a wrong one, or not allowed",
    ExitCode.CONFLICT: "conflict: it exists already, and differs",
    ExitCode.UNREACHABLE: "the registry cannot be reached, or responds too late",
    ExitCode.GATE_NOT_MET: "a gate was not met (`compare --fail-if-worse`, `promote`)",
    ExitCode.INTEGRITY: "files differ from what is registered or signed",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.PIPE_CLOSED: "output pipe closed",
}


class Failure(Exception):  # noqa: N818  # not an error of the library: a command that ends
    """A command that cannot be done.

    Attributes:
        message: What is wrong.
        code: The exit code.
        hint: What is most likely to help.
        text: Text to point at, and the position in it.
    """

    def __init__(
        self,
        message: str,
        *,
        code: ExitCode = ExitCode.FAILED,
        hint: str | None = None,
        text: tuple[str, int] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint
        self.text = text


def usage(message: str, *, hint: str | None = None, text: tuple[str, int] | None = None) -> Failure:
    """Return the failure of a command that was not understood."""
    return Failure(message, code=ExitCode.USAGE, hint=hint, text=text)


def exit_code(error: BaseException) -> ExitCode:
    """Return the exit code of a failure."""
    match error:
        case Failure():
            return error.code
        case errors.NotFound():
            return ExitCode.NOT_FOUND
        case errors.Unauthorized() | errors.Forbidden():
            return ExitCode.NOT_AUTHORISED
        case errors.Conflict():
            return ExitCode.CONFLICT
        case errors.IntegrityError():
            return ExitCode.INTEGRITY
        case errors.ConnectionFailed() | errors.DeadlineExceeded():
            return ExitCode.UNREACHABLE
        case errors.InvalidInput() if error.status is None:
            return ExitCode.USAGE
        case _:
            return ExitCode.FAILED


def print_failure(error: BaseException, terminal: Terminal) -> None:
    """Print a failure to stderr."""
    message = _sentence(getattr(error, "message", None) or str(error) or type(error).__name__)
    terminal.message(message, label="error:", style="bad")
    text = getattr(error, "text", None) or _position(error)
    if text is not None:
        for line in _pointed(*text):
            terminal.line(line)
    for cause in _causes(error, message):
        terminal.message(cause, label="  caused by:")
    hint = hint_for(error)
    if hint:
        terminal.message(_sentence(hint), label="hint:", style="hint")


# What the command line says instead of the library's hint, by the error's reason; it is given the details.
_HINTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "uri_differs": lambda _: (
        "Register another version, or pass --on-conflict update to point this one there, or --on-conflict unchanged to "
        "leave it"
    ),
    "digest_differs": lambda _: "Register another version, or pass --on-conflict update to replace the files",
    "archived": lambda _: "Pass --restore to restore it and register into it",
    "breaks_serving": lambda _: (
        "Give it to `register`, keep it as a property of the version, or pass --force and then `artifacts renew`"
    ),
    "alias_in_use": lambda _: "Move or delete the alias, or pass --force",
    "credentials_in_uri": lambda _: (
        "Take it out and give credentials by the environment; --allow-credentials-in-uri keeps it"
    ),
    "not_an_id": lambda _: "Ids are digits; `find` takes a name",
    "no_direction": lambda _: "Say --higher or --lower; `register --higher METRIC` remembers it on the model",
    "no_address": lambda _: (
        "Say --registry, set MODEL_REGISTRY_URL, or put url into the configuration file that `modelreg config` names"
    ),
    "plaintext_token": lambda _: (
        "Use https, or allow it (behind a mesh in a cluster, say) by allow_plaintext_token in the configuration file "
        "or MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN=1"
    ),
    "no_tls": lambda details: f"If the server speaks plain http there, write {details['url']}",
    "untrusted_certificate": lambda _: (
        "If the server's certificate is your own authority's, name its file as ca in the configuration file or as "
        "MODEL_REGISTRY_CA_CERT"
    ),
    "no_token": lambda _: "Set MODEL_REGISTRY_TOKEN, or token_path in the configuration file; see `modelreg doctor`",
    "not_a_registry": lambda _: (
        "`modelreg config` shows which address is used, `modelreg doctor` what is wrong with it"
    ),
    "response_too_large": lambda _: "Raise MODEL_REGISTRY_MAX_RESPONSE_BYTES, or ask for less",
}


def hint_for(error: BaseException) -> str | None:
    """Return what is likely to help, in the words of the command line: from the error's reason and details."""
    if not isinstance(error, errors.ModelRegistryError):
        hint: str | None = getattr(error, "hint", None)
        return hint
    worded = _HINTS.get(error.reason or "")
    if worded is not None:
        return worded(error.details)
    return error.hint


def _sentence(text: str) -> str:
    """Make a text visible; a single sentence has no full stop."""
    from modelreg._views.visible_text import visible

    text = visible(text.strip(), lines=True)
    return text[:-1] if text.endswith(".") and text.count(". ") == 0 else text


def _causes(error: BaseException, message: str) -> Iterator[str]:
    seen = [message]
    for cause in (getattr(error, "server_message", None), *_chain(error)):
        text = "" if not cause else _sentence(str(cause))
        if text and not any(text in other for other in seen):
            seen.append(text)
            yield text


def _chain(error: BaseException) -> Iterator[str]:
    cause, seen = error.__cause__, {id(error)}
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause.message if isinstance(cause, errors.ModelRegistryError) else str(cause)
        cause = cause.__cause__


def _position(error: BaseException) -> tuple[str, int] | None:
    """Return the text that an error of the library points into."""
    details = getattr(error, "details", {})
    if "text" in details and "position" in details:
        return str(details["text"]), int(details["position"])
    return None


def _pointed(text: str, position: int) -> Iterator[str]:
    """Show the line of a text that holds a position, and a caret under it."""
    from modelreg._cli.tables import cells
    from modelreg._views.visible_text import visible

    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line = text[start : len(text) if end < 0 else end]
    yield f"  {visible(line)}"
    yield f"  {' ' * cells(visible(line[: position - start]))}^"
