"""The pytest plugin that people who write pipelines use, tried the way they use it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from modelreg._testing.checking import CheckedTransport
from modelreg._testing.contract import breaches
from modelreg.local._registry.json_responses import as_json

ALPHA = "/api/model_registry/v1alpha3"

SUITE = """
import httpx
from modelreg import ModelRegistry

def test_in_process(model_registry):
    done = model_registry.register("fraud", "1.0", uri="s3://m", properties={"auc": 0.9, "über": "x"})
    assert model_registry.models.find("fraud").id == done.model.id
    assert model_registry.models.find("naïve") is None

def test_each_test_has_its_own(model_registry):
    assert list(model_registry.models.list()) == []

async def test_async(async_model_registry):
    async with async_model_registry as registry:
        assert (await registry.register("fraud", "1.0", uri="s3://m")).outcome.version == "created"

def test_served(model_registry_url):
    with ModelRegistry(model_registry_url) as registry:
        registry.register("fraud", "1.0", uri="s3://m")
    answer = httpx.get(model_registry_url + "/api/model_registry/v1/registered_models")
    assert answer.json()["size"] == 1

def test_that_breaks_the_contract(model_registry_url):
    httpx.get(model_registry_url + "/api/model_registry/v1/registered_models?limit=5")
"""


def run_suite(folder: Path, suite: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_suite.py").write_text(suite)
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n")
    plugin = () if plugin_is_installed() else ("-p", "modelreg.testing")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", *plugin, *arguments],
        cwd=folder,
        env={key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "MODEL_REGISTRY_"))},
        capture_output=True,
        text=True,
        check=False,
    )


def plugin_is_installed() -> bool:
    from importlib.metadata import entry_points

    return any(each.value == "modelreg.testing" for each in entry_points(group="pytest11"))


@pytest.mark.heavy
def test_a_suite_uses_it_and_what_breaks_the_contract_fails(tmp_path: Path) -> None:
    done = run_suite(tmp_path, SUITE)
    assert "5 passed, 1 error" in done.stdout, done.stdout + done.stderr
    assert "the query parameter 'limit' is not in the contract" in done.stdout


def test_it_imports_nothing_that_a_suite_without_it_would_wait_for(tmp_path: Path) -> None:
    suite = (
        "import sys\n"
        "def test_light():\n"
        "    assert not {'httpx', 'sqlalchemy', 'yaml', 'jsonschema', 'uvicorn'} & set(sys.modules)\n"
    )
    done = run_suite(tmp_path, suite, "-p", "no:anyio", "-p", "no:schemathesis", "-p", "no:hypothesispytest")
    assert done.returncode == 0, done.stdout


def ask(transport: CheckedTransport, method: str, path: str, **body: object) -> int:
    with httpx.Client(base_url=f"http://registry.test{ALPHA}", transport=transport) as client:
        return client.request(method, path, json=body or None).status_code


def test_what_keeps_to_the_contract_passes(tmp_path: Path) -> None:
    transport = CheckedTransport(tmp_path / "r.db")
    assert ask(transport, "POST", "/registered_models", name="m") == 201
    assert ask(transport, "POST", "/registered_models", name="m") == 409
    assert ask(transport, "GET", "/registered_models/99") == 404
    assert ask(transport, "GET", "/registered_models/x") == 400
    assert ask(transport, "DELETE", "/registered_models") == 405
    assert ask(transport, "GET", "/nothing") == 404
    transport.fail_if_broken()


def test_a_query_parameter_or_value_outside_the_contract_is_a_breach(tmp_path: Path) -> None:
    transport = CheckedTransport(tmp_path / "r.db")
    assert ask(transport, "GET", "/registered_models?orderBy=NAME") == 200
    with pytest.raises(AssertionError, match="orderBy is 'NAME'"):
        transport.fail_if_broken()


@pytest.mark.parametrize(
    ("status", "content", "said"),
    [
        (418, {}, "no status 418"),
        (200, {"items": []}, "'nextPageToken' is a required property"),
        (200, {"items": [{"id": 5}], "nextPageToken": "", "pageSize": 0, "size": 0}, "$.items[0]"),
        (404, {"message": "no"}, "no status 404"),
        (400, {"message": "no"}, "'code' is a required property"),
    ],
)
def test_an_answer_outside_the_contract_is_a_breach(status: int, content: dict[str, object], said: str) -> None:
    found = breaches("GET", f"{ALPHA}/registered_models", "", b"", as_json(status, content))
    assert any(said in each for each in found), found


def test_an_answer_to_what_the_contract_does_not_have_is_a_breach() -> None:
    assert breaches("GET", f"{ALPHA}/nothing", "", b"", as_json(200, {}))
    assert not breaches("GET", "/readyz/health", "", b"", as_json(200, {}))
