"""Lists: lazy, complete in every order, narrowed exactly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from modelreg import F
from modelreg.errors import InvalidInput
from tests.facade.backends import own


async def filled(registry: Any, count: int = 12) -> Any:
    model = await registry.models.upsert(own("fraud"))
    for number in range(count):
        properties = {"auc": number / 10 if number % 2 else number // 2, "n": number, "tag": f"t{number % 3}"}
        await registry.versions.upsert(f"v{number}", model=model, properties=properties, author=f"a{number % 2}")
    return model


async def names(pager: Any) -> list[str]:
    return [record.name async for record in pager]


async def test_a_list_is_lazy(registry: Any, sent: list[str]) -> None:
    model = await filled(registry)
    del sent[:]
    pager = registry.versions.list(model_id=model.id, page_size=3)
    assert sent == []
    seen = 0
    async for _ in pager:
        seen += 1
        if seen == 4:
            break
    assert len(sent) == 2


@pytest.mark.parametrize("order", [None, "ID", "CREATE_TIME", "LAST_UPDATE_TIME"])
async def test_every_order_is_complete(registry: Any, order: str | None) -> None:
    model = await filled(registry)
    up = await names(registry.versions.list(model=model, order_by=order, page_size=5))
    assert sorted(up) == sorted(f"v{number}" for number in range(12))
    if order == "LAST_UPDATE_TIME":
        records = [one async for one in registry.versions.list(model=model, order_by=order, page_size=5)]
        assert records == sorted(records, key=lambda one: (one.last_update_time, int(one.id)))
    else:
        assert up == [f"v{number}" for number in range(12)]
    assert await names(registry.versions.list(model=model, order_by=order, descending=True, page_size=5)) == up[::-1]


async def test_the_newest_edit_comes_first(registry: Any) -> None:
    model = await filled(registry)
    first = await registry.versions.find("v3", model=model)
    await registry.versions.update(first, description="edited")
    newest = await registry.versions.list(
        model=model, order_by="LAST_UPDATE_TIME", descending=True, page_size=2
    ).first()
    latest = max([one.last_update_time async for one in registry.versions.list(model=model)])
    # A coarse clock gives several the newest time.
    assert newest.last_update_time == latest
    assert (await registry.versions.find("v3", model=model)).last_update_time == latest


async def test_limit_and_pages(registry: Any) -> None:
    model = await filled(registry)
    assert await names(registry.versions.list(model=model, limit=5, page_size=2)) == [f"v{n}" for n in range(5)]
    assert await names(registry.versions.list(model=model, limit=50)) == [f"v{n}" for n in range(12)]
    pages = [len(page) async for page in registry.versions.list(model=model, page_size=5).pages()]
    assert pages == [5, 5, 2]
    assert (await registry.versions.list(model=model).first()).name == "v0"
    assert await registry.versions.list(model=model, where=F("n") > 99).first() is None


CASES = [
    (F("auc") > 0.4, lambda n, auc: auc > 0.4),
    (F("auc") >= 2, lambda n, auc: auc >= 2),
    (F("n") == 3, lambda n, auc: n == 3),
    (F("n") != 3, lambda n, auc: n != 3),
    (F("n").in_([1, 2, 99]), lambda n, auc: n in (1, 2)),
    (~F("n").in_([1, 2, 99]), lambda n, auc: n not in (1, 2)),
    ((F("n") < 3) | (F("tag") == "t2"), lambda n, auc: n < 3 or n % 3 == 2),
    (~((F("n") < 3) | (F("tag") == "t2")), lambda n, auc: not (n < 3 or n % 3 == 2)),
    (F("name") == "v1", lambda n, auc: n == 1),
    (F("name").like("v1%"), lambda n, auc: n in (1, 10, 11)),
    (F("author") == "a1", lambda n, auc: n % 2 == 1),
    (F("author") != "a1", lambda n, auc: n % 2 == 0),
    (F("tag").ilike("T1"), lambda n, auc: n % 3 == 1),
    (F("state") == "LIVE", lambda n, auc: True),
    (F("missing") == 1, lambda n, auc: False),
    (~(F("missing") == 1), lambda n, auc: False),
    (F("create_time") > datetime.now(UTC) - timedelta(days=1), lambda n, auc: True),
]


async def test_filters_select_exactly(registry: Any) -> None:
    model = await filled(registry)
    for where, wanted in CASES:
        expected = [f"v{n}" for n in range(12) if wanted(n, n / 10 if n % 2 else n // 2)]
        assert await names(registry.versions.list(model=model, where=where, page_size=5)) == expected, repr(where)


async def test_filters_on_lists_that_real_servers_do_not_filter(registry: Any) -> None:
    model = await registry.models.upsert(own("fraud"))
    environment = await registry.serving_environments.upsert(own("prod"), properties={"zone": "eu"})
    await registry.serving_environments.upsert(own("dev"))
    for number in range(4):
        await registry.inference_services.upsert(
            f"s{number}", environment=environment, model=model, runtime=f"r{number}"
        )
    assert await names(registry.inference_services.list(environment=environment, where=F("runtime") == "r2")) == ["s2"]
    ours = F("name").in_([own("prod"), own("dev")])
    assert await names(registry.serving_environments.list(where=ours & (F("zone") == "eu"))) == [own("prod")]


async def test_a_raw_filter_passes_untouched(registry: Any) -> None:
    model = await filled(registry)
    assert await names(registry.versions.list(model=model, where="author = 'a1' AND n > 8")) == ["v9", "v11"]
    with pytest.raises(InvalidInput, match=r"filterQuery|filter"):
        await names(registry.versions.list(model=model, where="author = = 'a1'"))


def test_what_no_server_understands_is_refused(registry: Any) -> None:
    for wrong in ({"order_by": "NAME"}, {"page_size": 0}, {"limit": True}, {"limit": -1}, {"where": 7}):
        with pytest.raises(InvalidInput):
            registry.models.list(**wrong)


async def test_a_filter_that_nothing_meets_asks_nothing(registry: Any, sent: list[str]) -> None:
    assert await names(registry.models.list(where=F("name").in_([]))) == []
    assert sent == []


async def test_a_list_by_update_time_that_fits_a_page_is_one_request(registry: Any, sent: list[str]) -> None:
    model = await filled(registry, 4)
    del sent[:]
    listed = await names(registry.versions.list(model=model, order_by="LAST_UPDATE_TIME"))
    assert len(listed) == 4
    assert len(sent) == 1
