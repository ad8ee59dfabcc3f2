"""The command line: `modelreg`, or `python -m modelreg`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

__all__ = ["main"]

# A command makes some hundred thousand objects while it imports, and none of them is garbage.
_COLLECT_AFTER = 100_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: The words after the program's name; those of the process unless given.

    Returns:
        The exit code.
    """
    before = gc.get_threshold()
    gc.set_threshold(_COLLECT_AFTER, *before[1:])
    try:
        from modelreg.cli.running import run

        return run(arguments)
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        print("error: the command line needs more than the core\nhint: pip install 'modelreg[cli]'", file=sys.stderr)
        return 1
    finally:
        gc.set_threshold(*before)
