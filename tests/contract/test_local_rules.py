"""What the embedded registry does where no recording says it: refusals, upserts, references, and its own failures."""

from __future__ import annotations

import base64
import json
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from modelreg.local import LocalTransport
from modelreg.local._registry import database, rows

V1 = "http://registry.test/api/model_registry/v1"


def make(client: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    answer = client.post(path, json=body)
    assert answer.status_code in (200, 201), answer.text
    made: dict[str, Any] = answer.json()
    return made


@pytest.fixture
def version(client: httpx.Client) -> str:
    model = make(client, "/registered_models", name="m")["id"]
    return str(make(client, "/model_versions", name="v", registeredModelId=model)["id"])


@pytest.fixture
def run(client: httpx.Client) -> str:
    study = make(client, "/experiments", name="x")["id"]
    return str(make(client, "/experiment_runs", name="r", experimentId=study, startTimeSinceEpoch="1000")["id"])


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "description": 5},
        {"name": "x", "language": "en"},
        {"name": "x", "language": [5]},
        {"name": "x", "description": "nul\0"},
        {"name": "x", "description": "\ud800"},
        {"name": "x", "state": ["LIVE"]},
        {"name": "x", "id": "5"},
        {"name": "x", "externalId": "e" * 256},
        {"name": "x", "customProperties": []},
    ],
)
def test_a_body_that_cannot_be_stored_is_400(client: httpx.Client, body: dict[str, Any]) -> None:
    answer = client.post("/registered_models", content=json.dumps(body))
    assert (answer.status_code, answer.json()["code"]) == (400, "Bad Request")
    assert client.get("/registered_models").json()["size"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"value": "0.5"},
        {"value": True},
        {"value": 10**400},
        {"value": 1, "step": 1.5},
        {"value": 1, "step": "1"},
        {"value": 1, "step": 2**31},
        {"value": 1, "step": -(2**31) - 1},
        {"value": None},
        {"value": 1, "timestamp": 5},
        {"value": 1, "timestamp": "soon"},
        {"value": 1, "uri": "s3://x"},
    ],
)
def test_a_metric_that_is_none_is_400(client: httpx.Client, version: str, body: dict[str, Any]) -> None:
    answer = client.post(f"/model_versions/{version}/artifacts", json={"artifactType": "metric", "name": "a", **body})
    assert answer.status_code == 400


def test_a_path_or_query_with_a_nul_is_400(client: httpx.Client) -> None:
    assert client.get("/registered_model?name=a%00b").status_code == 400
    assert client.get("/registered_models/1%00").status_code == 400


def test_references_to_what_is_not_there_are_404(client: httpx.Client, version: str) -> None:
    model = make(client, "/registered_models", name="other")["id"]
    space = make(client, "/serving_environments", name="e")["id"]
    body = {"registeredModelId": model, "servingEnvironmentId": space}
    service = make(client, "/inference_services", **body)
    assert client.get(f"/inference_services/{service['id']}/version").status_code == 404
    changed = client.patch(f"/inference_services/{service['id']}", json={"modelVersionId": "999"})
    assert changed.status_code == 404
    changed = client.patch(f"/inference_services/{service['id']}", json={"modelVersionId": version})
    assert changed.json()["modelVersionId"] == version
    assert client.post("/serving_environments/999/inference_services", json=body).status_code == 404


def test_a_state_that_a_patch_leaves_out_stays(client: httpx.Client, run: str) -> None:
    made = make(client, "/model_artifacts", name="a", state="LIVE")["id"]
    assert client.patch(f"/model_artifacts/{made}", json={"uri": "s3://x"}).json()["state"] == "LIVE"
    client.patch(f"/experiment_runs/{run}", json={"state": "ARCHIVED", "status": "FAILED"})
    left = client.patch(f"/experiment_runs/{run}", json={"description": "d"}).json()
    assert (left["state"], left["status"]) == ("ARCHIVED", "FAILED")


def test_a_struct_does_not_stand_in_the_way_of_a_patch(client: httpx.Client) -> None:
    struct = {"metadataType": "MetadataStructValue", "struct_value": "eyJhIjoxfQ=="}
    made = make(client, "/registered_models", name="m", customProperties={"s": struct})
    changed = client.patch(f"/registered_models/{made['id']}", json={"description": "d"}).json()
    assert changed["customProperties"]["s"]["struct_value"] == '{"a":1}'


def test_an_upsert_by_id_changes_an_artifact_of_this_kind_only(client: httpx.Client, version: str) -> None:
    path = f"/model_versions/{version}/artifacts"
    mine = make(client, path, artifactType="model-artifact", name="a", uri="s3://1")
    other = make(client, path, artifactType="doc-artifact", name="a")

    def upsert(**body: Any) -> int:
        return client.post(path, json={"artifactType": "model-artifact", **body}).status_code

    assert upsert(id=mine["id"], name="a", uri="s3://2") == 200
    assert upsert(id=mine["id"], name="b") == 400
    assert upsert(id=other["id"], uri="s3://2") == 400
    assert upsert(id="999", uri="s3://2") == 400
    assert upsert(id=5) == 400
    assert upsert(id="", name="c") == 201
    assert upsert(**{**mine, "uri": "s3://3"}) == 200
    assert client.get(f"/artifacts/{mine['id']}").json()["uri"] == "s3://3"


def test_an_artifact_is_joined_to_versions_and_runs(client: httpx.Client, version: str, run: str) -> None:
    made = make(client, "/artifacts", artifactType="model-artifact", name="loose")
    body = {"artifactType": "model-artifact", "id": made["id"]}
    for path in (f"/model_versions/{version}/artifacts", f"/experiment_runs/{run}/artifacts"):
        assert client.get(path).json()["size"] == 0
        for description in ("joined", "joined again"):
            make(client, path, **body, description=description)
        assert [each["id"] for each in client.get(path).json()["items"]] == [made["id"]]
    assert client.get(f"/model_versions/{version}/artifacts").json()["items"][0]["experimentRunId"] == run
    for parent in (version, run):
        found = client.get("/artifact", params={"name": "loose", "parentResourceId": parent})
        assert found.json()["id"] == made["id"]
    assert client.get("/artifact", params={"name": "other", "parentResourceId": run}).status_code == 404


def test_a_metric_that_was_joined_is_updated_under_its_name(client: httpx.Client, version: str, run: str) -> None:
    made = make(client, f"/experiment_runs/{run}/artifacts", artifactType="metric", name="loss", value=1)
    path = f"/model_versions/{version}/artifacts"
    make(client, path, artifactType="metric", id=made["id"], value=2)
    assert make(client, path, artifactType="metric", name="loss", value=3)["id"] == made["id"]
    assert client.get(f"/artifacts/{made['id']}").json()["value"] == 3


def test_null_in_a_post_leaves_a_field_without_its_default(client: httpx.Client) -> None:
    made = make(client, "/registered_models", name="m", state=None, description=None, customProperties=None)
    assert "state" not in made
    assert client.patch(f"/registered_models/{made['id']}", json={"state": None}).status_code == 200
    assert client.post("/registered_models", json={"name": None}).status_code == 422


def test_texts_that_clients_compare_are_the_servers(client: httpx.Client) -> None:
    model = make(client, "/registered_models", name="m")["id"]
    unknown = client.patch(f"/registered_models/{model}", json={"nope": 1})
    assert (unknown.status_code, unknown.json()["message"]) == (400, 'json: unknown field "nope"')
    missing = client.post("/registered_models", json={"name": ""})
    assert (missing.status_code, missing.json()["message"]) == (422, "required field 'name' is zero value.")


def nested(depth: int) -> dict[str, Any]:
    struct: dict[str, Any] = {}
    for _ in range(depth - 1):
        struct = {"a": struct}
    value = base64.b64encode(json.dumps(struct).encode()).decode()
    return {"k": {"metadataType": "MetadataStructValue", "struct_value": value}}


@pytest.mark.parametrize(("depth", "status"), [(64, 201), (65, 400), (700, 400)])
def test_a_struct_has_64_levels_at_most(client: httpx.Client, depth: int, status: int) -> None:
    answer = client.post("/registered_models", json={"name": "m", "customProperties": nested(depth)})
    assert answer.status_code == status


def test_names_have_the_room_that_published_servers_have(client: httpx.Client, version: str, run: str) -> None:
    def longest(path: str, **body: Any) -> int:
        room = 255
        while client.post(path, json={"name": "n" * room, **body}).status_code == 400:
            room -= 1
        return room

    assert longest("/registered_models") == 255
    assert longest("/artifacts", artifactType="doc-artifact") == 218
    assert longest(f"/model_versions/{version}/artifacts", artifactType="doc-artifact") == 254 - len(version)
    assert longest(f"/experiment_runs/{run}/artifacts", artifactType="metric", value=1) == 239 - len(run)


def test_a_point_that_is_sent_again_is_one_point(client: httpx.Client, run: str) -> None:
    point = {"artifactType": "metric", "name": "loss", "value": 0.5, "timestamp": "1700000000000"}
    for more in (
        {},
        {},
        {"step": 1},
        {"step": 1},
        {"step": 1, "value": 0.6},
        {"step": 1, "timestamp": "1700000000001"},
    ):
        make(client, f"/experiment_runs/{run}/artifacts", **{**point, **more})
    assert client.get(f"/experiment_runs/{run}/metric_history").json()["size"] == 4


def test_a_name_may_be_used_once_by_each_kind_of_artifact(client: httpx.Client, version: str) -> None:
    path = f"/model_versions/{version}/artifacts"
    for kind, more in (("metric", {"value": 1}), ("parameter", {"value": "1"}), ("doc-artifact", {})):
        make(client, path, artifactType=kind, name="same", **more)
    assert client.get(path).json()["size"] == 3
    assert client.post(path, json={"artifactType": "dataset-artifact", "name": "d"}).status_code == 200
    assert client.post(path, json={"artifactType": "dataset-artifact", "name": "d"}).status_code == 409


def test_a_metric_keeps_its_history_and_v1_says_nothing_of_runs(client: httpx.Client, run: str, store: str) -> None:
    path = f"/experiment_runs/{run}/artifacts"
    for value in (0.9, 0.5):
        made = make(client, path, artifactType="metric", name="loss", value=value, step=int(value * 10))
    make(client, path, artifactType="parameter", name="lr", value="0.1")
    history = client.get(f"/experiment_runs/{run}/metric_history").json()["items"]
    assert [each["value"] for each in history] == [0.9, 0.5]
    assert client.get(f"/experiment_runs/{run}/metric_history?stepIds=5").json()["size"] == 1
    assert client.get(f"/experiment_runs/{run}/metric_history?stepIds=x").status_code == 400
    assert client.get(f"/artifacts/{made['id']}").json()["experimentRunId"] == run
    with httpx.Client(base_url=V1, transport=LocalTransport(store)) as other:
        assert "experimentRunId" not in other.get(f"/artifacts/{made['id']}").json()
        missing = other.get(f"/experiment_runs/{run}")
        assert (missing.status_code, missing.headers["content-type"]) == (404, "text/plain; charset=utf-8")


def test_a_run_does_not_end_before_it_starts(client: httpx.Client, run: str) -> None:
    assert client.patch(f"/experiment_runs/{run}", json={"endTimeSinceEpoch": "999"}).status_code == 400
    assert client.patch(f"/experiment_runs/{run}", json={"endTimeSinceEpoch": "1000"}).status_code == 200
    study = client.get(f"/experiment_runs/{run}").json()["experimentId"]
    body = {"experimentId": study, "startTimeSinceEpoch": "2", "endTimeSinceEpoch": "1"}
    assert client.post("/experiment_runs", json=body).status_code == 400


def test_the_whole_resource_may_be_posted_below_its_parent(client: httpx.Client) -> None:
    model = make(client, "/registered_models", name="m")["id"]
    first = make(client, f"/registered_models/{model}/versions", name="v1", registeredModelId=model)
    again = make(client, f"/registered_models/{model}/versions", **{**first, "name": "v2"})
    assert again["id"] != first["id"]


def test_health_is_plain_text(store: str) -> None:
    with httpx.Client(base_url="http://registry.test", transport=LocalTransport(store)) as client:
        for path in ("/readyz/health", "/readyz/isDirty"):
            answer = client.get(path)
            assert (answer.status_code, answer.text) == (200, "OK")
            assert answer.headers["content-type"].startswith("text/plain")
        assert client.post("/readyz/health").status_code == 405
        assert client.get("/readyz/else").status_code == 404


def test_a_file_that_stays_locked_is_503(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    path = tmp_path / "registry.db"
    with httpx.Client(base_url=V1, transport=LocalTransport(path)) as client:
        assert client.get("/registered_models").status_code == 200
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        answer = client.post("/registered_models", json={"name": "m"})
        assert (answer.status_code, answer.json()["code"]) == (503, "Service Unavailable")
        assert client.get("/registered_models").status_code == 200
        other.execute("ROLLBACK")
        other.close()
        assert client.post("/registered_models", json={"name": "m"}).status_code == 201
    assert "did not answer" in caplog.text


def test_a_failure_of_our_own_is_500_and_in_the_log(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the reason")

    monkeypatch.setattr(rows, "_write_properties", fail)
    answer = client.post("/registered_models", json={"name": "m"})
    assert (answer.status_code, answer.json()["code"]) == (500, "Internal Server Error")
    assert "the reason" not in answer.text
    assert "the reason" in caplog.text
    assert client.get("/registered_models").json()["size"] == 0
