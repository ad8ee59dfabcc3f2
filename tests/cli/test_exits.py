"""Each exit code once, as a script would meet it, and how failures are said."""

from __future__ import annotations

import socket

import pytest

from modelreg import errors
from modelreg._cli.failures import ExitCode, exit_code


def test_ok_also_for_an_empty_list(run, store):
    ran = run("models", "list", "--owner", "nobody")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert run("models", "list", "--owner", "nobody", "--json").out == "[]\n"


def test_an_empty_list_is_said_to_people_only(run, alone, monkeypatch):
    monkeypatch.setenv("MODEL_REGISTRY_URL", "./empty.db")
    assert "There are no models yet" in run("models", "list", live=True).err
    assert "No models match" in run("models", "list", "--owner", "nobody", live=True).err


def test_failed(run, store):
    ran = run("resolve", "churn@1")
    assert ran.code == ExitCode.FAILED
    assert "has no artifact: KServe fails" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("models", "list", "--nonsense"),
        ("models", "list", "--json", "--csv"),
        ("models", "list", "--columns", "nonsense"),
        ("models", "list", "--limit", "-1"),
        ("models", "update", "fraud"),
        ("versions", "find", "fraud"),
        ("versions", "find", "a", "b", "c"),
        ("models", "upsert", "x", "--property", "nonsense"),
        ("models", "upsert", ""),
        ("models", "upsert", "x" * 300),
        ("register",),
        ("compare", "fraud@1.4.0"),
        ("compare", "fraud@1.3.0", "fraud@1.4.0", "--fail-if-worse", "depth"),
        ("inference-services", "undeploy", "prod", "fraud-svc"),
        ("versions", "archive", "fraud@1.4.0"),
    ],
)
def test_usage(run, store, arguments):
    if arguments[0] == "versions" and arguments[1] == "archive":
        assert run("inference-services", "deploy", "prod", "fraud-svc").code == 0
    ran = run(*arguments)
    assert ran.code == ExitCode.USAGE
    assert ran.out == ""
    assert ran.err.startswith("error: ")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("models", "find", "fruad"), "Did you mean `fraud`?"),
        (("versions", "find", "fraud@1.4.1"), "Did you mean `1.4.0` or `1.3.0`?"),
        (("models", "get", "99999"), ""),
        (("models", "get", "fraud"), "`find` takes a name"),
        (("show", "nobody"), "`modelreg models list`"),
        (("export", "nobody"), ""),
    ],
)
def test_not_found(run, store, arguments, hint):
    ran = run(*arguments)
    assert ran.code == ExitCode.NOT_FOUND
    assert hint in ran.err


def test_the_caret_stands_under_what_is_wrong_in_a_filter(run, store):
    ran = run("models", "list", "--where", "auc >> 1")
    assert ran.code == ExitCode.USAGE
    assert ran.err.splitlines()[1:3] == ["  auc >> 1", "       ^"]


def test_conflict(run, store):
    ran = run("register", "fraud", "1.4.0", "--uri", "s3://elsewhere")
    assert ran.code == ExitCode.CONFLICT
    assert "--on-conflict update" in ran.err


def test_unreachable(run, alone):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        ran = run("models", "list", "--registry", url, env={"MODEL_REGISTRY_RETRIES": "0"})
    assert ran.code == ExitCode.UNREACHABLE
    assert "caused by:" in ran.err


def test_gate_not_met(run, store):
    passed = run("compare", "fraud@1.3.0", "fraud@1.4.0", "--fail-if-worse", "auc", "--fail-if-worse", "loss")
    assert passed.code == 0
    ran = run("compare", "fraud@1.4.0", "fraud@1.3.0", "--fail-if-worse", "auc")
    assert ran.code == ExitCode.GATE_NOT_MET
    assert "worse than 0.94 of fraud@1.4.0" in ran.err
    assert run("compare", "fraud@1.3.0", "fraud@1.4.0", "--fail-if-worse", "depth", "--lower", "depth").code == 7


def test_interrupted(run, store, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("modelreg._cli.listing.show_list", interrupted)
    assert run("models", "list").code == ExitCode.INTERRUPTED


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.Unauthorized("x", status=401), ExitCode.NOT_AUTHORISED),
        (errors.Forbidden("x", status=403), ExitCode.NOT_AUTHORISED),
        (errors.DeadlineExceeded("x"), ExitCode.UNREACHABLE),
        (errors.InvalidInput("x"), ExitCode.USAGE),
        (errors.InvalidInput("x", status=400), ExitCode.FAILED),
        (errors.ServerError("x", status=500), ExitCode.FAILED),
        (errors.InvalidResponse("x"), ExitCode.FAILED),
    ],
)
def test_every_error_has_a_code(error, code):
    assert exit_code(error) is code


def test_the_help_says_every_code(run, alone):
    said = run("--help").out
    for code in ExitCode:
        assert f"{code.value:>3}  {code.meaning[:30]}" in said


def test_a_traceback_is_shown_when_it_is_asked_for(run, store, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("a \x1b[31mdefect")

    monkeypatch.setattr("modelreg._cli.listing.show_list", broken)
    quiet, loud = run("models", "list"), run("models", "list", "--debug")
    assert "Traceback" not in quiet.err
    assert quiet.err.startswith("error: a \\x1b[31mdefect\nhint: ")
    assert "Traceback" in loud.err
    assert "\x1b" not in loud.err
    assert quiet.code == loud.code == 1


def test_asking(run, store):
    assert run("inference-services", "deploy", "prod", "fraud-svc").code == 0
    no = run("versions", "archive", "fraud@1.4.0", live=True, answer="n\n")
    assert no.code == ExitCode.FAILED
    assert "is served by 'fraud-svc'; archive it? [y/N]" in no.err
    assert '"LIVE"' in run("versions", "find", "fraud@1.4.0", "--json").out
    assert run("versions", "archive", "fraud@1.4.0", live=True, answer="y\n").code == 0
    assert '"ARCHIVED"' in run("versions", "find", "fraud@1.4.0", "--json").out


def test_properties_are_not_lost_unasked(run, store):
    ran = run("versions", "update", "fraud@1.4.0", "--replace-properties", "--property", "auc=1")
    assert ran.code == ExitCode.USAGE
    assert "Pass --yes" in ran.err
    assert run("versions", "update", "fraud@1.4.0", "--replace-properties", "--property", "auc=1", "--yes").code == 0
