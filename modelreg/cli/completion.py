"""The command that prints what a shell has to read to complete commands and names."""

from __future__ import annotations

import os
from typing import Annotated, Literal

import typer

from modelreg.cli.lazy import new_app
from modelreg.cli.session import Offers, Session, command

app = new_app()
VARIABLE = "_MODELREG_COMPLETE"
_SOURCED = {
    "bash": 'eval "$(modelreg completion bash)"',
    "zsh": 'eval "$(modelreg completion zsh)"',
    "fish": "modelreg completion fish | source",
}


@command(app, "completion", offers=Offers.NOTHING, examples=["completion bash", "completion zsh"])
def _completion(
    session: Session,
    shell: Annotated[
        Literal["bash", "zsh", "fish"], typer.Argument(metavar="bash|zsh|fish", help="The shell that is to read it")
    ],
) -> None:
    """Print what makes a shell complete commands, options and the registry's names.

    Names come from the registry if it answers within half a second. `--install-completion` writes the same into the
    shell's own files.
    """
    from modelreg.cli.app import app as root

    # What a shell sets to ask for the script; typer answers by writing it and leaving.
    os.environ[VARIABLE] = f"source_{shell}"
    try:
        root([], prog_name="modelreg")
    except SystemExit:
        del os.environ[VARIABLE]
    session.out.hint(f"Put this into the shell's start-up file: {_SOURCED[shell]}")
