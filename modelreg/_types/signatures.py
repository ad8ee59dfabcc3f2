"""Signatures and help of functions that take the keywords of a `TypedDict`.

A type checker reads `**fields: Unpack[ModelFields]` by itself; `inspect.signature` and `help()` are shown the same.
"""

import functools
import inspect
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from modelreg._types.parameters import RecordFields
from modelreg.errors import UnknownArgument

F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound=type)

_DEFAULTS = {"on_conflict": "fail", "artifacts": (), "remove_properties": ()}


def expand_keywords(function: F) -> F:
    """Show the keywords of a function's last parameter, `**name: Unpack[SomeDict]`, in its signature and its help."""
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())
    packed = parameters.pop()
    name = str(packed.annotation).removeprefix("Unpack[").removesuffix("]")
    keywords: Any = function.__globals__[name]
    parameters += [
        inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=_default(key, annotation), annotation=annotation)
        for key, annotation in keywords.__annotations__.items()
    ]
    function.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    function.__doc__ = _with_keywords(function.__doc__ or "", packed.name, keyword_help(keywords))
    return function


def _default(key: str, annotation: object) -> object:
    """Return what a keyword is when it is not given."""
    return False if annotation is bool else _DEFAULTS.get(key)


def keyword_help(keywords: Any) -> Mapping[str, str]:
    """Return what each keyword of a `TypedDict` means, by keyword, those that every record takes first."""
    inherited = {} if keywords is RecordFields else keyword_help(RecordFields)
    found = {key: meaning for key, meaning in inherited.items() if key in keywords.__annotations__}
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

    Raises:
        UnknownArgument: Naming the keyword, and the nearest that there is.
    """
    _refuse_unknown(verb, given, keywords.__annotations__)


def suggest_keywords(cls: C) -> C:
    """Make a class name the nearest argument when it is given one that it does not take."""
    initialise: Callable[..., None] = vars(cls)["__init__"]

    @functools.wraps(initialise)
    def __init__(self: object, *args: object, **given: object) -> None:  # noqa: N807
        try:
            initialise(self, *args, **given)
        except TypeError:
            _refuse_unknown(cls.__name__, given, list(inspect.signature(initialise).parameters)[1:])
            raise

    cls.__init__ = __init__  # type: ignore[misc]
    return cls


def _refuse_unknown(function: str, given: Iterable[str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"It takes {', '.join(known)}."
            raise UnknownArgument(f"{function} takes no argument {name!r}", hint=hint) from None
