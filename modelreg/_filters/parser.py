"""Filters as text, such as "auc > 0.9 and state = LIVE", read into the filters that `F` makes.

filter     = part {"or" part};  part = term {"and" term}
term       = "not" term | "(" filter ")" | comparison
comparison = KEY ("=" | "!=" | "<" | "<=" | ">" | ">=") VALUE
           | KEY ["not"] ("like" | "ilike") VALUE | KEY ["not"] "in" (VALUE, ...)
KEY        = word | `anything` | prop:word;  VALUE = number | true | false | 'text' | "text" | word
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import attrs

from modelreg._filters.tree import F, Filter
from modelreg.errors import InvalidInput

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<operator><>|!=|<=|>=|==|=|<|>)
      | (?P<bracket>[(),])
      | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<key>(?:prop(?:erty)?:)?`[^`]+`)
      | (?P<word>[^\s()<>=!,'"`]+)""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_COMPARE = {"=": eq, "==": eq, "!=": ne, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_ALIASES: Mapping[str, str] = {"created": "create_time", "updated": "last_update_time", "format": "model_format"}
_HINT = 'Write it as in "auc > 0.9 and state = LIVE"; odd keys stand in backticks.'
_KEYWORDS = ("and", "or", "not", "in", "like", "ilike")


def parse_filter(text: str) -> Filter:
    """Read a filter.

    Args:
        text: Such as "auc > 0.9 and state = LIVE": comparisons of fields and properties, joined by `and`, `or`, `not`
            and brackets. Odd keys stand in backticks, `prop:KEY` is the property where a field has the same name.

    Raises:
        InvalidInput: It cannot be read; `details` holds `text` and the `position` of what is wrong in it.
    """
    parser = _Parser(text)
    found = parser.alternatives()
    if parser.here.kind != "end":
        raise parser.error("unexpected token")
    return found


@attrs.frozen
class _Token:
    kind: str
    text: str
    position: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.lower() in words

    def is_bracket(self, bracket: str) -> bool:
        return self.kind == "bracket" and self.text == bracket


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(self._read())
        self._at = 0

    @property
    def here(self) -> _Token:
        return self._tokens[self._at]

    def error(self, what: str, position: int | None = None) -> InvalidInput:
        at = self.here.position if position is None else position
        return InvalidInput(
            f"the filter cannot be read at character {at + 1}: {what}",
            reason="filter_syntax",
            details={"text": self._text, "position": at},
            hint=_HINT,
        )

    def alternatives(self) -> Filter:
        found = self._part()
        while self._take("or"):
            found = found | self._part()
        return found

    def _read(self) -> Iterator[_Token]:
        position = 0
        while position < len(self._text):
            match = _TOKEN.match(self._text, position)
            if match is None:
                quoted = self._text[position] in "'\"`"
                raise self.error("unterminated string" if quoted else "unexpected character", position)
            if match.lastgroup != "space":
                yield _Token(str(match.lastgroup), match[0], position)
            position = match.end()
        yield _Token("end", "", len(self._text))

    def _take(self, *words: str) -> bool:
        """Move past a word if it is one of these."""
        if not self.here.is_word(*words):
            return False
        self._at += 1
        return True

    def _part(self) -> Filter:
        found = self._term()
        while self._take("and"):
            found = found & self._term()
        return found

    def _term(self) -> Filter:
        if self._take("not"):
            return ~self._term()
        if self.here.is_bracket("("):
            self._at += 1
            found = self.alternatives()
            self._close()
            return found
        return self._comparison()

    def _close(self) -> None:
        if not self.here.is_bracket(")"):
            raise self.error("a closing bracket is missing")
        self._at += 1

    def _comparison(self) -> Filter:
        start = self.here.position
        key = self._key()
        negated = self._take("not")
        try:
            found = self._compared(key)
        except InvalidInput as error:
            if error.reason == "filter_syntax":
                raise
            raise self.error(error.message, start) from error
        return ~found if negated else found

    def _key(self) -> F:
        token = self.here
        if token.kind not in ("word", "key") or token.is_word("and", "or", "in"):
            raise self.error("the name of a field or property is missing")
        self._at += 1
        prefix, colon, rest = token.text.partition(":")
        if colon and prefix in ("prop", "property") and rest:
            return F.property(rest.strip("`"))
        return F(_ALIASES.get(token.text, token.text.strip("`")))

    def _compared(self, key: F) -> Filter:
        if self._take("in"):
            return key.in_(self._values())
        if self._take("like"):
            return key.like(str(self._value()))
        if self._take("ilike"):
            return key.ilike(str(self._value()))
        token = self.here
        if token.kind != "operator":
            raise self.error("a comparison is missing: =, !=, <, <=, >, >=, like or in")
        self._at += 1
        found: Filter = _COMPARE[token.text](key, self._value())
        return found

    def _values(self) -> list[Any]:
        if not self.here.is_bracket("("):
            raise self.error("an opening bracket is missing")
        self._at += 1
        values = [self._value()]
        while self.here.is_bracket(","):
            self._at += 1
            values.append(self._value())
        self._close()
        return values

    def _value(self) -> Any:
        token = self.here
        if token.kind == "text":
            self._at += 1
            return re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL)
        if token.kind != "word" or token.is_word(*_KEYWORDS):
            raise self.error("a value is missing")
        self._at += 1
        if _NUMBER.fullmatch(token.text):
            return float(token.text) if re.search(r"[.eE]", token.text) else int(token.text)
        return {"true": True, "false": False}.get(token.text.lower(), token.text)
