"""What the page keeps: it is never older than the registry, and is there soon after the start."""

from __future__ import annotations

from contextlib import closing

import pytest

from modelreg import ModelRegistry
from modelreg._web.access import Access
from modelreg._web.application import PageApp
from modelreg._web.messages import Request


def test_a_list_that_was_sorted_before_shows_what_was_written_since(fresh):
    site, client = fresh
    path = f"/models/{site.registry.models.get(name='m').id}"
    by_metric = f"{path}?sort=prop:auc&desc=1"
    assert client.get(by_metric).text.index("<bdi>1</bdi>") < client.get(by_metric).text.index("<bdi>2</bdi>")
    site.registry.versions.update("m@2", properties={"auc": 0.99})
    for address in (by_metric, f"{by_metric}&metric=auc"):
        text = client.get(address).text
        assert text.index("<bdi>2</bdi>") < text.index("<bdi>1</bdi>")


def test_a_service_that_was_made_since_is_shown(fresh):
    site, client = fresh
    path = f"/models/{site.registry.models.get(name='m').id}"
    assert "prod: DEPLOYED" not in client.get(path).text
    environment = site.registry.serving_environments.upsert("prod")
    site.registry.inference_services.upsert(
        "s", environment=environment, model="m", version="m@2", desired_state="DEPLOYED"
    )
    assert "prod: DEPLOYED" in client.get(path).text


@pytest.mark.parametrize("address", ["r.db", "missing/r.db"])
def test_a_page_warms_up_with_a_registry_that_can_be_used_or_not(tmp_path, address):
    with ModelRegistry(f"sqlite:///{tmp_path / address}") as registry, closing(PageApp(registry, Access())) as app:
        app.warm_up()
        assert app.respond(Request("GET", "/")).status == (200 if address == "r.db" else 502)


def test_a_page_that_was_shown_shows_what_was_written_since(fresh):
    site, client = fresh
    path = f"/models/{site.registry.models.get(name='m').id}"
    before = client.get(path).text
    assert client.get(path).text == before
    with ModelRegistry(site.url) as other:
        other.models.update(name="m", description="of somebody else")
    assert "of somebody else" in client.get(path).text
