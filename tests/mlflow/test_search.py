"""MLflow's searches over a registry."""

from __future__ import annotations

import pytest

pytest.importorskip("mlflow", reason="pip install 'modelreg[mlflow]'")

from mlflow.entities.model_registry import ModelVersionTag

pytestmark = pytest.mark.heavy


def _versions(store, filter_string, **options):
    return [version.version for version in store.search_model_versions(filter_string, **options)]


def test_search_finds_versions_of_the_registry_by_what_their_artifacts_say(store, registry, own):
    name = own("fraud")
    registry.register(name, "1", uri="s3://b/1", source={"kind": "mlflow", "id": own("run-1")})
    registry.register(name, "1.4.0", uri="s3://b/2")
    store.create_model_version(name, "s3://b/3", own("run-3"))
    assert _versions(store, f"name = '{name}' AND run_id IN ('{own('run-1')}', '{own('run-3')}')") == [2, 1]
    assert _versions(store, f"name = '{name}' AND source_path = 's3://b/2'") == ["1.4.0"]
    assert _versions(store, f"name = '{name}' AND version_number > 0") == [2, 1]
    order = ["name ASC", "version_number ASC"]
    assert _versions(store, f"name = '{name}'", order_by=order) == ["1.4.0", 1, 2]


def test_search_pages_through_versions_of_many_models(store, own):
    for name in ("a", "b", "c"):
        store.create_registered_model(own(name))
        for number in range(3):
            store.create_model_version(own(name), f"s3://b/{number}", tags=[ModelVersionTag("mine", own("x"))])
    found, token = [], None
    while True:
        page = store.search_model_versions(f"tags.mine = '{own('x')}'", 4, ["name ASC"], token)
        found += [(version.name, version.version) for version in page]
        token = page.token
        if not token:
            break
    assert found == [(own(name), number) for name in ("a", "b", "c") for number in (3, 2, 1)]


def test_search_of_models_by_tag(store, registry, own):
    registry.models.upsert(own("a"), properties={"auc": 0.94, "mine": own("x")})
    registry.models.upsert(own("b"), properties={"auc": 0.5, "mine": own("x")})
    found = store.search_registered_models(f"tags.auc = '0.94' AND tags.mine = '{own('x')}'")
    assert [model.name for model in found] == [own("a")]
