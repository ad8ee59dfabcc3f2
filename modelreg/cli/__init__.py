"""The command line: says which commands there are; a command's own module is imported when it is run."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    try:
        from modelreg.cli.serve import app
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("typer", "rich"):
            raise
        sys.exit("error: the command line needs more than the core install: pip install 'modelreg[cli]'")
    app()


__all__ = ["main"]
