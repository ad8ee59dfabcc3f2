"""Lists of the embedded registry: pages that neither repeat nor drop, filters on every list, both databases."""

from __future__ import annotations

from typing import Any

import httpx
import pytest


def make(client: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    answer = client.post(path, json=body)
    assert answer.status_code in (200, 201), answer.text
    made: dict[str, Any] = answer.json()
    return made


def names(client: httpx.Client, path: str, **query: str) -> list[str]:
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.json()["items"]]


def number(value: float) -> dict[str, Any]:
    return {"metadataType": "MetadataDoubleValue", "double_value": value}


def text(value: str) -> dict[str, Any]:
    return {"metadataType": "MetadataStringValue", "string_value": value}


@pytest.mark.parametrize("order", ["ID", "CREATE_TIME", "LAST_UPDATE_TIME"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_a_row_inserted_between_pages_neither_repeats_nor_drops_another(
    client: httpx.Client, order: str, direction: str
) -> None:
    for index in range(7):
        make(client, "/registered_models", name=f"m{index}")
    seen: list[str] = []
    query = {"pageSize": "2", "orderBy": order, "sortOrder": direction}
    while True:
        page = client.get("/registered_models", params=query).json()
        seen += [each["name"] for each in page["items"]]
        make(client, "/registered_models", name=f"later{len(seen)}")
        if not page["nextPageToken"] or len(seen) > 30:
            break
        query["nextPageToken"] = page["nextPageToken"]
        if direction == "ASC" and len(seen) >= 12:
            break
    first = [f"m{index}" for index in range(7)]
    assert len(seen) == len(set(seen))
    assert [each for each in seen if each.startswith("m")] == (first if direction == "ASC" else first[::-1])


def test_a_token_of_another_order_is_refused(client: httpx.Client) -> None:
    for index in range(3):
        make(client, "/registered_models", name=f"m{index}")
    token = client.get("/registered_models", params={"pageSize": "1"}).json()["nextPageToken"]
    assert (
        client.get("/registered_models", params={"orderBy": "CREATE_TIME", "nextPageToken": token}).status_code == 400
    )
    assert names(client, "/registered_models", nextPageToken=token) == ["m1", "m2"]


def one_of_each(client: httpx.Client) -> tuple[str, list[str]]:
    """Make one of everything, each with the property k; answer the run's id and the paths of the lists."""
    kept = {"customProperties": {"k": text("x")}}
    model = make(client, "/registered_models", name="m", **kept)["id"]
    version = make(client, "/model_versions", name="v", registeredModelId=model, **kept)["id"]
    space = make(client, "/serving_environments", name="e", **kept)["id"]
    parents = {"registeredModelId": model, "servingEnvironmentId": space}
    service = make(client, "/inference_services", name="s", **parents, **kept)["id"]
    make(client, f"/inference_services/{service}/serves", modelVersionId=version, name="sm", **kept)
    make(client, f"/model_versions/{version}/artifacts", artifactType="model-artifact", name="a", **kept)
    study = make(client, "/experiments", name="x", **kept)["id"]
    run = make(client, "/experiment_runs", name="r", experimentId=study, **kept)["id"]
    make(client, f"/experiment_runs/{run}/artifacts", artifactType="metric", name="loss", value=0.5)
    return run, [
        "/registered_models",
        f"/registered_models/{model}/versions",
        "/model_versions",
        f"/model_versions/{version}/artifacts",
        "/artifacts",
        "/model_artifacts",
        "/serving_environments",
        f"/serving_environments/{space}/inference_services",
        "/inference_services",
        f"/inference_services/{service}/serves",
        "/experiments",
        f"/experiments/{study}/experiment_runs",
        "/experiment_runs",
    ]


def test_every_list_takes_a_filter(client: httpx.Client) -> None:
    run, lists = one_of_each(client)
    for path in lists:
        assert len(names(client, path, filterQuery="k = 'x'")) == 1, path
        assert names(client, path, filterQuery="k = 'y'") == [], path
        assert client.get(path, params={"filterQuery": "k ="}).status_code == 400, path
    history = f"/experiment_runs/{run}/metric_history"
    for path in (history, "/experiment_runs/metric_history", f"/experiment_runs/{run}/artifacts"):
        assert names(client, path, filterQuery="value > 0.4") == ["loss"]
        assert names(client, path, filterQuery="value > 0.6") == []


@pytest.mark.parametrize(
    ("filter", "wanted"),
    [
        ("name ILIKE 'ÜB%'", ["über"]),
        ("name LIKE 'ÜB%'", []),
        ("name LIKE 'a*c'", ["a*c"]),
        ("name LIKE '[a]'", ["[a]"]),
        ("name LIKE 'a?c'", []),
        ("name LIKE '%_c'", ["a*c", "abc"]),
        (r"name LIKE 'back\\\\slash'", ["back\\slash"]),
        ("name = 'it\\'s'", ["it's"]),
        ("score >= 0.5 AND (name = 'abc' OR name = 'a*c')", ["abc"]),
        ("score != 0.5", ["a*c"]),
        ("score.string_value = 'high'", ["über"]),
        ("score = 'high'", ["über"]),
        ("score > 99999999999999999999999", []),
        ("id > 99999999999999999999999", []),
        ("id < 99999999999999999999999 AND name = 'abc'", ["abc"]),
        ("name = 5", []),
        ("name > true", []),
        ("id = 'abc'", []),
        ("id LIKE '1'", []),
        ("score IN (0.25, 'high')", ["a*c", "über"]),
        ("score LIKE 'h%'", ["über"]),
        ("`score` = 0.5", ["abc"]),
        ("name >= 'z'", ["über"]),
    ],
)
def test_what_a_filter_selects(client: httpx.Client, filter: str, wanted: list[str]) -> None:
    make(client, "/registered_models", name="a*c", customProperties={"score": number(0.25)})
    make(client, "/registered_models", name="abc", customProperties={"score": number(0.5)})
    make(client, "/registered_models", name="über", customProperties={"score": text("high")})
    for name in ("[a]", "back\\slash", "it's"):
        make(client, "/registered_models", name=name)
    assert names(client, "/registered_models", filterQuery=filter) == wanted


def test_values_in_a_filter_are_bound_and_never_pasted(client: httpx.Client) -> None:
    make(client, "/registered_models", name="kept")
    for hostile in ("x' OR '1'='1", "x\\' OR 1=1 --", "'; DROP TABLE registered_model; --"):
        spelt = hostile.replace("\\", "\\\\").replace("'", "\\'")
        assert names(client, "/registered_models", filterQuery=f"name = '{spelt}'") == []
        assert names(client, "/registered_models", filterQuery=f"`{hostile}` = '{spelt}'") == []
    assert names(client, "/registered_models") == ["kept"]


@pytest.mark.parametrize(
    "filter",
    [
        "(" * 5000 + "a = 1" + ")" * 5000,
        " OR ".join(["a = 1"] * 500),
        f"a IN ({','.join(['1'] * 5000)})",
        "a = " + "9" * 5000,
        "a LIKE '" + "%a" * 500 + "'",
        "AND = 1",
        "a = 'x' ANDb = 1",
    ],
)
def test_a_filter_past_all_measure_is_refused(client: httpx.Client, filter: str) -> None:
    assert client.get("/registered_models", params={"filterQuery": filter}).status_code == 400


def test_a_changed_property_is_found_by_its_new_value_only(client: httpx.Client) -> None:
    model = make(client, "/registered_models", name="m", customProperties={"a": number(1), "b": number(2)})["id"]
    client.patch(f"/registered_models/{model}", json={"customProperties": {"a": text("one")}})
    assert names(client, "/registered_models", filterQuery="a = 'one'") == ["m"]
    assert names(client, "/registered_models", filterQuery="a = 1 OR b = 2") == []


def test_lists_of_children_can_be_asked_for_a_name_or_an_external_id(client: httpx.Client) -> None:
    model = make(client, "/registered_models", name="m")["id"]
    for name in ("v1", "v2"):
        make(client, "/model_versions", name=name, registeredModelId=model, externalId=f"e-{name}")
    path = f"/registered_models/{model}/versions"
    assert names(client, path, name="v2") == ["v2"]
    assert names(client, path, externalId="e-v1") == ["v1"]
    assert names(client, path, name="v1", externalId="e-v2") == []


def test_a_run_and_a_version_do_not_show_each_others_artifacts(client: httpx.Client) -> None:
    model = make(client, "/registered_models", name="m")["id"]
    version = make(client, "/model_versions", name="v", registeredModelId=model)["id"]
    study = make(client, "/experiments", name="x")["id"]
    run = make(client, "/experiment_runs", name="r", experimentId=study)["id"]
    for parent in (f"/model_versions/{version}", f"/experiment_runs/{run}"):
        make(client, f"{parent}/artifacts", artifactType="doc-artifact", name="card")
        assert names(client, f"{parent}/artifacts") == ["card"]
    assert names(client, f"/model_versions/{run}/artifacts") == []
    assert names(client, f"/experiment_runs/{version}/artifacts") == []
    assert (
        client.post(f"/model_versions/{run}/artifacts", json={"artifactType": "metric", "value": 1}).status_code == 404
    )
