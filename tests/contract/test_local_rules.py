"""What the embedded registry does where no recording says it: refusals, upserts, references, and its own failures."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from modelreg.local import LocalTransport, database
from modelreg.local.artifacts import records

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
        {"value": 1, "step": 2**63},
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


def test_an_upsert_by_id_changes_an_artifact_of_this_parent_and_kind_only(client: httpx.Client, version: str) -> None:
    path = f"/model_versions/{version}/artifacts"
    mine = make(client, path, artifactType="model-artifact", name="a", uri="s3://1")
    loose = make(client, "/artifacts", artifactType="model-artifact", name="loose")

    def upsert(**body: Any) -> int:
        return client.post(path, json={"artifactType": "model-artifact", **body}).status_code

    assert upsert(id=mine["id"], name="a", uri="s3://2") == 200
    assert upsert(id=mine["id"], name="b") == 400
    assert upsert(id=loose["id"], uri="s3://2") == 400
    assert upsert(id=5) == 400
    assert upsert(id="", name="c") == 201
    assert upsert(**{**mine, "uri": "s3://3"}) == 200
    assert client.get(f"/artifacts/{mine['id']}").json()["uri"] == "s3://3"


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

    monkeypatch.setattr(records, "_write_properties", fail)
    answer = client.post("/registered_models", json={"name": "m"})
    assert (answer.status_code, answer.json()["code"]) == (500, "Internal Server Error")
    assert "the reason" not in answer.text
    assert "the reason" in caplog.text
    assert client.get("/registered_models").json()["size"] == 0
