"""Text of a registry that a terminal or a page can show safely.

Control characters, bidirectional marks, invisible characters and lone surrogates are written out as escapes. It is
done here, at the edge where text is shown, and never to what is stored.
"""

from __future__ import annotations

import re
import unicodedata

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\x1b": "\\x1b"}
_SEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_PLAIN = re.compile(r"[ -~]*")


def visible(text: str, *, lines: bool = False) -> str:
    r"""Write out every character that would act or hide instead of being seen.

    Args:
        text: Any text.
        lines: Keep line breaks and tabs, as in a text of several lines.
    """
    if _PLAIN.fullmatch(text):
        return text
    return "".join(char if _is_seen(char, lines) else _escape(char) for char in text)


def one_line(text: str) -> str:
    """Put a text of several lines in one, and make it visible."""
    return visible(" ".join(text.split()))


def _is_seen(char: str, lines: bool) -> bool:
    return (lines and char in "\n\t") or unicodedata.category(char) not in _SEEN


def _escape(char: str) -> str:
    code = ord(char)
    if char in _ESCAPES:
        return _ESCAPES[char]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
