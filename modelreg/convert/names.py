"""Decides how an exact name is asked of a server that compares by pattern, and what a database may hold equal to it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import attrs

from modelreg.convert.properties import check_text
from modelreg.errors import InvalidInput

NAME_LENGTH = 255

_PATTERN_CHARACTERS = frozenset("%_\\")


def checked_name(name: object, what: str = "name") -> str:
    """Refuse a name that registries refuse or answer with a server error."""
    if not isinstance(name, str):
        raise InvalidInput(f"{what} is a {type(name).__name__}, {name!r}; give a str")
    if not name:
        raise InvalidInput(f"{what} is empty; give it at least one character")
    if len(name) > NAME_LENGTH:
        raise InvalidInput(f"{what} has {len(name)} characters, {name[:40]!r}...; at most {NAME_LENGTH} are kept")
    return check_text(name, what)


def folded(text: str) -> str:
    """Reduce a text to what MySQL's default collations compare: no case, no accents, no trailing spaces, one emoji."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return "".join(char if char <= "\uffff" else "\ufffd" for char in plain.casefold().rstrip(" "))


def is_plain(name: str) -> bool:
    """Whether a server that takes a name for a pattern finds this name and no other."""
    return _PATTERN_CHARACTERS.isdisjoint(name)


def name_query(name: str) -> str:
    r"""Write the filter whose answer holds the record of exactly this name, on servers that are right or wrong.

    A backslash is written twice for a server that compares and four times for one that matches: both are asked for.
    """
    once = _quoted(name)
    if "\\" not in name:
        return f"name = {once}"
    return f"name = {once} OR name = {_quoted(name.replace(chr(92), chr(92) * 2))}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


@attrs.frozen
class VersionName:
    """A version as a caller names it: the model's name and its own."""

    model: str
    version: str


def version_name(said: str | Sequence[str]) -> VersionName:
    """Read `("fraud", "1.4.0")` or `"fraud@1.4.0"`, cut at the last `@`.

    Raises:
        InvalidInput: It is neither.
    """
    if isinstance(said, str):
        model, at, version = said.rpartition("@")
        if at and model and version:
            return VersionName(model, version)
        raise InvalidInput(f"version is {said!r}; write model@version, give the pair (model, version), or version_id=")
    if isinstance(said, Sequence) and len(said) == 2 and all(isinstance(part, str) for part in said):
        return VersionName(said[0], said[1])
    raise InvalidInput(f"version is {said!r}; give a record, the pair (model, version) or 'model@version'")
