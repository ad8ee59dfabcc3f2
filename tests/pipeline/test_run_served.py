"""Steps against a served registry: killed after each request in turn, and turned away by its certificate."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import trustme

from modelreg import ModelRegistry
from modelreg._types import ModelArtifact
from modelreg.errors import ConnectionFailed
from tests.pipeline.artifacts import contents, newest
from tests.pipeline.killed_step import step
from tests.serving import serving

# Steps that are killed, in processes of their own: part of `make test-all`.
pytestmark = pytest.mark.heavy

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(__file__).parent / "data" / "lm_eval_0.4.13.json"


@pytest.fixture
def volume(tmp_path):
    mount = tmp_path / "volume"
    (mount / "model").mkdir(parents=True)
    (mount / "model" / "weights.bin").write_bytes(b"weights")
    (mount / "results.json").write_bytes(REAL.read_bytes())
    return str(mount)


def held(registry, name):
    """What the registry holds of one model, under one name whatever it is called."""
    records = contents(registry)
    start = next(at for at, record in enumerate(records) if record["name"] == name)
    own = records[start : start + 4]
    return json.loads(json.dumps(own).replace(f'"{name}"', '"tuned"'))


def killed(url, volume, name, requests):
    command = [sys.executable, "-m", "tests.pipeline.killed_step", url, volume, name, str(requests)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_killed_after_each_request_and_run_again_it_ends_the_same(tmp_path, volume):
    with serving(tmp_path / "server.log", "--store", f"sqlite:///{tmp_path / 'registry.db'}") as served:
        with ModelRegistry(served.url) as registry:
            assert step(registry, volume, "whole") == "created"
            expected = held(registry, "whole")
            assert [record["record"] for record in expected] == [
                "RegisteredModel",
                "ModelVersion",
                "DocArtifact",
                "ModelArtifact",
            ]
        outcomes = []
        for requests in range(1, 30):
            name = f"killed-{requests}"
            died = killed(served.url, volume, name, requests)
            if died.returncode == 0:
                break
            assert died.returncode == -signal.SIGKILL, died.stderr
            with ModelRegistry(served.url) as registry:
                outcomes.append(step(registry, volume, name))
                assert held(registry, name) == expected
                assert isinstance(newest(registry, registry.versions.find("1.0.0", model=name)), ModelArtifact)
                assert step(registry, volume, name) == "unchanged"

    # The four writes are the last four requests; killed after the last of them, nothing was left to do.
    assert died.stdout.strip() == "created"
    assert len(outcomes) >= 5
    assert outcomes == ["created"] * (len(outcomes) - 1) + ["unchanged"]


def test_a_certificate_of_another_authority_turns_the_step_away(tmp_path, volume, monkeypatch):
    authority, stranger = trustme.CA(), trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    certificate.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    authority.cert_pem.write_to_path(str(tmp_path / "right.pem"))
    stranger.cert_pem.write_to_path(str(tmp_path / "wrong.pem"))
    monkeypatch.setenv("MODEL_REGISTRY_RETRIES", "0")
    arguments = ["--certfile", str(tmp_path / "cert.pem"), "--keyfile", str(tmp_path / "key.pem")]
    store = f"sqlite:///{tmp_path / 'registry.db'}"
    with serving(tmp_path / "server.log", "--store", store, *arguments) as served:
        monkeypatch.setenv("MODEL_REGISTRY_CA_CERT", str(tmp_path / "wrong.pem"))
        with pytest.raises(ConnectionFailed, match=r"(?i)certificate"):
            step(served.url, volume, "tuned")

        monkeypatch.setenv("MODEL_REGISTRY_CA_CERT", str(tmp_path / "right.pem"))
        with ModelRegistry(served.url) as registry:
            assert contents(registry) == []
        assert step(served.url, volume, "tuned") == "created"
