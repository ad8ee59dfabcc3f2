"""Decides how a failure is said: what, caused by, one hint; a caret where there is text to point at; no box."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelreg.cli.exits import ExitCode, exit_code
from modelreg.cli.terminal import Terminal, cells
from modelreg.errors import ModelRegistryError
from modelreg.views.text import visible

# How the library says what the command line says otherwise.
_WORDS = (
    (re.compile(r"\brestore=True"), "--restore"),
    (re.compile(r'\bon_conflict="(\w+)"'), r"--on-conflict \1"),
    (re.compile(r', or "unchanged"'), ", or --on-conflict unchanged to leave it"),
    (re.compile(r"\ballow_plaintext_token=True or "), "allow_plaintext_token in the configuration file, or "),
    (re.compile(r"\btoken=, MODEL_REGISTRY_TOKEN"), "MODEL_REGISTRY_TOKEN"),
    (re.compile(r"\bca= or MODEL_REGISTRY_CA_CERT"), "MODEL_REGISTRY_CA_CERT, or ca in the configuration file"),
    (re.compile(r"`registry\.describe\(\)` says"), "`modelreg config` says"),
    (re.compile(r", or give it as the first argument"), ", or say --registry"),
    (re.compile(r"\breplace_properties\b"), "--replace-properties"),
    (re.compile(r"\bremove_properties\b"), "--remove-property"),
    (re.compile(r"Ids are digits; find\(\) takes a name"), "Ids are digits; `find` takes a name"),
    (re.compile(r"ids are digits, and find\(\) takes a name"), "ids are digits, and `find` takes a name"),
)


class Failure(Exception):  # noqa: N818  # not an error of the library: a command that ends
    """A command that cannot be done.

    Attributes:
        hint: The one thing that is likely to help.
        text: Text to point at, with the place in it.
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
    """Make the failure of a command that was not understood."""
    return Failure(message, code=ExitCode.USAGE, hint=hint, text=text)


def code_of(error: BaseException) -> ExitCode:
    """Return the exit code of a failure."""
    return error.code if isinstance(error, Failure) else exit_code(error)


def tell(error: BaseException, terminal: Terminal) -> None:
    """Say a failure."""
    message = _worded(getattr(error, "message", None) or str(error) or type(error).__name__)
    terminal.talk(message, label="error:", style="bad")
    text = getattr(error, "text", None)
    if text is not None:
        for line in _pointed(*text):
            terminal.line(line)
    for cause in _causes(error, message):
        terminal.talk(cause, label="  caused by:")
    hint = getattr(error, "hint", None)
    if hint:
        terminal.talk(_worded(hint), label="hint:", style="hint")


def _worded(text: str) -> str:
    for pattern, words in _WORDS:
        text = pattern.sub(words, text)
    text = visible(text.strip(), lines=True)
    return text[:-1] if text.endswith(".") and text.count(". ") == 0 else text


def _causes(error: BaseException, message: str) -> Iterator[str]:
    said = {message}
    server = getattr(error, "server_message", None)
    for cause in (server, *_chain(error)):
        words = "" if not cause else _worded(str(cause))
        if words and words not in said and not any(words in other for other in said):
            said.add(words)
            yield words


def _chain(error: BaseException) -> Iterator[str]:
    cause = error.__cause__
    while cause is not None:
        yield cause.message if isinstance(cause, ModelRegistryError) else str(cause)
        cause = cause.__cause__


def _pointed(text: str, place: int) -> Iterator[str]:
    """Show the line of a text that holds a place, and a caret under it."""
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    line = text[start : len(text) if end < 0 else end]
    yield f"  {visible(line)}"
    yield f"  {' ' * cells(visible(line[: place - start]))}^"
