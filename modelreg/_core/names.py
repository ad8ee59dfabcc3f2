"""Names: what can be one, how an exact one is searched for, and which names a database may hold equal to it."""

from __future__ import annotations

import unicodedata

from modelreg._core.values import check_text
from modelreg.errors import InvalidInput

NAME_LENGTH = 255
# Servers store a child's name behind its parent's id and a colon, in as many characters as a name may have; under a
# parent that does not exist yet, room is left for the longest id.
CHILD_NAME_LENGTH = 240

_PATTERN_CHARACTERS = frozenset("%_\\")
_QUOTES = frozenset("'\"`")


def checked_name(name: object, what: str = "name") -> str:
    """Return a name, or refuse one that registries refuse or fail on.

    Raises:
        InvalidInput: It is no string, empty, too long, or holds what no registry stores.
    """
    if not isinstance(name, str):
        raise InvalidInput(f"{what} is a {type(name).__name__}, {name!r}; give a str")
    if not name:
        raise InvalidInput(f"{what} is empty; give it at least one character")
    if len(name) > NAME_LENGTH:
        raise InvalidInput(f"{what} has {len(name)} characters, {name[:40]!r}...; at most {NAME_LENGTH} are kept")
    return name if name.isprintable() else check_text(name, what)


def check_child_name(name: str, parent_id: str | None, what: str = "name") -> None:
    """Refuse a name that does not fit behind its parent's id.

    Args:
        name: The child's name.
        parent_id: The parent's id; None where the parent does not exist yet.
        what: The argument's name, for the error.

    Raises:
        InvalidInput: It is too long.
    """
    most = CHILD_NAME_LENGTH if parent_id is None else NAME_LENGTH - len(parent_id) - 1
    if len(name) > most:
        raise InvalidInput(
            f"{what} has {len(name)} characters, {name[:40]!r}...; at most {most} fit, because servers store it behind "
            "the id of its parent"
        )


def folded(text: str) -> str:
    """Reduce a text to what MySQL's default collations compare: no case, no accents, no trailing spaces, one emoji."""
    if text.isascii():
        return text.lower().rstrip(" ")
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return "".join(char if char <= "\uffff" else "\ufffd" for char in plain.casefold().rstrip(" "))


def is_plain(name: str) -> bool:
    """Return whether a server that takes a name for a pattern finds this name and no other."""
    return _PATTERN_CHARACTERS.isdisjoint(name)


def name_query(name: str) -> str:
    r"""Return a filter that selects the record of exactly this name, among others, on servers right or wrong.

    A backslash is written twice for a server that compares and four times for one that matches patterns: both are
    given. Servers take quotes off both ends of a name in a filter: such a name is asked for as a pattern.
    """
    if name[0] in _QUOTES or name[-1] in _QUOTES:
        wide = "".join("%" if char in _QUOTES or char in _PATTERN_CHARACTERS else char for char in name)
        return f"name LIKE '%{wide.strip('%')}%'" if wide.strip("%") else "name LIKE '%'"
    once = _quoted(name)
    if "\\" not in name:
        return f"name = {once}"
    return f"name = {once} OR name = {_quoted(name.replace(chr(92), chr(92) * 2))}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def split_reference(reference: str) -> tuple[str, str] | None:
    """Split a version's reference, `model@version`, at its last `@`; None where it is none."""
    model, at, version = reference.rpartition("@")
    return (model, version) if at and model and version else None
