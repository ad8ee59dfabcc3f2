"""The commands over a version's files, on a folder store and on the Hub's API on loopback."""

from __future__ import annotations

import json

import pytest

from modelreg import ModelRegistry
from modelreg._cli.failures import ExitCode
from modelreg._cli.option_values import verifier
from modelreg.signing import SigstoreIdentity
from tests.unit.storage.conftest import environment
from tests.unit.storage.test_hub_and_https import COMMIT, server

__all__ = ["environment", "server"]


@pytest.fixture
def registered(run, store, alone):
    (alone / "out").mkdir()
    (alone / "out" / "model.bin").write_bytes(bytes(5000))
    (alone / "out" / "config.json").write_text("{}")
    ran = run("register", "weights", "1", "--files", "out", "--to", "store", "--json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_registered_files_come_back(run, alone, registered):
    assert registered["artifact"]["properties"]["file_count"] == 2
    ran = run("download", "weights@1", "-o", "down")
    assert (ran.code, ran.out) == (0, f"{alone / 'down'}\n")
    assert (alone / "down" / "model.bin").read_bytes() == bytes(5000)
    assert run("download", "weights@1", "-o", "down").code == ExitCode.CONFLICT
    assert run("download", "weights", "1", "-o", "down", "--overwrite", "-q").code == 0


def test_verify(run, alone, registered):
    digest = registered["artifact"]["properties"]["digest"]
    assert run("verify", "weights@1").out == f"{digest}\n"
    found = json.loads(run("verify", "weights@1", "--json").out)
    assert found == {"reference": "weights@1", "digest": digest, "files": 2, "signature": None}


@pytest.mark.parametrize("verb", [("verify", "weights@1"), ("download", "weights@1", "-o", "down")])
def test_altered_files_have_an_exit_code_of_their_own(run, alone, registered, verb):
    (alone / "store" / "weights" / "1" / "model.bin").write_bytes(b"x" * 5000)
    assert run(*verb).code == ExitCode.INTEGRITY == 8
    assert not (alone / "down").exists()


def test_files(run, registered):
    assert run("files", "weights@1", "-q").out.split() == ["config.json", "model.bin"]
    rows = [line.split("\t") for line in run("files", "weights@1").out.splitlines()]
    assert [(row[0], row[1]) for row in rows] == [("config.json", "2"), ("model.bin", "5000")]
    assert {each["size"] for each in json.loads(run("files", "weights@1", "--json").out)} == {2, 5000}


def test_a_dry_run_uploads_nothing(run, store, alone):
    (alone / "model.onnx").write_bytes(b"onnx")
    ran = run("register", "weights", "1", "--files", "model.onnx", "--to", "store", "--dry-run")
    assert ran.code == 0
    assert "store/weights/1/model.onnx" in ran.err
    assert not (alone / "store").exists()


def test_a_warning_is_shown_once(run, store, alone):
    (alone / "model.onnx").write_bytes(b"onnx")
    ran = run("register", "weights", "1", "--files", "model.onnx", "--to", "store")
    assert ran.err.count("KServe cannot load") == 1


def test_progress_is_shown_on_a_terminal_only(run, registered):
    assert "Verifying" in run("verify", "weights@1", live=True).err
    assert "Verifying" not in run("verify", "weights@1").text


def test_signed_files(run, store, alone):
    pytest.importorskip("model_signing")
    from tests.unit.storage.test_signing import write_keys

    write_keys(alone)
    (alone / "model.onnx").write_bytes(b"onnx")
    common = ("register", "weights", "1", "--files", "model.onnx", "--to", "store")
    assert run(*common).code == 0
    assert run("verify", "weights@1", "--public-key", "key.pub").code == ExitCode.INTEGRITY
    assert run(*common, "--sign", "key.pem").code == 0
    assert run("verify", "weights@1", "--public-key", "key.pub").code == 0
    write_keys(alone, "other")
    other = {"MODEL_REGISTRY_VERIFY": "other.pub"}
    assert run("download", "weights@1", "-o", "down", env=other).code == ExitCode.INTEGRITY


def test_signed_by_an_encrypted_key(run, store, alone):
    pytest.importorskip("model_signing")
    from tests.unit.storage.test_signing import write_keys

    write_keys(alone, password=b"secret")
    (alone / "model.onnx").write_bytes(b"onnx")
    command = ("register", "weights", "1", "--files", "model.onnx", "--to", "store", "--sign", "key.pem")
    assert run(*command).code == ExitCode.USAGE
    ran = run(*command, env={"MODEL_REGISTRY_KEY_PASSWORD": "secret"})
    assert ran.code == 0, ran.err
    assert "secret" not in ran.text
    assert run("verify", "weights@1", "--public-key", "key.pub").code == 0


def test_verified_by_a_certificate(run, store, alone):
    pytest.importorskip("model_signing")
    from modelreg.signing import Certificate
    from tests.unit.storage.test_signing import write_certificates

    _, leaf, key = write_certificates(alone)
    (alone / "model.onnx").write_bytes(b"onnx")
    with ModelRegistry(store) as registry:
        registry.register(
            "weights", "1", files=alone / "model.onnx", to=str(alone / "store"), sign=Certificate(leaf, key)
        )
    assert run("verify", "weights@1", "--certificate", "root.crt").code == 0
    assert run("download", "weights@1", "-o", "down", "--certificate", "root.crt").code == 0
    assert run("verify", "weights@1", "--public-key", "leaf.crt").code == ExitCode.USAGE


def test_one_way_of_verifying(run, registered):
    identity = ("ana@example.com", "https://issuer.example.com")
    assert verifier(None, (), *identity) == SigstoreIdentity(*identity)
    assert verifier(None, (), None, None) is None
    options = ("--identity", identity[0], "--issuer", identity[1])
    for wrong in (options[:2], options[2:], (*options, "--certificate", "root.crt")):
        assert run("verify", "weights@1", *wrong).code == ExitCode.USAGE


def test_register_hf(run, store, alone, server):
    ran = run("register-hf", "org/name@main", "--name", "my-name", "--json")
    assert ran.code == 0, ran.err
    done = json.loads(ran.out)
    assert done["reference"] == f"my-name@{COMMIT[:12]}"
    assert done["artifact"]["uri"] == f"hf://org/name@{COMMIT}"
    assert done["version"]["properties"]["license"] == "apache-2.0"
    assert run("register-hf", "org/name", "--name", "my-name").code == 0
    copied = run("register-hf", "org/name", "--to", "store", "--json")
    assert copied.code == 0, copied.err
    assert json.loads(copied.out)["artifact"]["properties"]["file_count"] == 4
    server.seen.clear()
    assert run("register-hf", "org/name", "--to", "store").code == 0
    assert not [path for path, _ in server.seen if "safetensors" in path]
    assert run("verify", f"name@{COMMIT[:12]}").code == 0
    assert run("register-hf", "org/gated").code == ExitCode.NOT_AUTHORISED
