"""What the recorded servers' databases hold equal: PostgreSQL by code point, MySQL's dialect in a sense of its own."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from modelreg.local._registry.filters import pattern_parts


class Exact:
    """PostgreSQL's sense: texts are equal when they are the same."""

    def fold(self, text: str) -> str:
        """Return what two equal texts have in common, as patterns see it."""
        return text

    def key(self, text: str) -> str:
        """Return what two equal texts have in common, as comparisons and unique names see it."""
        return self.fold(text)

    def like(self, pattern: str, text: str, *, fold_case: bool = False) -> bool:
        """Return whether a text matches a LIKE pattern, in which a backslash escapes."""
        fold = (lambda each: self.fold(each).lower()) if fold_case else self.fold
        return _compiled(pattern, fold_case, self).fullmatch(fold(text)) is not None


class Folded(Exact):
    """MySQL's sense: no case, no accents, no trailing spaces, and every emoji the same."""

    def fold(self, text: str) -> str:
        """Return the text without case and accents, every character past the first plane being one and the same."""
        plain = "".join("\ufffd" if ord(char) > 0xFFFF else char for char in text)
        kept = (char for char in unicodedata.normalize("NFD", plain) if not unicodedata.combining(char))
        return "".join(kept).upper()

    def key(self, text: str) -> str:
        """Return the folded text without its trailing spaces, which comparisons leave out and patterns do not."""
        return self.fold(text).rstrip(" ")


@lru_cache(maxsize=512)
def _compiled(pattern: str, fold_case: bool, sense: Exact) -> re.Pattern[str]:
    wild = {"%": ".*", "_": "."}
    spelt = ""
    for char, is_wild in pattern_parts(pattern):
        folded = sense.fold(char).lower() if fold_case else sense.fold(char)
        spelt += wild[char] if is_wild else re.escape(folded)
    return re.compile(spelt, re.DOTALL)


EXACT, FOLDED = Exact(), Folded()
