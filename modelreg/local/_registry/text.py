"""Text that every database can store, and JSON without surprises.

Imports nothing of the package but its errors.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from modelreg.local._registry.errors import bad_request


def checked_text(value: object, what: str, *, longest: int | None = None) -> str:
    """Return a value that is text which can be stored.

    Raises:
        Refusal: 400, for another type, a NUL, half of a surrogate pair, or too many characters.
    """
    if not isinstance(value, str):
        raise bad_request(f"{what} has to be text")
    if longest is not None and len(value) > longest:
        raise bad_request(f"{what} is longer than {longest} characters")
    if "\0" in value:
        raise bad_request(f"{what} holds a NUL character")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise bad_request(f"{what} holds half of a surrogate pair") from error
    return value


def parse_json(body: bytes, what: str = "the body") -> Any:
    """Return the JSON value that some bytes spell.

    Raises:
        Refusal: 400, when they spell none, or one that is nested too deeply, or hold NaN or an infinity.
    """
    try:
        return json.loads(body, parse_constant=_no_constant)
    except RecursionError as error:
        raise bad_request(f"{what} is nested too deeply") from error
    except ValueError as error:
        raise bad_request(f"{what} is not JSON") from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


#: What ILIKE compares by on a database whose own folding knows ASCII only.
FOLD = str.lower
