"""Decides how a list is read: lazily, page by page, complete in every order, and never one record twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Generic, TypeVar

import attrs

from modelreg._async.call import AsyncCall
from modelreg._async.lookup import listing, resolved
from modelreg.convert.resources import Parent, Resource
from modelreg.errors import InvalidInput
from modelreg.filters import Filter
from modelreg.types import Record
from modelreg.types.display import Shown

R = TypeVar("R", bound=Record)

PAGE = 500
NARROWED = 50
_ORDERS = ("ID", "CREATE_TIME", "LAST_UPDATE_TIME")


@attrs.frozen
class Query:
    """What a list is asked for.

    Attributes:
        where: A filter, which is checked again here, or a raw `filterQuery`, which is not.
        order_by: "ID", "CREATE_TIME" or "LAST_UPDATE_TIME".
        artifact_type: The kind of artifact as the wire names it.
        name, step_ids: What metric histories are narrowed by.
    """

    where: Filter | str | None = None
    order_by: str | None = attrs.field(default=None, kw_only=True)
    descending: bool = attrs.field(default=False, kw_only=True)
    page_size: int | None = attrs.field(default=None, kw_only=True)
    limit: int | None = attrs.field(default=None, kw_only=True)
    artifact_type: str | None = attrs.field(default=None, kw_only=True)
    name: str | None = attrs.field(default=None, kw_only=True)
    step_ids: str | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what servers would silently take for something else."""
        if self.order_by is not None and self.order_by not in _ORDERS:
            raise InvalidInput(f"order_by is {self.order_by!r}; it is one of {', '.join(_ORDERS)}")
        for name, value in (("page_size", self.page_size), ("limit", self.limit)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                raise InvalidInput(f"{name} is {value!r}; give a whole number of at least 1")
        if self.where is not None and not isinstance(self.where, (Filter, str)):
            raise InvalidInput(f'where is {self.where!r}; give a filter such as F("auc") > 0.9, or a filterQuery text')


class AsyncPager(Shown, Generic[R]):
    """A list that is read as far as it is used; it can be read again, from the start."""

    def __init__(self, call: AsyncCall, resource: Resource, parent: Parent | None, query: Query) -> None:
        self._call = call
        self._resource = resource
        self._parent = parent
        self._query = query

    def __aiter__(self) -> AsyncIterator[R]:
        """Iterate over the records."""
        return self._records()

    async def first(self) -> R | None:
        """Answer the first record, or None when there is none."""
        one = AsyncPager[R](self._call, self._resource, self._parent, attrs.evolve(self._query, limit=1))
        async for record in one:
            return record
        return None

    async def pages(self) -> AsyncIterator[Sequence[R]]:
        """Iterate over the records as they come, a sequence a page; what a filter narrows makes pages shorter."""
        left = self._query.limit
        async for records in self._ordered():
            page = records if left is None else records[:left]
            if page:
                yield page
            if left is not None:
                left -= len(page)
                if left == 0:
                    return

    async def _records(self) -> AsyncIterator[R]:
        async for page in self.pages():
            for record in page:
                yield record

    async def _ordered(self) -> AsyncIterator[list[R]]:
        """Read in an order that loses nothing.

        Servers lose records between pages that are ordered by time. Ids rise with creation, so creation order is
        asked for as that of ids; by update time one page is taken as it comes, and a longer list is sorted here.
        """
        if isinstance(self._query.where, Filter) and self._query.where.never:
            return
        parent_id = None if self._parent is None else await resolved(self._call, self._parent)
        if self._query.order_by != "LAST_UPDATE_TIME":
            async for page in self._by(parent_id, "ID", descending=self._query.descending):
                yield page
            return
        page, following = await self._page(parent_id, "LAST_UPDATE_TIME", self._query.descending, None)
        if not following or (self._query.limit is not None and len(page) >= self._query.limit):
            yield page
            return
        everything: list[R] = []
        async for records in self._by(parent_id, "ID", descending=False):
            everything.extend(records)
        everything.sort(key=_by_update_time, reverse=self._query.descending)
        size = self._query.page_size or PAGE
        for start in range(0, len(everything), size):
            yield everything[start : start + size]

    async def _by(self, parent_id: str | None, order: str, *, descending: bool) -> AsyncIterator[list[R]]:
        tokens: set[str] = set()
        ids: set[str] = set()
        token: str | None = None
        while token != "" and token not in tokens:
            if token is not None:
                tokens.add(token)
            records, token = await self._page(parent_id, order, descending, token)
            fresh = [record for record in records if record.id not in ids]
            ids.update(record.id for record in fresh)
            yield fresh

    async def _page(
        self, parent_id: str | None, order: str, descending: bool, token: str | None
    ) -> tuple[list[R], str]:
        endpoint, path = listing(self._resource, parent_id)
        query = self._query
        records, following = await self._call.page(
            self._resource.record,
            endpoint,
            *path,
            filter_query=self._filter_query(),
            artifact_type=query.artifact_type,
            name=query.name,
            step_ids=query.step_ids,
            page_size=str(self._size()),
            order_by=order,
            sort_order="DESC" if descending else "ASC",
            next_page_token=token,
        )
        if isinstance(query.where, Filter):
            records = [record for record in records if query.where.matches(record)]
        return records, following

    def _filter_query(self) -> str | None:
        where = self._query.where
        return where.compile(self._resource.record) if isinstance(where, Filter) else where

    def _size(self) -> int:
        """How many to ask for; what a filter narrows here may take more than the limit, so a few more are asked for."""
        if self._query.page_size is not None:
            return self._query.page_size
        if self._query.limit is None:
            return PAGE
        return min(PAGE, max(self._query.limit, NARROWED if isinstance(self._query.where, Filter) else 1))


def _by_update_time(record: Record) -> tuple[float, int]:
    moment = record.last_update_time
    return (0.0 if moment is None else moment.timestamp(), int(record.id) if record.id.isdigit() else 0)
