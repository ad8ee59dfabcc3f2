"""A run of the command line, from its arguments to its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

import click

from modelreg._cli.failures import ExitCode, Failure, exit_code, print_failure
from modelreg.errors import ModelRegistryError


class PipeClosed(Exception):  # noqa: N818  # not a failure
    """The other end of stdout was closed."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        _escape_unencodable(stream)
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _code_of(given)
        sys.stdout.flush()
    except (BrokenPipeError, PipeClosed):
        _silence()
        return ExitCode.PIPE_CLOSED
    return code


def _code_of(given: list[str]) -> int:
    from modelreg._cli.app import root

    try:
        result = root.main(given, prog_name="modelreg", standalone_mode=False)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else ExitCode.OK
    except (PipeClosed, BrokenPipeError):
        raise
    except (KeyboardInterrupt, click.Abort):
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        return _misused(error)
    except Exception as error:  # noqa: BLE001  # the last resort: a line instead of a traceback
        return _failed(error, given)
    return int(result) if isinstance(result, int) else ExitCode.OK


def _failed(error: Exception, given: list[str]) -> int:
    from modelreg._cli.tables import terminal_of
    from modelreg._views.visible_text import visible

    sys.stdout.flush()
    debug = "--debug" in given or os.environ.get("MODELREG_DEBUG", "0") not in ("", "0")
    if debug:
        import traceback

        print(visible("".join(traceback.format_exception(error)), lines=True), file=sys.stderr)
    terminal = terminal_of(sys.stderr)
    print_failure(error, terminal)
    if not isinstance(error, Failure | ModelRegistryError) and not debug:
        terminal.message("`--debug` shows where; that this happened is a defect", label="hint:", style="hint")
    return exit_code(error)


def _misused(error: click.ClickException) -> int:
    from modelreg._cli.tables import terminal_of
    from modelreg._views.visible_text import visible

    terminal = terminal_of(sys.stderr)
    message = visible(error.format_message().strip(), lines=True)
    terminal.message(f"{message[:1].lower()}{message[1:].removesuffix('.')}", label="error:", style="bad")
    context = getattr(error, "ctx", None)
    path = "modelreg" if context is None else visible(context.command_path)
    terminal.message(f"`{path} --help` shows how it is used", label="hint:", style="hint")
    return ExitCode.USAGE


def _escape_unencodable(stream: TextIO) -> None:
    """Let a character that a stream cannot encode be written as an escape instead of failing."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _silence() -> None:
    """Keep the interpreter from complaining about a closed stdout when it exits."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
    except (OSError, ValueError):
        pass
