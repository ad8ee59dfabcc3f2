"""Lists of a server that never ends them, or whose records cannot all be read."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import httpx
import pytest

from modelreg import ModelRegistry
from modelreg.errors import InvalidResponse

Page = Callable[[int], dict[str, Any]]


def page(items: list[Any], token: str) -> dict[str, Any]:
    return {"items": items, "nextPageToken": token, "pageSize": 1, "size": len(items)}


@pytest.fixture
def open_on():
    """Return what opens a registry whose n-th response is the page of that number."""
    opened = []

    def open_on(page_of: Page) -> ModelRegistry:
        numbers = count()
        transport = httpx.MockTransport(lambda _: httpx.Response(200, json=page_of(next(numbers))))
        opened.append(ModelRegistry("http://registry.test", transport=transport))
        return opened[-1]

    yield open_on
    for registry in opened:
        registry.close()


ENDLESS = {
    "a repeated token": lambda _: page([{"id": "1", "name": "a"}], "t"),
    "no new record": lambda number: page([{"id": "1", "name": "a"}], f"t{number}"),
    "no record": lambda number: page([], f"t{number}"),
}


@pytest.mark.parametrize("page_of", ENDLESS.values(), ids=ENDLESS)
def test_a_list_that_does_not_end_is_an_error(open_on, page_of):
    with pytest.raises(InvalidResponse) as caught:
        list(open_on(page_of).models.list())
    assert caught.value.reason == "paging_does_not_end"


@pytest.mark.parametrize("page_of", ENDLESS.values(), ids=ENDLESS)
def test_a_search_for_a_name_in_one_ends_too(open_on, page_of):
    with pytest.raises(InvalidResponse) as caught:
        open_on(page_of).models.find("a\\b")
    assert caught.value.reason == "paging_does_not_end"


def test_a_record_that_cannot_be_read_is_named_after_the_others_of_its_page(open_on):
    items = [
        {"id": "1", "name": "a"},
        "text",
        {"id": "3", "name": "c"},
    ]
    pages = open_on(lambda _: page(items, "")).models.list().pages()
    assert [model.name for model in next(iter(pages))] == ["a", "c"]
    with pytest.raises(InvalidResponse, match="item 1 of the page"):
        next(pages)
