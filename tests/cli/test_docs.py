"""Every command and option is documented and has help, the options say all that the library can, the examples run."""

from __future__ import annotations

import inspect
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from modelreg import ModelRegistry
from modelreg.cli.exits import ExitCode
from modelreg.cli.kinds import KINDS
from modelreg.cli.options import FIELDS
from tests.cli.inventory import leaves

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "cli-reference.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
LEAVES = list(leaves())
EXAMPLES = [
    line.strip().removeprefix("$ modelreg ")
    for text in (*(command.epilog or "" for _, command in LEAVES), GUIDE)
    for line in text.splitlines()
    if line.strip().startswith("$ modelreg ")
]
#: What needs another machine, another program, or the library's own words.
ELSEWHERE = re.compile(r"https?://|copy prod|\|| < ")


def test_the_reference_is_as_the_commands_say():
    ran = subprocess.run([sys.executable, "scripts/cli_reference.py", "--check"], cwd=ROOT, check=False)
    assert ran.returncode == 0


@pytest.mark.parametrize("words", [words for words, _ in LEAVES], ids=[" ".join(words) for words, _ in LEAVES])
def test_every_command_and_option_is_documented(words):
    command = dict(LEAVES)[words]
    section = REFERENCE.partition(f"## modelreg {' '.join(words)}\n")[2].partition("\n## ")[0]
    assert section
    assert command.help
    for parameter in command.params:
        assert parameter.help, parameter.name
        if parameter.param_type_name == "option" and parameter.name != "help":
            assert any(option in section for option in parameter.opts), parameter.opts


def test_every_exit_code_is_in_the_guide():
    for code in ExitCode:
        assert f"\n| {code.value} | " in GUIDE


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("verb", ["upsert", "update"])
def test_the_options_say_all_that_the_library_takes(kind, verb, alone):
    if verb == "update" and not kind.updates:
        return
    with ModelRegistry(alone / "x.db") as registry:
        taken = set(inspect.signature(getattr(getattr(registry, kind.group), verb)).parameters)
    parents = {"name", *(part for part in kind.path[:-1]), *(f"{part}_id" for part in (*kind.path, "version", "model"))}
    properties = {"properties", "replace_properties", "remove_properties"}
    fields = (*kind.once, *kind.fields) if verb == "upsert" else kind.fields
    said = {FIELDS[name].argument or name for name in fields}
    beside = {kind.path[-1]} if verb == "update" else {"version"} if kind.group == "artifacts" else set()
    assert taken - parents - properties - beside == said - ({"version"} if kind.group == "artifacts" else set())


@pytest.mark.parametrize("example", [each for each in EXAMPLES if not ELSEWHERE.search(each)])
def test_the_examples_run(run, store, alone, example):
    (alone / "metrics.json").write_text('{"auc": 0.96}')
    (alone / "results.json").write_text('{"results": {"task": {"acc,none": 0.5}}}')
    (alone / "registration.yaml").write_text("name: fraud\nversion: '1.7.0'\nuri: s3://m\n")
    env = {"GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "1", "GITHUB_REPOSITORY": "o/r"}
    assert run("export", "-o", "registry.jsonl").code == 0
    assert run("register", "fraud", "1.5.0", "--uri", "s3://models/fraud/1.5.0", "--metric", "auc=0.95").code == 0
    if example.startswith("register fraud 1.4.0"):
        example = example.replace("fraud 1.4.0", "fraud 9", 1)
    ran = run(*shlex.split(example), env=env)
    # An id in an example may be of something else here.
    assert ran.code in ((0, 3) if " get 1" in example else (0,)), ran.text


def test_most_examples_are_run():
    assert len([each for each in EXAMPLES if not ELSEWHERE.search(each)]) > 60
