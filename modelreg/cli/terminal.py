"""Decides what the other end of a stream can show: width, colour, characters; and how a text is coloured or cut."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from textwrap import wrap
from typing import Literal, TextIO

import attrs

Style = Literal["", "good", "bad", "warn", "hint", "dim", "strong"]

_CODES = {"good": "32", "bad": "31", "warn": "33", "hint": "36", "dim": "2", "strong": "1"}
_ASCII = {"…": "...", "✓": "ok:", "│": "|", "├": "|", "└": "`", "─": "-", "→": "->", "·": "-"}
NARROW = 20


@attrs.frozen
class Terminal:
    """One of the two output streams.

    Attributes:
        live: Whether a person sees it: it is a terminal.
        width: In cells.
        ascii: Whether it can show nothing beyond ASCII.
    """

    stream: TextIO
    live: bool = False
    colour: bool = False
    width: int = 80
    ascii: bool = False

    def paint(self, text: str, style: Style) -> str:
        """Colour a text, where colours are shown."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colour and style and text else text

    def fitting(self, text: str) -> str:
        """Put what stands for a drawing in ASCII, where nothing else can be shown."""
        if not self.ascii:
            return text
        for char, plain in _ASCII.items():
            text = text.replace(char, plain)
        return text.encode("ascii", "backslashreplace").decode()

    def line(self, text: str = "") -> None:
        """Write a line."""
        self.stream.write(f"{self.fitting(text)}\n")

    def talk(self, text: str, *, label: str = "", style: Style = "") -> None:
        """Write talk behind its label, which alone is coloured if there is one; people get it wrapped to the width."""
        lead = " " * (len(label) + 1 if label else 0)
        for at, line in enumerate(text.split("\n")):
            parts = wrapped(line, self.width - len(lead)) if self.live else [line]
            for part in parts:
                first = lead if (at or part is not parts[0]) else f"{self.paint(label, style)} " if label else ""
                self.line(first + (part if label else self.paint(part, style)))


def look(stream: TextIO, environ: Mapping[str, str] = os.environ) -> Terminal:
    """Find out what a stream can show."""
    live = stream.isatty()
    return Terminal(
        stream,
        live=live,
        colour=_colour(live, environ),
        width=_width(environ),
        ascii=not _encodes("…│", stream),
    )


def _colour(live: bool, environ: Mapping[str, str]) -> bool:
    if environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    if environ.get("NO_COLOR") or environ.get("CLICOLOR") == "0" or environ.get("TERM") == "dumb":
        return False
    return live


def _width(environ: Mapping[str, str]) -> int:
    told = environ.get("COLUMNS", "")
    if told.isdigit() and int(told):
        return max(NARROW, int(told))
    return max(NARROW, shutil.get_terminal_size((80, 24)).columns)


def _encodes(text: str, stream: TextIO) -> bool:
    try:
        text.encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def wrapped(text: str, width: int) -> list[str]:
    """Part a line at its blanks; a word that is too long, such as a URI, stays whole."""
    indent = " " * (len(text) - len(text.lstrip(" ")))
    parts = wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return parts or [""]


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, width: int, mark: str = "…") -> str:
    """Cut a text to a width in cells, with a mark where it was cut."""
    if cells(text) <= width:
        return text
    kept, room = [], width - cells(mark)
    for char in text:
        room -= cells(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept).rstrip() + mark


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Fill a text up to a width in cells."""
    space = " " * (width - cells(text))
    return space + text if right else text + space
