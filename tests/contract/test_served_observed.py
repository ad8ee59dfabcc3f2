"""What an operator sees of a served registry: metrics and the access log."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from modelreg.local._registry.app import App
from modelreg.local._registry.server.logs import JsonFormatter, RepeatFilter
from modelreg.local._registry.server.metrics import route_of
from modelreg.local._registry.server.running import serve_in_thread
from modelreg.local.server import ServeOptions
from tests.serving import serving

V1 = "/api/model_registry/v1"
MODELS = f"{V1}/registered_models"


def samples(client: httpx.Client, **headers: str) -> dict[tuple[str, ...], float]:
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    found = {}
    for family in text_string_to_metric_families(response.text):
        for sample in family.samples:
            found[(sample.name, *(sample.labels[name] for name in sorted(sample.labels)))] = sample.value
    return found


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    with serve_in_thread(App(tmp_path / "registry.db")) as url, httpx.Client(base_url=url) as client:
        yield client


def test_metrics_count_requests_by_route(client: httpx.Client) -> None:
    made = client.post(MODELS, json={"name": "m"}).json()
    for _ in range(3):
        client.get(f"{MODELS}/{made['id']}")
    client.get(f"{MODELS}/999")
    client.get("/nothing/here")
    found = samples(client)
    total = "modelreg_http_requests_total"
    assert found[total, "GET", f"{MODELS}/{{id}}", "200"] == 3
    assert found[total, "GET", f"{MODELS}/{{id}}", "404"] == 1
    assert found[total, "POST", MODELS, "201"] == 1
    assert found[total, "GET", "other", "404"] == 1
    assert found["modelreg_http_request_seconds_count", "GET", f"{MODELS}/{{id}}"] == 4
    assert found[("modelreg_connections",)] == 1
    assert found[("modelreg_request_body_bytes",)] == 0
    assert client.post("/metrics", json={}).status_code == 405


def test_metrics_stand_behind_the_token(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("secret")
    token.chmod(0o600)
    options = ServeOptions(port=0, token_file=token)
    with serve_in_thread(App(tmp_path / "r.db"), options) as url, httpx.Client(base_url=url) as client:
        assert client.get("/metrics").status_code == 401
        assert samples(client, Authorization="Bearer secret")


@pytest.mark.parametrize(
    ("path", "route"),
    [
        (f"{MODELS}", MODELS),
        (f"{MODELS}/17/versions", f"{MODELS}/{{id}}/versions"),
        ("/api/model_registry/v1alpha3/experiment_runs/metric_history",) * 2,
        ("/api/model_registry/v1alpha3/experiment_runs/7", "/api/model_registry/v1alpha3/experiment_runs/{id}"),
        ("/api/model_registry/v1/experiment_runs/7", "other"),
        ("/api/model_registry/v2/registered_models", "other"),
        ("/readyz/health", "/readyz/health"),
        ("/readyz/else", "other"),
        ("/metrics", "/metrics"),
        ("/", "other"),
        ("/a/b/c/d/e", "other"),
    ],
)
def test_a_route_is_one_of_few(path: str, route: str) -> None:
    assert route_of(path) == route


def test_every_line_of_a_json_log_is_an_object(tmp_path: Path) -> None:
    with serving(tmp_path / "log", "--store", str(tmp_path / "r.db"), "--access-log", "json") as served:
        httpx.post(f"{served.url}{MODELS}", json={"name": "m"})
        httpx.get(f"{served.url}{MODELS}?token=hidden", headers={"Host": "evil.example"})
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    assert all({"time", "level", "logger", "message"} <= set(line) for line in lines)
    first, second = (line for line in lines if line["logger"] == "modelreg.access")
    assert (first["method"], first["path"], first["status"], first["client"]) == ("POST", MODELS, 201, "127.0.0.1")
    assert first["bytes"] > 0
    assert 0 < first["seconds"] < 60
    assert second["status"] == 403
    assert "hidden" not in served.log.read_text()


def test_no_access_log_on_demand(tmp_path: Path) -> None:
    with serving(tmp_path / "log", "--store", str(tmp_path / "r.db"), "--access-log", "none") as served:
        httpx.get(f"{served.url}{MODELS}")
    assert MODELS not in served.log.read_text()


def test_a_repeated_message_is_written_a_few_times_a_minute() -> None:
    now = [0.0]
    repeats = RepeatFilter(lambda: now[0])

    def written(name: str = "uvicorn.error", message: str = "Invalid request") -> int:
        records = (logging.LogRecord(name, logging.WARNING, "", 0, message, (), None) for _ in range(100))
        return sum(repeats.filter(each) for each in records)

    assert written() == 5
    assert written() == 0
    assert written(message="Another") == 5
    assert written("modelreg.access") == 100
    now[0] = 61
    assert written() == 5


def test_a_traceback_is_one_json_line() -> None:
    import sys

    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = logging.LogRecord("n", logging.ERROR, "", 0, "failed: %s", ("\x1b[31m\n",), sys.exc_info())
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert "\x1b" not in line
    assert "ValueError" in json.loads(line)["traceback"]
