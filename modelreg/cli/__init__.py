"""The command line: arguments in, tables out, nothing else; a command's own module is imported when it is run."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; answer its exit code."""
    try:
        from modelreg.cli.running import run
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("typer", "rich"):
            raise
        print("error: the command line needs more than the core\nhint: pip install 'modelreg[cli]'", file=sys.stderr)
        return 1
    return run(arguments)
