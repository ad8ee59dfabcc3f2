"""Pages of a list: its order, and where the next page begins, which is after a row and never at an offset.

A token names the order, the direction, and the sort value and id of the last row, so that a page costs the same
anywhere and a row inserted between two pages neither repeats nor drops another.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Select, Table, tuple_

from modelreg.local._registry.errors import Refusal, bad_request

_ORDERS = {"CREATE_TIME": "created", "LAST_UPDATE_TIME": "updated"}
_SIZE = re.compile(r"[+-]?[0-9]{1,10}", re.ASCII)


@frozen
class Page:
    """Which page of a list is wanted.

    Attributes:
        size: how many rows at most; 0 or less means all of them. The response repeats it.
        column: the column that the list is sorted by, ties by id.
        descending: the direction, of ties too.
        after: the sort value and id of the row that the page follows.
    """

    size: int
    column: str
    descending: bool
    after: tuple[int, int] | None

    def apply(self, query: Select[Any], table: Table) -> Select[Any]:
        """Return the query for this page and one row more, by which a following page shows."""
        columns: list[ColumnElement[Any]] = [table.c.id]
        if self.column != "id":
            columns.insert(0, table.c[self.column])
        if self.after is not None:
            here = tuple_(*columns) if len(columns) > 1 else columns[0]
            there = tuple_(*self.after) if len(columns) > 1 else self.after[1]
            query = query.where(here < there if self.descending else here > there)
        query = query.order_by(*(each.desc() if self.descending else each for each in columns))
        return query.limit(self.size + 1) if self.size > 0 else query

    def token(self, last: Mapping[str, Any]) -> str:
        """Return the token of the page that follows a row."""
        spelt = json.dumps([self.column, self.descending, last[self.column], last["id"]], separators=(",", ":"))
        return base64.urlsafe_b64encode(spelt.encode()).decode()


def read_page(query: Mapping[str, str]) -> Page:
    """Read pageSize, orderBy, sortOrder and nextPageToken.

    An order that is not known means by id, a direction that is not known ascending.

    Raises:
        Refusal: 400, when the size is no 32-bit integer or the token is not one of this order.
    """
    given = query.get("pageSize", "")
    if given and not (_SIZE.fullmatch(given) and -(2**31) <= int(given) < 2**31):
        raise bad_request("pageSize has to be a 32-bit integer")
    column = _ORDERS.get(query.get("orderBy", ""), "id")
    descending = query.get("sortOrder") == "DESC"
    token = query.get("nextPageToken", "")
    after = _read_token(token, column, descending) if token else None
    return Page(int(given or 0), column, descending, after)


def _read_token(token: str, column: str, descending: bool) -> tuple[int, int]:
    try:
        found = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _bad_token() from error
    match found:
        case [str(order), bool(direction), int(value), int(row)] if all(abs(each) < 2**63 for each in (value, row)):
            if (order, direction) != (column, descending):
                raise bad_request("nextPageToken is of a list in another order")
            return value, row
    raise _bad_token()


def _bad_token() -> Refusal:
    return bad_request("nextPageToken is not one that this registry gave")
