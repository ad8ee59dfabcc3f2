"""How the recorded servers cut a list into pages: rightly by id, and by time so that ties are lost and repeated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modelreg.local._registry.paging import Page

_SHOWN = {"created": "createTimeSinceEpoch", "updated": "lastUpdateTimeSinceEpoch", "id": "id"}


def cut_page(items: Sequence[dict[str, Any]], page: Page, *, lose_ties: bool) -> dict[str, Any]:
    """Return a page of a list that is in its order already.

    Args:
        items: every record of the list, in the order that was asked for.
        page: which page is wanted.
        lose_ties: sort by time alone, and begin the next page behind (time, id) as if ids rose with it.
    """
    loses = lose_ties and page.size > 0 and page.column != "id"
    if loses:
        # A sort by time alone leaves ties in any order: here by their last digit.
        items = sorted(items, key=lambda each: each["id"][::-1])
        items = sorted(items, key=lambda each: _value(each, page), reverse=page.descending)
    if page.after is not None:
        items = [each for each in items if _follows(each, page)] if loses else _behind(items, page.after[1])
    more = 0 < page.size < len(items)
    shown = items[: page.size] if more else items
    last = {page.column: _value(shown[-1], page), "id": int(shown[-1]["id"])} if more else {}
    return {
        "items": list(shown),
        "nextPageToken": page.token(last) if more else "",
        "pageSize": page.size,
        "size": len(shown),
    }


def _value(item: dict[str, Any], page: Page) -> int:
    return int(item[_SHOWN[page.column]])


def _behind(items: Sequence[dict[str, Any]], last: int) -> Sequence[dict[str, Any]]:
    place = next((index for index, each in enumerate(items) if int(each["id"]) == last), -1)
    return items[place + 1 :]


def _follows(item: dict[str, Any], page: Page) -> bool:
    assert page.after is not None
    value, last = page.after
    mine = _value(item, page)
    return (mine < value if page.descending else mine > value) or (mine == value and int(item["id"]) > last)
