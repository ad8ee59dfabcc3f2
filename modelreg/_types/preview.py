"""The first records of a list, as a notebook shows them."""

from typing import Generic, TypeVar

import attrs

from modelreg._html_repr import HtmlRepr
from modelreg._types.records import Record, public

R = TypeVar("R", bound=Record)


@public
@attrs.frozen(kw_only=True)
class Preview(HtmlRepr, Generic[R]):
    """The first records of a list; a notebook shows them as a table.

    Attributes:
        records: The first ten at most.
        more: Whether there are more.
        error: Why they could not be read, in one line; None where they were.
    """

    records: tuple[R, ...] = ()
    more: bool = False
    error: str | None = None
