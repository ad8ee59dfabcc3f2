"""Decides how `--where` is read: a text such as "auc > 0.9 and state = LIVE" becomes a filter of the library.

question   = part {"or" part};  part = term {"and" term}
term       = "not" term | "(" question ")" | comparison
comparison = KEY ("=" | "!=" | "<" | "<=" | ">" | ">=" | "like" | "ilike") VALUE | KEY ["not"] "in" (VALUE, ...)
KEY        = word | `anything` | prop:word;  VALUE = number | true | false | 'text' | "text" | word
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import attrs

from modelreg.cli.failing import Failure, usage
from modelreg.errors import InvalidInput
from modelreg.filters import F, Filter

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<operator><>|!=|<=|>=|==|=|<|>)
      | (?P<bracket>[(),])
      | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<key>(?:prop(?:erty)?:)?`[^`]+`)
      | (?P<word>[^\s()<>=!,'"`]+)""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_OPERATORS: Mapping[str, str] = {"==": "=", "<>": "!="}
_COMPARE = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_ALIASES = {"created": "create_time", "updated": "last_update_time", "format": "model_format"}
_EXAMPLE = 'Write it as in "auc > 0.9 and state = LIVE"; odd keys stand in backticks.'


@attrs.frozen
class Token:
    """A piece of the text, and where it begins."""

    kind: str
    text: str
    place: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these words, in any case."""
        return self.kind == "word" and self.text.lower() in words


def read_where(text: str) -> Filter:
    """Read a filter.

    Raises:
        Failure: It cannot be read; the failure points at where.
    """
    reader = _Reader(text)
    found = reader.question()
    if reader.here.kind != "end":
        raise reader.wrong("this is one too many")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(self._read())
        self._at = 0

    @property
    def here(self) -> Token:
        return self._tokens[self._at]

    def wrong(self, what: str, token: Token | None = None) -> Failure:
        place = (token or self.here).place
        return usage(f"--where cannot be read: {what}", hint=_EXAMPLE, text=(self._text, place))

    def question(self) -> Filter:
        found = self._part()
        while self.here.is_word("or"):
            self._at += 1
            found = found | self._part()
        return found

    def _read(self) -> Iterator[Token]:
        place = 0
        while place < len(self._text):
            match = _TOKEN.match(self._text, place)
            if match is None:
                end = Token("?", "", place)
                self._tokens = [end]
                raise self.wrong("this text has no end" if self._text[place] in "'\"`" else "what is this?", end)
            if match.lastgroup != "space":
                yield Token(match.lastgroup or "", match[0], place)
            place = match.end()
        yield Token("end", "", len(self._text))

    def _next(self) -> Token:
        token = self.here
        self._at += 1
        return token

    def _part(self) -> Filter:
        found = self._term()
        while self.here.is_word("and"):
            self._at += 1
            found = found & self._term()
        return found

    def _term(self) -> Filter:
        if self.here.is_word("not"):
            self._at += 1
            return ~self._term()
        if self.here.text == "(" and self.here.kind == "bracket":
            self._at += 1
            found = self.question()
            self._close()
            return found
        return self._comparison()

    def _close(self) -> None:
        if self.here.text != ")" or self.here.kind != "bracket":
            raise self.wrong("a closing bracket is missing")
        self._at += 1

    def _comparison(self) -> Filter:
        start = self.here
        key = self._key()
        negated = self.here.is_word("not")
        if negated:
            self._at += 1
        token = self._next()
        try:
            found = self._compared(key, token)
        except InvalidInput as error:
            raise self.wrong(error.message, start) from error
        return ~found if negated else found

    def _key(self) -> F:
        token = self.here
        if token.kind not in ("word", "key") or token.is_word("and", "or", "in"):
            raise self.wrong("the name of a field or property is missing")
        self._at += 1
        prefix, colon, rest = token.text.partition(":")
        if colon and prefix in ("prop", "property") and rest:
            return F.property(rest.strip("`"))
        return F(_ALIASES.get(token.text, token.text.strip("`")))

    def _compared(self, key: F, token: Token) -> Filter:
        if token.is_word("in"):
            return key.in_(self._values())
        if token.is_word("like"):
            return key.like(str(self._value()))
        if token.is_word("ilike"):
            return key.ilike(str(self._value()))
        if token.kind != "operator":
            raise self.wrong("a comparison is missing: =, !=, <, <=, >, >=, like or in", token)
        compare = _COMPARE[_OPERATORS.get(token.text, token.text)]
        found: Filter = compare(key, self._value())
        return found

    def _values(self) -> list[Any]:
        if self.here.text != "(":
            raise self.wrong("an opening bracket is missing")
        self._at += 1
        values = [self._value()]
        while self.here.text == "," and self.here.kind == "bracket":
            self._at += 1
            values.append(self._value())
        self._close()
        return values

    def _value(self) -> Any:
        token = self.here
        if token.kind == "text":
            self._at += 1
            return re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL)
        if token.kind != "word" or token.is_word("and", "or", "not", "in", "like", "ilike"):
            raise self.wrong("a value is missing")
        self._at += 1
        if _NUMBER.fullmatch(token.text):
            return float(token.text) if re.search(r"[.eE]", token.text) else int(token.text)
        return {"true": True, "false": False}.get(token.text.lower(), token.text)
