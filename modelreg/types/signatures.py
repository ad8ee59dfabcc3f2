"""Signatures and help of functions that take the keywords of a `TypedDict`.

A type checker reads `**fields: Unpack[ModelFields]` by itself; `inspect.signature` and `help()` are shown the same here.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from modelreg.errors import UnknownArgument

F = TypeVar("F", bound=Callable[..., Any])


def expand_keywords(function: F) -> F:
    """Show the keywords of a function's last parameter, `**name: Unpack[SomeDict]`, in its signature and its help."""
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())
    packed = parameters.pop()
    name = str(packed.annotation).removeprefix("Unpack[").removesuffix("]")
    keywords: Any = function.__globals__[name]
    # None stands for "not given", whatever the type.
    parameters += [
        inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for key, annotation in keywords.__annotations__.items()
    ]
    function.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    function.__doc__ = _with_keywords(function.__doc__ or "", packed.name, keyword_help(keywords))
    return function


def keyword_help(keywords: Any) -> Mapping[str, str]:
    """Return what each keyword of a `TypedDict` means, by keyword, inherited ones first."""
    found: dict[str, str] = {}
    for base in getattr(keywords, "__orig_bases__", ()):
        if hasattr(base, "__total__"):
            found |= keyword_help(base)
    text = inspect.cleandoc(keywords.__doc__ or "").partition("Args:\n")[2]
    for entry in re.split(r"\n(?=    \S)", text):
        key, colon, meaning = entry.strip().partition(": ")
        if colon:
            found[key] = " ".join(meaning.split())
    return found


def _with_keywords(doc: str, packed: str, meanings: Mapping[str, str]) -> str:
    """Put the meaning of each keyword in the place of the entry of the packed parameter."""
    entry = re.compile(rf"^( *)\*\*{packed}: .*\n(?:\1 +.*\n)*", re.MULTILINE)
    found = entry.search(doc)
    if found is None:
        return doc
    lines = "".join(f"{found[1]}{key}: {meaning}\n" for key, meaning in meanings.items())
    return doc[: found.start()] + lines + doc[found.end() :]


def check_keywords(verb: str, given: Mapping[str, object], keywords: Any) -> None:
    """Refuse a keyword that the verb does not have.

    Args:
        verb: The verb's name, for the error.
        given: The keywords that were given.
        keywords: The `TypedDict` of those that there are.

    Raises:
        UnknownArgument: Naming the keyword, and the nearest that there is.
    """
    known = keywords.__annotations__
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"It takes {', '.join(known)}."
            raise UnknownArgument(f"{verb} takes no argument {name!r}", hint=hint)
