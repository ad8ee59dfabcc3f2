"""What KServe would load for a URI, and where that may surprise."""

from __future__ import annotations

import pickle

import pytest

from modelreg import AsyncModelRegistry
from modelreg._resolve import manifest, read_kserve_uri
from modelreg._views.services import services_of
from modelreg.errors import InvalidInput, NotFound


def test_a_version_loads_its_newest_model_artifact(filled):
    resolved = filled.resolve("model-registry://fraud/2")
    assert (resolved.loads, resolved.artifact_uri, resolved.warnings) == (True, "s3://models/2", ())
    assert resolved.to_dict()["artifact_uri"] == "s3://models/2"
    assert "s3://models/2" in manifest(resolved)
    assert pickle.loads(pickle.dumps(resolved)) == resolved


def test_without_a_version_it_is_the_newest_archived_or_not(filled):
    filled.versions.archive("fraud@2", force=True)
    resolved = filled.resolve("fraud")
    assert resolved.reference == "fraud@2"
    assert any("'1'" in warning for warning in resolved.warnings)


def test_an_alias_is_resolved_and_the_uri_names_the_version(filled):
    filled.models.set_alias("fraud", "champion", version="2")
    resolved = filled.resolve("fraud@champion")
    assert (resolved.reference, str(resolved.uri)) == ("fraud@2", "model-registry://fraud/2")
    with pytest.raises(NotFound):
        filled.resolve("model-registry://fraud/champion")


def test_a_newest_artifact_that_is_no_model_names_the_command_that_mends_it(filled):
    resolved = filled.resolve("fraud@1")
    assert not resolved.loads
    assert any("modelreg artifacts renew fraud@1" in warning for warning in resolved.warnings)
    filled.artifacts.renew("fraud@1")
    assert filled.resolve("fraud@1").loads


@pytest.mark.parametrize("uri", ["", "s3://bucket/x", "model-registry://a/b/c", "model-registry://"])
def test_what_is_no_uri_is_refused(uri):
    with pytest.raises(InvalidInput):
        read_kserve_uri(uri)


@pytest.mark.parametrize("uri", ["nowhere", "nowhere@1", "fraud@9", "model-registry://fraud/9"])
def test_what_is_not_there_is_not_found(filled, uri):
    with pytest.raises(NotFound):
        filled.resolve(uri)


def test_a_service_without_a_version_serves_the_newest(filled):
    names = {
        version: [service.name for service in services_of(filled, filled.versions.get(f"fraud@{version}"))]
        for version in ("1", "2")
    }
    assert names == {"1": ["first"], "2": ["newest"]}


def test_another_models_service_of_the_newest_is_not_this_ones(filled):
    filled.register("churn", "1")
    filled.inference_services.upsert("churn", environment="prod", model="churn")
    assert [each.name for each in services_of(filled, filled.versions.get("churn@1"))] == ["churn"]
    assert [each.name for each in services_of(filled, filled.versions.get("fraud@2"))] == ["newest"]


async def test_the_async_registry_resolves_the_same(filled, tmp_path):
    async with AsyncModelRegistry(tmp_path / "registry.db") as registry:
        assert await registry.resolve("fraud@2") == filled.resolve("fraud@2")
