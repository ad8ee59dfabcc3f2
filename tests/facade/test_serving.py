"""Serving: environments, services and acts of serving."""

from __future__ import annotations

from typing import Any

import pytest

from modelreg.errors import InvalidInput, NotFound
from tests.facade.backends import own


async def test_a_service_serves_a_version(registry: Any) -> None:
    done = await registry.register(own("fraud"), "1", uri="s3://1")
    await registry.register(own("fraud"), "2", uri="s3://2")
    await registry.serving_environments.upsert(own("prod"), description="d", external_id=own("ns-1"))
    service = await registry.inference_services.upsert(
        "svc",
        environment=own("prod"),
        model=own("fraud"),
        version=own("fraud@1"),
        desired_state="DEPLOYED",
        runtime="triton",
    )
    assert (service.model_id, service.version_id) == (done.model.id, done.version.id)
    assert (await registry.inference_services.get_model(service)).name == own("fraud")
    assert (await registry.inference_services.get_version(service)).name == "1"
    moved = await registry.inference_services.update(service, version=(own("fraud"), "2"))
    assert (moved.runtime, (await registry.inference_services.get_version(moved)).name) == ("triton", "2")
    same = await registry.inference_services.upsert("svc", environment=own("prod"), version=done.version)
    assert (same.id, same.version_id) == (service.id, done.version.id)
    newest = await registry.inference_services.upsert("newest", environment=own("prod"), model=own("fraud"))
    assert (await registry.inference_services.get_version(newest)).name == "2"


async def test_a_service_cannot_change_its_model_or_serve_what_is_not_there(registry: Any) -> None:
    await registry.register(own("fraud"), "1")
    await registry.register(own("other"), "1")
    await registry.serving_environments.upsert(own("prod"))
    await registry.inference_services.upsert("svc", environment=own("prod"), model=own("fraud"))
    with pytest.raises(InvalidInput, match="model_id of inference service 'svc'"):
        await registry.inference_services.upsert("svc", environment=own("prod"), model=own("other"))
    for missing in ({"model_id": "424242"}, {"model": own("nobody")}, {"model": own("fraud"), "version_id": "424242"}):
        with pytest.raises(NotFound):
            await registry.inference_services.upsert("new", environment=own("prod"), **missing)
    assert await registry.inference_services.find("new", environment=own("prod")) is None
    with pytest.raises(InvalidInput, match="model is missing"):
        await registry.inference_services.upsert("new", environment=own("prod"))


async def test_a_version_says_its_model(registry: Any) -> None:
    done = await registry.register(own("fraud"), "1")
    environment = await registry.serving_environments.upsert(own("prod"))
    by_record = await registry.inference_services.upsert("record", environment=environment, version=done.version)
    by_name = await registry.inference_services.upsert("name", environment=environment, version=own("fraud@1"))
    by_both = await registry.inference_services.upsert(
        "id", environment=environment, model_id=done.model.id, version_id=done.version.id
    )
    for service in (by_record, by_name, by_both):
        assert (service.model_id, service.version_id) == (done.model.id, done.version.id)


async def test_acts_of_serving(registry: Any) -> None:
    done = await registry.register(own("fraud"), "1")
    environment = await registry.serving_environments.upsert(own("prod"))
    service = await registry.inference_services.upsert("svc", environment=environment, model=done.model)
    act = await registry.serve_models.upsert("first", service=service, version=done.version, last_known_state="RUNNING")
    again = await registry.serve_models.upsert("first", service=service, version=own("fraud@1"))
    assert (again.id, again.version_id, again.last_known_state) == (act.id, done.version.id, "RUNNING")
    assert (await registry.serve_models.find("first", service_id=service.id)).id == act.id
    assert (await registry.serve_models.get(act.id, service=service)).name == "first"
    with pytest.raises(InvalidInput, match="has no way to change one"):
        await registry.serve_models.upsert("first", service=service, version=done.version, description="d")
    with pytest.raises(NotFound):
        await registry.serve_models.get("424242", service=service)
    with pytest.raises(InvalidInput, match="service is 'svc'"):
        await registry.serve_models.upsert("x", service="svc", version=done.version)
