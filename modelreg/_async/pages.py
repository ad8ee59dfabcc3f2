"""Pages of a list, read one after the other until the list ends, in bounded time on any server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from modelreg._core.endpoints import Request
from modelreg._core.fields import read_record
from modelreg._wire.responses import ObjectResponse
from modelreg.errors import InvalidResponse

if TYPE_CHECKING:
    from modelreg._async.engine import AsyncEngine

# After so many pages in a row without a record that was not seen before, a list does not end.
IDLE_PAGES = 100


async def pages(engine: AsyncEngine, record: Any, request: Callable[[str | None], Request]) -> AsyncIterator[list[Any]]:
    """Iterate over the pages of a list, each record once.

    Args:
        engine: What reads.
        record: The class of the records.
        request: Returns the request for a page, given the token of the page before.

    Raises:
        InvalidResponse: A response is no page, a record cannot be read (after those before and behind it on its page
            were returned), or the list does not end.
    """
    tokens: set[str] = set()
    ids: set[str] = set()
    token: str | None = None
    idle = 0
    while token != "":
        response = await engine.connection.request(**request(token))
        items, token = _items(engine, response)
        records, error = _records(engine, response, record, items)
        fresh = [each for each in records if each.id not in ids] if ids else records
        if token:
            ids.update([each.id for each in fresh])
        yield fresh
        if error is not None:
            raise error
        idle = 0 if fresh else idle + 1
        if token and (token in tokens or idle >= IDLE_PAGES):
            raise _endless(response, "repeats a page" if token in tokens else f"gave {idle} pages without a new record")
        tokens.add(token)


def _items(engine: AsyncEngine, response: ObjectResponse) -> tuple[list[Any], str]:
    """Return the items of a page, and the token of the next one, or an empty one."""
    try:
        page = response.parsed
        items = page.get("items") or []
        if not isinstance(items, list):
            raise TypeError("items is no list")
        return items, str(page.get("nextPageToken") or "")
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise engine.unreadable(response, "page of a list", error) from error


def _records(
    engine: AsyncEngine, response: ObjectResponse, record: Any, items: list[Any]
) -> tuple[list[Any], InvalidResponse | None]:
    """Return the records that can be read, and the error for the first one that cannot."""
    try:
        return [read_record(record, item) for item in items], None
    except (ValueError, TypeError, AttributeError, OverflowError):
        return _readable(engine, response, record, items)


def _readable(
    engine: AsyncEngine, response: ObjectResponse, record: Any, items: list[Any]
) -> tuple[list[Any], InvalidResponse | None]:
    records: list[Any] = []
    wrong: InvalidResponse | None = None
    for index, item in enumerate(items):
        try:
            records.append(read_record(record, item))
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            name = f" (id {item.get('id')!r}, name {item.get('name')!r})" if isinstance(item, dict) else ""
            wrong = wrong or engine.unreadable(response, f"item {index} of the page{name}", error)
    return records, wrong


def _endless(response: ObjectResponse, what: str) -> InvalidResponse:
    return InvalidResponse(
        f"the list does not end: the server {what}",
        method="GET",
        url=response.outgoing.url,
        status=response.status_code,
        reason="paging_does_not_end",
    )
