"""The keywords of every list."""

from typing import TypedDict

from modelreg._filters.tree import F, Filter
from modelreg._types.choices import OrderBy
from modelreg._types.records import public


@public
class ListOptions(TypedDict, total=False):
    """What selects and orders a list.

    Args:
        where: A filter made with `F`, or a raw `filterQuery`, which is sent as it is.
        order_by: "ID" (the default), "CREATE_TIME", "LAST_UPDATE_TIME", or a key such as `F("auc")`, by which the
            client sorts after reading the whole list: numbers first, what is missing last, ties by id.
        descending: Whether the last comes first.
        page_size: How many records a request asks for.
        limit: How many records there are at most.
    """

    where: Filter | str | None
    order_by: OrderBy | F | None
    descending: bool
    page_size: int | None
    limit: int | None
