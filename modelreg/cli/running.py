"""Decides how a run of the command line ends: its exit code, and what is said of a failure."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import TextIO

import typer

from modelreg.cli.exits import ExitCode
from modelreg.cli.failing import Failure, code_of, tell
from modelreg.cli.terminal import look
from modelreg.errors import ModelRegistryError
from modelreg.views.text import visible


class PipeClosed(Exception):  # noqa: N818  # nobody's failure
    """Nobody reads stdout any more."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; answer its exit code."""
    for stream in (sys.stdout, sys.stderr):
        _forgiving(stream)
    said = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _ended(said)
        sys.stdout.flush()
    except (BrokenPipeError, PipeClosed):
        _silence()
        return ExitCode.PIPE_CLOSED
    return code


def _ended(said: list[str]) -> int:
    from modelreg.cli.app import app

    try:
        answer = app(said, prog_name="modelreg", standalone_mode=False)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else ExitCode.OK
    except (PipeClosed, BrokenPipeError):
        raise
    except (KeyboardInterrupt, typer.Abort):
        print(file=sys.stderr)
        return ExitCode.INTERRUPTED
    except (Failure, ModelRegistryError) as error:
        return _failed(error, said)
    except typer.TyperException as error:
        return _misused(error)
    except Exception as error:  # noqa: BLE001  # the last resort: a line instead of a traceback
        return _failed(error, said)
    return int(answer) if isinstance(answer, int) else ExitCode.OK


def _failed(error: Exception, said: list[str]) -> int:
    sys.stdout.flush()
    if _debugged(said):
        print(visible("".join(traceback.format_exception(error)), lines=True), file=sys.stderr)
    terminal = look(sys.stderr)
    tell(error, terminal)
    if not isinstance(error, Failure | ModelRegistryError) and not _debugged(said):
        terminal.talk("`--debug` shows where; that this happened is a defect", label="hint:", style="hint")
    return code_of(error)


def _misused(error: typer.TyperException) -> int:
    terminal = look(sys.stderr)
    message = visible(error.format_message().strip(), lines=True)
    terminal.talk(f"{message[:1].lower()}{message[1:].removesuffix('.')}", label="error:", style="bad")
    context = getattr(error, "ctx", None)
    path = "modelreg" if context is None else visible(context.command_path)
    terminal.talk(f"`{path} --help` says how it is used", label="hint:", style="hint")
    return ExitCode.USAGE


def _debugged(said: list[str]) -> bool:
    return "--debug" in said or os.environ.get("MODELREG_DEBUG", "0") not in ("", "0")


def _forgiving(stream: TextIO) -> None:
    """Let a character that a stream cannot show be written as an escape instead of failing."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _silence() -> None:
    """Keep the interpreter from complaining about a closed stdout when it leaves."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
    except (OSError, ValueError):
        pass
