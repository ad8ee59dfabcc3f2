"""What `upsert` and `update` mean: exact names, the smallest patch, nothing untouched changed, nothing sent twice."""

from __future__ import annotations

from typing import Any

import pytest

from modelreg.errors import Conflict, InvalidInput, NotFound
from tests.facade.backends import own

ODD_NAMES = [
    "a/b",
    "it's",
    '"quoted"',
    "100%",
    "a:b",
    "模型-α-🚀",
    "שלום",
    "a b  c",
    "Robert'); DROP TABLE x;--",
    "`tick`",
    "back\\slash",
    "two\\\\slashes",
    "a_b",
    "%",
    "_",
    "tab\tname",
    "n" * 255,
]


async def names(pager: Any) -> list[str]:
    return [record.name async for record in pager]


LOOK_ALIKES = ["axb", "a.b", "100 percent", "b", "slash", "back.slash", "backslash", "x", "atb"]


async def test_a_model_is_found_exactly_beside_its_look_alikes(registry: Any) -> None:
    for other in LOOK_ALIKES:
        await registry.models.upsert(own(other))
    for odd in ODD_NAMES:
        name = own(odd)[:255]
        assert await registry.models.find(name) is None, name
        model = await registry.models.upsert(name, description=f"this is {name}")
        assert (await registry.models.upsert(name)).id == model.id
        assert (await registry.models.find(name)).description == f"this is {name}"


async def test_a_version_and_an_artifact_too(registry: Any) -> None:
    model = await registry.models.upsert(own("fraud"))
    host = await registry.versions.upsert(own("host"), model=model)
    for other in LOOK_ALIKES:
        await registry.versions.upsert(other, model=model)
        await registry.artifacts.upsert(other, version=host, uri="s3://x")
    for name in (odd[:240] for odd in ODD_NAMES):
        assert await registry.versions.find(name, model=model) is None, name
        version = await registry.versions.upsert(name, model=model, author="ana")
        assert (await registry.versions.upsert(name, model=model)).id == version.id
        assert await registry.artifacts.find(name, version=host) is None, name
        artifact = await registry.artifacts.upsert(name, version=host, uri="s3://x")
        assert (await registry.artifacts.find(name, version=host, kind="model")).id == artifact.id


async def test_environments_and_services_whose_lists_ignore_filters(registry: Any) -> None:
    model = await registry.models.upsert(own("fraud"))
    host = await registry.serving_environments.upsert(own("host"))
    for name in ("axb", "a_b", "100%", "1000"):
        environment = await registry.serving_environments.upsert(own(name))
        assert (await registry.serving_environments.find(own(name))).id == environment.id
        service = await registry.inference_services.upsert(name, environment=host, model=model)
        assert (await registry.inference_services.find(name, environment=own("host"))).id == service.id
    assert await registry.serving_environments.find(own("a%")) is None
    assert await registry.inference_services.find("1_0", environment=host) is None


async def test_nothing_is_sent_when_nothing_differs(registry: Any, sent: list[str]) -> None:
    said = {"owner": "ana", "properties": {"tier": "gold", "depth": {"a": [1, None]}, "n": 3, "x": 0.5}}
    first = await registry.models.upsert(own("fraud"), **said)
    del sent[:]
    again = await registry.models.upsert(own("fraud"), **said)
    assert [request for request in sent if not request.startswith("GET")] == []
    assert again == first


async def test_what_was_not_said_stays(registry: Any) -> None:
    await registry.models.upsert(own("fraud"), owner="ana", description="d", properties={"tier": "gold", "p": {"a": 1}})
    changed = await registry.models.upsert(own("fraud"), description="new", properties={"auc": 0.5})
    assert (changed.owner, changed.description) == ("ana", "new")
    assert changed.properties == {"tier": "gold", "p": {"a": 1}, "auc": 0.5}
    assert (await registry.models.get(changed.id)).properties == changed.properties


async def test_an_edit_does_not_bring_the_archived_back(registry: Any) -> None:
    model = await registry.models.upsert(own("fraud"))
    version = await registry.versions.upsert("1", model=model)
    await registry.models.archive(model)
    await registry.versions.archive(version)
    assert (await registry.models.update(model, description="d")).state == "ARCHIVED"
    assert (await registry.versions.upsert("1", model=model, description="d")).state == "ARCHIVED"
    assert (await registry.versions.restore(version.id)).state == "LIVE"
    assert (await registry.models.restore(model)).state == "LIVE"


async def test_the_state_of_an_artifact_and_a_service_stays(registry: Any) -> None:
    model = await registry.models.upsert(own("fraud"))
    version = await registry.versions.upsert("1", model=model)
    artifact = await registry.artifacts.upsert("w", version=version, uri="s3://a", state="LIVE")
    assert (await registry.artifacts.update(artifact, uri="s3://b")).state == "LIVE"
    assert (await registry.artifacts.upsert("w", version=version, description="d")).state == "LIVE"
    environment = await registry.serving_environments.upsert(own("prod"))
    service = await registry.inference_services.upsert("svc", environment=environment, version=version, model=model)
    await registry.inference_services.undeploy(service)
    assert (await registry.inference_services.update(service, runtime="r")).desired_state == "UNDEPLOYED"
    assert (await registry.inference_services.deploy(service)).desired_state == "DEPLOYED"


async def test_properties_merge_replace_and_go(registry: Any) -> None:
    model = await registry.models.upsert(own("fraud"), properties={"a": 1, "b": "x", "s": {"k": [1]}})
    assert (await registry.models.update(model, properties={"b": "y"})).properties == {
        "a": 1,
        "b": "y",
        "s": {"k": [1]},
    }
    assert (await registry.models.update(model, remove_properties=["a"])).properties == {"b": "y", "s": {"k": [1]}}
    replaced = await registry.models.upsert(own("fraud"), properties={"c": None, "d": 2}, replace_properties=True)
    assert replaced.properties == {"d": 2}
    assert (await registry.models.upsert(own("fraud"), properties={}, replace_properties=True)).properties == {}


async def test_clearing(registry: Any) -> None:
    model = await registry.models.upsert(own("fraud"), description="d", language=["en", "de"])
    assert model.language == ("en", "de")
    cleared = await registry.models.update(model, description="", language=[])
    assert (cleared.description or "", cleared.language) == ("", ())


async def test_bad_input_is_refused_before_anything_is_sent(registry: Any, sent: list[str]) -> None:
    for wrong in (
        {"name": ""},
        {"name": "n" * 256},
        {"name": "m", "properties": {"auc": float("nan")}},
        {"name": "m", "state": "LIV"},
        {"name": "m", "owner": 7},
        {"name": "m", "properties": {"AUC": 1, "auc": 2}},
    ):
        with pytest.raises(InvalidInput):
            await registry.models.upsert(**wrong)
    with pytest.raises(InvalidInput, match="model is missing; give model= or model_id="):
        await registry.versions.upsert("1")
    with pytest.raises(InvalidInput, match="digest is no field of a model artifact"):
        await registry.artifacts.upsert("w", version=own("m@1"), digest="sha256:0")
    with pytest.raises(ValueError, match="order_by"):
        registry.models.list(order_by="NAME")
    assert sent == []


async def test_a_parent_that_is_not_there(registry: Any) -> None:
    assert await registry.versions.find("1", model=own("nobody")) is None
    assert await registry.artifacts.find("w", version=(own("nobody"), "1")) is None
    assert await registry.versions.latest(own("nobody")) is None
    with pytest.raises(NotFound, match=r"no registered model '.*nobody'"):
        await registry.versions.upsert("1", model=own("nobody"))
    with pytest.raises(NotFound):
        await registry.versions.upsert("1", model_id="424242")
    with pytest.raises(LookupError, match="nobody'"):
        await names(registry.versions.list(model=own("nobody")))


async def test_get(registry: Any) -> None:
    model = await registry.models.upsert(own("17"))
    assert (await registry.models.get(model.id)).name == own("17")
    for wrong in ("424242", own("fraud"), ""):
        with pytest.raises(NotFound):
            await registry.models.get(wrong)


async def test_external_ids(registry: Any) -> None:
    model = await registry.models.upsert(own("fraud"), external_id=own("ext-1"))
    assert (await registry.models.find(external_id=own("ext-1"))).id == model.id
    assert await registry.models.find(external_id=own("other")) is None
    assert await registry.models.find(own("fraud"), external_id=own("other")) is None
    with pytest.raises(Conflict, match=r"external_id '.*ext-1' belongs to registered model '.*fraud'"):
        await registry.models.upsert(own("second"), external_id=own("ext-1"))
    assert await registry.models.find(own("second")) is None
    version = await registry.versions.upsert("1", model=model, external_id=own("v-1"))
    assert (await registry.versions.find(external_id=own("v-1"))).id == version.id


async def test_artifacts_of_every_kind_share_a_name(registry: Any) -> None:
    await registry.models.upsert(own("fraud"))
    await registry.versions.upsert("1", model=own("fraud"))
    said: dict[str, dict[str, Any]] = {
        "doc": {"uri": "s3://card"},
        "dataset": {"uri": "s3://data", "digest": "sha256:1", "source": "s3", "schema": "{}", "profile": "{}"},
        "metric": {"value": 0.5, "step": 3},
        "parameter": {"value": "0.1", "parameter_type": "number"},
        "model": {"uri": "s3://w", "model_format": "onnx", "source": {"kind": "kfp", "id": "run-1"}},
    }
    for kind, fields in said.items():
        made = await registry.artifacts.upsert("same", version=own("fraud@1"), kind=kind, **fields)
        again = await registry.artifacts.upsert("same", version=(own("fraud"), "1"), kind=kind, **fields)
        assert (again.id, again.kind) == (made.id, kind)
        assert (await registry.artifacts.find("same", version=own("fraud@1"), kind=kind)).id == made.id
        fields.pop("source", None)
        assert {name: getattr(again, name) for name in fields} == fields
    kinds = [artifact.kind async for artifact in registry.artifacts.list(version=own("fraud@1"))]
    assert sorted(kinds) == sorted(said)
    weights = await registry.artifacts.find("same", version=own("fraud@1"), kind="model")
    assert (weights.source.kind, weights.source.id) == ("kfp", "run-1")


async def test_no_more_requests_than_it_takes(registry: Any, sent: list[str]) -> None:
    # Which version an old server speaks is found out by the first request of all, which is then sent again.
    await registry.models.find(own("anybody"))
    del sent[:]
    model = await registry.models.upsert(own("fraud"))
    assert len(sent) == 2
    del sent[:]
    await registry.models.upsert(own("fraud"), owner="ana")
    assert len(sent) == 2
    del sent[:]
    await registry.versions.upsert("1", model=model)
    assert len(sent) == 2
