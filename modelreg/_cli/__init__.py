"""The command line: `modelreg`, or `python -m modelreg`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import cast

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
    # Where click, rich and pygments are installed, `import httpx` loads its own command line: half of its time.
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    modules.setdefault("httpx._main", None)
    try:
        from modelreg._cli.running import run

        return run(arguments)
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        print("error: the command line needs more than the core\nhint: pip install 'modelreg[cli]'", file=sys.stderr)
        return 1
    finally:
        gc.set_threshold(*before)
        if modules.get("httpx._main") is None:
            modules.pop("httpx._main", None)
