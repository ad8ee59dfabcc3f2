"""What a new user does first, typed from the guide: each task is one command, on an empty registry."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "ten-tasks.md").read_text(encoding="utf-8")
COMMANDS = [shlex.split(line.removeprefix("$ modelreg ")) for line in GUIDE.splitlines() if line.startswith("$ ")]


def test_the_ten_tasks_are_a_command_each(run, alone, monkeypatch):
    monkeypatch.setenv("MODEL_REGISTRY_URL", str(alone / "registry.db"))
    out = {}
    for command in COMMANDS:
        ran = run(*command)
        assert ran.code == 0, (command, ran.err)
        out[" ".join(command[:2])] = ran.out
    assert out["versions list"].splitlines()[0].split("\t")[1] == "1.5.0"
    assert "\t1.5.0\n" in out["versions best"]
    assert "0.94\t0.96" in out["compare fraud@1.4.0"]
    assert "better" in out["compare fraud@1.4.0"]
    assert out["runs log-metric"]
    assert run("--registry", "copy.db", "versions", "list", "fraud", "-q").out.split() == ["fraud@1.5.0", "fraud@1.4.0"]
    assert "train" in run("artifacts", "list", "fraud@1.5.0", "--kind", "dataset").out


@pytest.mark.parametrize(
    "task",
    [
        "register",
        "versions find",
        "versions list",
        "versions best",
        "compare",
        "versions archive",
        "models upsert fraud --readme",
        "register fraud 1.5.0 --uri s3://models/fraud/1.5.0 --metric auc=0.96 --dataset",
        "runs log-metric",
        "copy",
    ],
)
def test_the_guide_has_each_task(task):
    assert any(" ".join(command).startswith(task) for command in COMMANDS)
