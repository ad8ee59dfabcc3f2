"""Notes, hints and near names: what the command line adds to what the library raises."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading

import pytest

from modelreg import errors
from modelreg._cli.failures import _HINTS, ExitCode, Failure, hint_for
from modelreg.local import LocalTransport


@pytest.mark.parametrize("option", [("--where", "acu > 0.5"), ("--sort", "acu", "--owner", "nobody")])
def test_an_empty_list_notes_a_key_that_no_record_has(run, store, option):
    if option[0] == "--sort":
        option = ("--sort", "acu", "--label", "nobody")
    noted = run("versions", "list", "fraud", *option)
    assert (noted.code, noted.out) == (0, "")
    assert "'acu'" in noted.err
    assert "Did you mean `auc`?" in noted.err
    strict = run("versions", "list", "fraud", *option, "--strict")
    assert strict.code == ExitCode.USAGE
    assert "Did you mean `auc`?" in strict.err


def test_an_empty_list_of_known_keys_notes_nothing(run, store):
    ran = run("versions", "list", "fraud", "--where", "auc > 5", "--strict")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (("versions", "list", "fruad"), "`fraud`"),
        (("artifacts", "list", "fruad@1.4.0"), "`fraud`"),
        (("artifacts", "list", "fraud@1.4.1"), "`1.4.0`"),
        (("runs", "list", "tunning"), "`tuning`"),
        (("inference-services", "list", "prd"), "`prod`"),
        (("serve-models", "list", "prod", "fraud-svv"), "`fraud-svc`"),
        (("versions", "best", "fruad", "--metric", "auc"), "`fraud`"),
    ],
)
def test_what_is_missing_names_what_is_near(run, store, arguments, near):
    ran = run(*arguments)
    assert ran.code == ExitCode.NOT_FOUND
    assert f"Did you mean {near}" in ran.err


@pytest.mark.parametrize("words", [("models", "delete", "fraud"), ("runs", "delete", "x"), ("delete", "fraud")])
def test_delete_tells_what_to_do_instead(run, store, words):
    ran = run(*words)
    assert ran.code == ExitCode.USAGE
    for verb in ("archive", "restore", "undeploy", "--remove-property"):
        assert verb in ran.err


@pytest.mark.parametrize(("word", "near"), [("modles", "models"), ("regster", "register")])
def test_a_mistyped_command_names_the_nearest(run, store, word, near):
    ran = run(word)
    assert ran.code == ExitCode.USAGE
    assert f"did you mean {near}" in ran.err


def test_https_to_a_port_of_plain_http_is_told(run, alone):
    listener = socket.create_server(("127.0.0.1", 0))

    def answer():
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                peer.recv(1024)
                peer.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    port = listener.getsockname()[1]
    ran = run("models", "list", "--registry", f"https://127.0.0.1:{port}", env={"MODEL_REGISTRY_RETRIES": "0"})
    listener.close()
    assert ran.code == ExitCode.UNREACHABLE
    assert "http://" in ran.err


def test_every_reason_with_a_hint_is_one_of_the_library(run):
    from typing import get_args

    assert set(_HINTS) <= set(get_args(errors.Reason))


def test_hints_are_worded_from_the_reason_and_not_from_the_message():
    error = errors.Conflict("anything", reason="archived", hint="restore=True", details={"resource": "model"})
    assert "--restore" in (hint_for(error) or "")
    assert hint_for(errors.Conflict("restore=True", hint="Try again.")) == "Try again."
    assert hint_for(Failure("x", hint="y")) == "y"


def test_a_dry_run_prints_the_requests(run, store):
    ran = run("versions", "update", "fraud@1.4.0", "--author", "me", "--dry-run", "--json")
    (write,) = json.loads(ran.out)["writes"]
    assert (write["method"], write["happens"], write["body"]["author"]) == ("PATCH", "updated", "me")
    assert "PATCH /model_versions/" in ran.err


def test_without_the_embedded_registry_a_missing_address_names_what_to_do(alone):
    code = "import sys; sys.modules['sqlalchemy'] = None; from modelreg._cli import main; sys.exit(main({words}))"
    unnamed, named = (
        subprocess.run(
            [sys.executable, "-c", code.format(words=words)], capture_output=True, text=True, timeout=60, check=False
        )
        for words in (["models", "list"], ["models", "list", "--registry", "./x.db"])
    )
    assert unnamed.returncode == ExitCode.FAILED
    for word in ("--registry", "MODEL_REGISTRY_URL", "modelreg[local]"):
        assert word in unnamed.stderr
    assert "--registry" not in named.stderr


def test_python_m_modelreg(run, store):
    ran = subprocess.run([sys.executable, "-m", "modelreg", "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("modelreg ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script(run, alone, shell):
    ran = run("completion", shell, "-q")
    assert "_MODELREG_COMPLETE" in ran.out
    assert ran.err == ""
    assert "--install-completion" not in run("--help").out


def test_an_upsert_reads_its_record_once(run, store, monkeypatch):
    sent = []
    carry = LocalTransport.carry

    def record(self, method, path, *more, **options):
        sent.append((method, path.rpartition("/")[2]))
        return carry(self, method, path, *more, **options)

    monkeypatch.setattr(LocalTransport, "carry", record)
    for given, happened in (("--owner=eve", "Updated"), ("--owner=eve", "Unchanged")):
        del sent[:]
        assert f"✓ {happened}" in run("models", "upsert", "fraud", given).err
        assert [path for method, path in sent if method == "GET"] == ["registered_model"]
    del sent[:]
    assert "✓ Created" in run("models", "upsert", "new").err
    assert [method for method, _ in sent] == ["GET", "POST"]


@pytest.mark.parametrize(
    ("arguments", "outcome"),
    [
        (("log-metric", "tuning", "run-1", "--name", "loss", "--value", "0.1"), ["created"]),
        (("log-params", "tuning", "run-1", "--param", "depth=6", "--param", "rate=0.1"), ["unchanged", "created"]),
        (("log-params", "tuning", "run-1", "--param", "depth=7"), ["updated"]),
    ],
)
def test_a_dry_run_of_what_a_run_logs_is_a_plan(run, store, arguments, outcome):
    plan = json.loads(run("runs", *arguments, "--dry-run", "--json").out)
    assert [write["happens"] for write in plan["writes"]] == outcome
    assert all(bool(write["body"]) == (write["happens"] != "unchanged") for write in plan["writes"])


@pytest.mark.parametrize(
    ("arguments", "option"),
    [(("register", "a", "1"), "--on-conflict"), (("artifacts", "list", "fraud@1.4.0"), "--kind")],
)
def test_a_choice_is_refused_with_what_there_is(run, store, arguments, option):
    ran = run(*arguments, option, "nonsense")
    assert ran.code == ExitCode.USAGE
    assert "is not one of" in ran.err


def test_documents_and_data_sets_are_registered_with_the_version(run, store):
    given = ("--uri", "s3://m/9", "--dataset", "train=s3://data", "--document", "report=s3://report?x=1")
    assert run("register", "fraud", "9", *given).code == 0
    kinds = run("artifacts", "list", "fraud@9", "--columns", "kind,uri").out.split()
    assert kinds == ["model", "s3://m/9", "dataset", "s3://data", "doc", "s3://report?x=1"]
    assert run("register", "fraud", "9", "--dataset", "train").code == ExitCode.USAGE


def test_quiet_may_stand_before_the_command_too(run, store):
    assert run("-q", "models", "list").out == run("models", "list", "-q").out == "churn\nfraud\n"
    assert run("-q", "models", "list", "--json").code == ExitCode.USAGE
