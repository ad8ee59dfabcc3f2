# Written by scripts/unasync.py from modelreg/_async/pager.py; edit that file and run `make fmt`.
"""Lists: lazy, page by page, complete in every order, and never one record twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic, NoReturn, TypeVar, get_args

import attrs

from modelreg._concurrency import within
from modelreg._core.endpoints import Request, page_query
from modelreg._core.references import Reference
from modelreg._core.resources import Resource
from modelreg._core.tables import data_frame, record_row
from modelreg._filters import F, Filter, sort_records, unknown_keys
from modelreg._html_repr import HtmlRepr
from modelreg._sync.engine import Engine
from modelreg._sync.lookup import list_request
from modelreg._sync.pages import pages
from modelreg._types import OrderBy, Preview, Record
from modelreg._types.records import public
from modelreg.errors import InvalidInput, ModelRegistryError

R = TypeVar("R", bound=Record)

PAGE = 500
# A list that a filter narrows here may take more records than its limit.
NARROWED = 50
# How many records a notebook shows first, and how many seconds it waits for them.
PREVIEWED = 10
PREVIEW_SECONDS = 3.0
# How many records are looked at to tell whether a key is known.
LOOKED_AT = 500
_ORDERS: tuple[str, ...] = get_args(OrderBy)


@attrs.frozen
class Query:
    """What a list is asked for.

    Attributes:
        where: A filter, which is checked again here, or a raw `filterQuery`, which is not.
        order_by: "ID", "CREATE_TIME", "LAST_UPDATE_TIME", or a key to sort by here.
        artifact_type: The kind of artifact by its wire name.
        name, step_ids: What metric histories are narrowed by.
    """

    where: Filter | str | None = None
    order_by: OrderBy | F | None = attrs.field(default=None, kw_only=True, eq=False)
    descending: bool = attrs.field(default=False, kw_only=True)
    page_size: int | None = attrs.field(default=None, kw_only=True)
    limit: int | None = attrs.field(default=None, kw_only=True)
    artifact_type: str | None = attrs.field(default=None, kw_only=True)
    name: str | None = attrs.field(default=None, kw_only=True)
    step_ids: str | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what servers would silently take for something else."""
        if self.order_by is not None and not isinstance(self.order_by, F) and self.order_by not in _ORDERS:
            raise InvalidInput(
                f"order_by is {self.order_by!r}; it is one of {', '.join(_ORDERS)}, or a key such as F('auc')"
            )
        for name, value in (("page_size", self.page_size), ("limit", self.limit)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                raise InvalidInput(f"{name} is {value!r}; give a whole number of at least 1")
        if self.where is not None and not isinstance(self.where, (Filter, str)):
            raise InvalidInput(f'where is {self.where!r}; give a filter such as F("auc") > 0.9, or a filterQuery text')


@public
class Pager(HtmlRepr, Generic[R]):
    """A list that is read as far as it is used; it can be read again, from the start.

    Iterate over it for the records, or over `pages()` for one sequence a page; `pager[:n]` is the list of the first n,
    and `first()` the first record.
    """

    def __init__(self, engine: Engine, resource: Resource, parent: Reference | None, query: Query) -> None:
        self._engine = engine
        self._resource = resource
        self._parent = parent
        self._query = query
        self._preview: Preview[R] | None = None

    def __repr__(self) -> str:
        """Name the list, in one line."""
        query = self._query
        given: list[str] = [] if self._parent is None else [f"of {self._parent}"]
        if query.where is not None:
            given.append(f"where {query.where!r}")
        if query.order_by is not None or query.descending:
            order = "ID" if query.order_by is None else query.order_by
            given.append(f"by {order}{' descending' if query.descending else ''}")
        if query.limit is not None:
            given.append(f"at most {query.limit}")
        return f"<{type(self).__name__} of {self._resource.label}s{''.join(f', {each}' for each in given)}>"

    def __iter__(self) -> Iterator[R]:
        """Iterate over the records.

        Raises:
            NotFound: What the list is of is not there.
            InvalidResponse: A record cannot be read; those before it and beside it came.
        """
        return self._records()

    def __getitem__(self, chosen: slice) -> Pager[R]:
        """Return the list of the first records: `pager[:10]`.

        Raises:
            TypeError: Any other index; a list has no length before it is read.
        """
        if not isinstance(chosen, slice) or chosen.start not in (None, 0) or chosen.step not in (None, 1):
            raise TypeError("a list is read from its start: pager[:n] is the first n, pager.first() the first one")
        if chosen.stop is None:
            return self
        if isinstance(chosen.stop, bool) or not isinstance(chosen.stop, int) or chosen.stop < 1:
            raise TypeError(f"pager[:n] takes a whole number of at least 1, not {chosen.stop!r}")
        limit = chosen.stop if self._query.limit is None else min(chosen.stop, self._query.limit)
        return Pager(self._engine, self._resource, self._parent, attrs.evolve(self._query, limit=limit))

    def __len__(self) -> NoReturn:
        """Refuse: a lazy list does not know its length."""
        raise TypeError("a list is read as far as it is used and does not know its length; read it into a list first")

    def __bool__(self) -> NoReturn:
        """Refuse: a lazy list does not know whether it is empty."""
        raise TypeError("a list does not know whether it is empty before it is read; ask whether first() is None")

    def first(self) -> R | None:
        """Return the first record, or None when there is none.

        Raises:
            NotFound: What the list is of is not there.
        """
        for record in self[:1]:
            return record
        return None

    def preview(self) -> Preview[R]:
        """Return the first ten records as a notebook shows them: read once, in at most 3 seconds, and kept.

        An error of the registry is in the preview, and none is raised; the next call reads again.
        """
        if self._preview is None:
            try:
                first = within(PREVIEW_SECONDS, self[: PREVIEWED + 1]._everything)
            except TimeoutError:
                return Preview(error=f"The list could not be read within {PREVIEW_SECONDS:g} s.")
            except ModelRegistryError as error:
                return Preview(error=" ".join(str(error).split()))
            self._preview = Preview(records=tuple(first[:PREVIEWED]), more=len(first) > PREVIEWED)
        return self._preview

    def to_pandas(self) -> Any:
        """Return the whole list as a pandas DataFrame: a column for each field and for each property.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return data_frame([record_row(record) for record in self])

    def _everything(self) -> list[R]:
        return [record for record in self]

    def pages(self) -> Iterator[Sequence[R]]:
        """Iterate over the records as they come, a sequence for each page; a filter makes pages shorter.

        Raises:
            NotFound: What the list is of is not there, while iterating.
            InvalidResponse: A record cannot be read, while iterating.
        """
        left = self._query.limit
        for records in self._ordered():
            page = records if left is None else records[:left]
            if page:
                yield page
            if left is not None:
                left -= len(page)
                if left == 0:
                    return

    def unknown_keys(self) -> dict[str, tuple[str, ...]]:
        """Return the keys of the filter and the order that none of the first 500 records has, with near ones.

        Returns:
            For each unknown key the known ones that are near; empty when all are known, and for a raw `filterQuery`.

        Raises:
            NotFound: What the list is of is not there.
        """
        everything = attrs.evolve(self._query, where=None, order_by=None, limit=LOOKED_AT)
        records = [record for record in Pager[R](self._engine, self._resource, self._parent, everything)]
        return unknown_keys(self._query.where, self._query.order_by, records, self._resource.record)

    def _records(self) -> Iterator[R]:
        for page in self.pages():
            for record in page:
                yield record

    def _ordered(self) -> Iterator[list[R]]:
        """Read in an order that loses nothing.

        Servers lose records between pages that are ordered by time. Ids rise with creation, so creation order is
        asked for as that of ids; by update time one page is taken as it comes, and a longer list is sorted here.
        """
        query = self._query
        if isinstance(query.where, Filter) and query.where.never:
            return
        parent_id = None if self._parent is None else self._engine.resolve(self._parent, cached=True)
        key = query.order_by
        if not isinstance(key, F) and key != "LAST_UPDATE_TIME":
            for page in self._by_id(parent_id, descending=query.descending):
                yield page
            return
        if not isinstance(key, F):
            page, more = self._newest(parent_id)
            if not more or (query.limit is not None and len(page) >= query.limit):
                yield page
                return
        everything: list[R] = []
        for records in self._by_id(parent_id, descending=False):
            everything.extend(records)
        if isinstance(key, F):
            everything = sort_records(everything, key, descending=query.descending)
        else:
            everything.sort(key=_by_update_time, reverse=query.descending)
        size = query.page_size or PAGE
        for start in range(0, len(everything), size):
            yield everything[start : start + size]

    def _by_id(self, parent_id: str | None, *, descending: bool) -> Iterator[list[R]]:
        where = self._query.where
        order = self._request(parent_id, "ID", descending)
        for records in pages(self._engine, self._resource.record, order):
            yield [each for each in records if where.matches(each)] if isinstance(where, Filter) else records

    def _newest(self, parent_id: str | None) -> tuple[list[R], bool]:
        """Return the first page by update time, and whether there are more."""
        where = self._query.where
        request = self._request(parent_id, "LAST_UPDATE_TIME", self._query.descending)
        tokens: list[str | None] = []

        def first(token: str | None) -> Request:
            tokens.append(token)
            return request(token)

        for records in pages(self._engine, self._resource.record, first):
            more = len(records) >= self._size()
            kept = [each for each in records if where.matches(each)] if isinstance(where, Filter) else records
            return kept, more
        return [], False

    def _request(self, parent_id: str | None, order: str, descending: bool) -> _PageRequest:
        query = self._query
        where = query.where
        return _PageRequest(
            self._resource,
            parent_id,
            {
                "order_by": order,
                "descending": descending,
                "page_size": self._size(),
                "filter_query": where.compile(self._resource.record) if isinstance(where, Filter) else where,
                "artifact_type": query.artifact_type,
                "name": query.name,
                "step_ids": query.step_ids,
            },
        )

    def _size(self) -> int:
        """Return how many to ask for: what a filter narrows here may take more than the limit, so a few more."""
        query = self._query
        if query.page_size is not None:
            return query.page_size
        if query.limit is None or isinstance(query.order_by, F):
            return PAGE
        return min(PAGE, max(query.limit, NARROWED if isinstance(query.where, Filter) else 1))


@attrs.frozen
class _PageRequest:
    """Returns the request for a page, given the token of the page before."""

    resource: Resource
    parent_id: str | None
    query: dict[str, object]

    def __call__(self, token: str | None) -> Request:
        return list_request(self.resource, self.parent_id, page_query(token=token, **self.query))  # type: ignore[arg-type]


def _by_update_time(record: Record) -> tuple[float, int]:
    moment = record.last_update_time
    return (0.0 if moment is None else moment.timestamp(), int(record.id) if record.id.isdigit() else 0)
