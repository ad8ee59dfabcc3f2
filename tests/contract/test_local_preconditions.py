"""Entity tags and If-Match: a change of a record that another client changed meanwhile is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from modelreg._testing.checking import CheckedTransport
from modelreg.local import LocalTransport
from tests.contract.replaying import ALPHA
from tests.registries import empty
from tests.serving import serving

HONOURED = "modelreg-preconditions"


def double(value: float) -> dict[str, Any]:
    return {"metadataType": "MetadataDoubleValue", "double_value": value}


@pytest.fixture(params=["in process", pytest.param("served", marks=pytest.mark.heavy)])
def registry(request: pytest.FixtureRequest, store: str, tmp_path: Path) -> Iterator[httpx.Client]:
    if request.param == "in process":
        with httpx.Client(base_url=f"http://registry.test{ALPHA}", transport=LocalTransport(store)) as client:
            yield client
    else:
        empty(store)
        with serving(tmp_path / "log", "--store", store) as served, httpx.Client(base_url=served.url + ALPHA) as client:
            yield client


@pytest.fixture
def model(registry: httpx.Client) -> httpx.Response:
    made = registry.post("/registered_models", json={"name": "m"})
    assert made.status_code == 201
    return made


def test_every_single_record_carries_a_tag_and_no_list_does(client: httpx.Client) -> None:
    made: dict[str, str] = {}

    def post(path: str, **body: Any) -> str:
        answer = client.post(path, json=body)
        assert (answer.status_code in (200, 201), answer.headers[HONOURED]) == (True, "if-match")
        made[path] = answer.json()["id"]
        assert answer.headers["etag"].startswith('"')
        return made[path]

    model = post("/registered_models", name="m")
    version = post("/model_versions", name="v", registeredModelId=model)
    space = post("/serving_environments", name="e")
    service = post("/inference_services", name="i", registeredModelId=model, servingEnvironmentId=space)
    study = post("/experiments", name="x")
    run = post("/experiment_runs", name="r", experimentId=study)
    post("/artifacts", artifactType="doc-artifact", name="d")
    post("/model_artifacts", name="a")
    single = {f"{path}/{number}" for path, number in made.items()}
    post(f"/inference_services/{service}/serves", name="s", modelVersionId=version)
    post(f"/experiment_runs/{run}/artifacts", artifactType="metric", name="loss", value=1)
    single |= {"/registered_model?name=m", f"/model_version?name=v&parentResourceId={model}"}
    single |= {f"/inference_services/{service}/model", f"/inference_services/{service}/version"}
    for path in single:
        answer = client.get(path)
        assert (answer.status_code, answer.headers.get(HONOURED)) == (200, "if-match"), path
        assert answer.headers["etag"] == client.get(path).headers["etag"]
    for path in (*(each for each in made if "artifacts" not in each), f"/experiment_runs/{run}/metric_history"):
        listed = client.get(path)
        assert listed.status_code == 200
        assert not {"etag", HONOURED} & set(listed.headers)
        assert "etag" not in str(listed.json()).lower()
    assert not {"etag", HONOURED} & set(client.get("/registered_models/999").headers)


def test_a_stale_tag_is_412_and_changes_nothing(registry: httpx.Client, model: httpx.Response) -> None:
    path, first = f"/registered_models/{model.json()['id']}", model.headers["etag"]
    second = registry.patch(path, json={"description": "b"}, headers={"If-Match": first})
    assert (second.status_code, second.headers["etag"] != first) == (200, True)
    stale = registry.patch(path, json={"description": "c", "customProperties": {}}, headers={"If-Match": first})
    assert (stale.status_code, stale.json()["code"]) == (412, "Precondition Failed")
    assert set(stale.json()) == {"code", "message"}
    now = registry.get(path)
    assert (now.json()["description"], now.headers["etag"]) == ("b", second.headers["etag"])
    assert registry.patch(path, json={"description": "c"}).status_code == 200


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("*", 200),
        ("{tag}", 200),
        ('"other", {tag}', 200),
        ("W/{tag}", 412),
        ('"other"', 412),
        ("1-2", 412),
        ('"', 412),
    ],
)
def test_forms_of_if_match(client: httpx.Client, form: str, status: int) -> None:
    made = client.post("/registered_models", json={"name": "m"})
    given = form.format(tag=made.headers["etag"])
    changed = client.patch(f"/registered_models/{made.json()['id']}", json={"owner": "a"}, headers={"If-Match": given})
    assert changed.status_code == status


def test_every_change_gives_a_new_tag_and_reading_gives_none(client: httpx.Client) -> None:
    made = client.post("/registered_models", json={"name": "m"})
    tags = [made.headers["etag"]]
    for _ in range(5):
        changed = client.patch(f"/registered_models/{made.json()['id']}", json={"description": "same"})
        tags.append(changed.headers["etag"])
    assert len(set(tags)) == 6
    artifact = client.post("/artifacts", json={"artifactType": "metric", "name": "loss", "value": 1})
    path, first = f"/artifacts/{artifact.json()['id']}", artifact.headers["etag"]
    body = {"artifactType": "metric", "value": 1}
    again = client.patch(path, json=body)
    stale = client.patch(path, json=body, headers={"If-Match": first})
    assert (again.headers["etag"] != first, stale.status_code) == (True, 412)


def test_a_condition_on_what_is_not_there_is_404(client: httpx.Client) -> None:
    assert client.patch("/registered_models/9", json={"owner": "a"}, headers={"If-Match": "*"}).status_code == 404


def test_the_contract_check_admits_preconditions(tmp_path: Path) -> None:
    transport = CheckedTransport(tmp_path / "registry.db")
    with httpx.Client(base_url=f"http://registry.test{ALPHA}", transport=transport) as client:
        made = client.post("/registered_models", json={"name": "m"}).json()["id"]
        stale = client.patch(f"/registered_models/{made}", json={"owner": "a"}, headers={"If-Match": '"0"'})
        assert stale.status_code == 412
    transport.fail_if_broken()


def set_keeping_others(client: httpx.Client, path: str, key: str) -> int:
    """Set one property by reading, merging and patching until no other writer comes between; return the patches."""
    for patches in range(1, 1000):
        read = client.get(path)
        properties = {**read.json()["customProperties"], key: double(1.0)}
        body, condition = {"customProperties": properties}, {"If-Match": read.headers["etag"]}
        if (status := client.patch(path, json=body, headers=condition).status_code) == 200:
            return patches
        assert status == 412
    raise AssertionError("no patch succeeded")


def test_writers_of_different_properties_lose_nothing(registry: httpx.Client, model: httpx.Response) -> None:
    path = f"/registered_models/{model.json()['id']}"
    keys = [f"k{index}" for index in range(24)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda key: set_keeping_others(registry, path, key), keys))
    assert sorted(registry.get(path).json()["customProperties"]) == sorted(keys)


def test_of_patches_with_one_tag_one_is_accepted(registry: httpx.Client, model: httpx.Response) -> None:
    path, condition = f"/registered_models/{model.json()['id']}", {"If-Match": model.headers["etag"]}

    def patch(index: int) -> int:
        return registry.patch(path, json={"description": str(index)}, headers=condition).status_code

    with ThreadPoolExecutor(8) as threads:
        assert Counter(threads.map(patch, range(8))) == {200: 1, 412: 7}
