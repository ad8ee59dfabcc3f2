"""Names in lines that a person copies: for a shell, and for Python."""

from __future__ import annotations

import re
import shlex

from modelreg._views.visible_text import visible


def quoted(name: str) -> str:
    """Quote a name for a shell; one that a shell cannot be given plainly is written as `$'...'`."""
    if visible(name) == name:
        return shlex.quote(name)
    escaped = "".join(_escaped(char) for char in name)
    return f"$'{escaped}'"


def _escaped(char: str) -> str:
    if char in "\\'":
        return f"\\{char}"
    return char if visible(char) == char else re.sub(r"^\\x", r"\\x", visible(char))


def python(name: str) -> str:
    """Write a name as a string of Python's; nothing in it acts on a terminal."""
    written = repr(name)
    return written if visible(written) == written else ascii(name)
