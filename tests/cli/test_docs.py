"""Every command and option is documented and has help, the options say all that the library can, the examples run."""

from __future__ import annotations

import inspect
import re
import shlex
import subprocess
import sys
from pathlib import Path

import attrs
import click
import pytest

from modelreg import ModelRegistry
from modelreg._cli.failures import ExitCode
from modelreg._core.resources import RESOURCES
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
ELSEWHERE = re.compile(
    r"https?://|copy prod|\|| < |^(serve|ui)\b|^register-hf |^import mlflow:|^(download|verify|files) |--files"
)


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


@pytest.mark.parametrize("words", [words for words, _ in LEAVES], ids=[" ".join(words) for words, _ in LEAVES])
def test_the_help_of_every_command_lists_its_arguments_once(words):
    command = dict(LEAVES)[words]
    shown = command.get_help(click.Context(command, info_name=words[-1]))
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    assert shown.lower().count("arguments:\n") == bool(arguments)
    for argument in arguments:
        assert " ".join(argument.help.split())[:20] in " ".join(shown.split())


def test_every_exit_code_is_in_the_guide():
    for code in ExitCode:
        assert f"\n| {code.value} | " in GUIDE


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=RESOURCES)
@pytest.mark.parametrize("verb", ["upsert", "update"])
def test_the_options_set_all_that_the_library_takes(resource, verb, alone):
    if verb == "update" and not resource.can_update:
        return
    with ModelRegistry(alone / "x.db") as registry:
        taken = set(inspect.signature(getattr(getattr(registry, resource.group), verb)).parameters)
    own = {resource.kind, "name"} - ({"version"} if resource.kind != "version" else set())
    parents = {resource.parent.kind} - {"version"} if resource.parent else set()
    ids = {name for name in taken if name.endswith("_id") and name != "external_id"}
    fixed = {name for name, field in attrs.fields_dict(resource.record).items() if field.metadata.get("fixed")}
    given = {str(option.name) for option in dict(LEAVES)[resource.command, verb].params} | {"properties"}
    missing = taken - own - parents - ids - given - (fixed if verb == "update" else set())
    assert missing - ({"version"} if resource.kind == "artifact" else set()) == set()


@pytest.mark.parametrize("example", [each for each in EXAMPLES if not ELSEWHERE.search(each)])
def test_the_examples_run(run, store, alone, example):
    (alone / "metrics.json").write_text('{"auc": 0.96}')
    (alone / "registrations.jsonl").write_text('{"name": "fraud", "version": "1.8.0", "uri": "s3://m"}\n')
    (alone / "card.md").write_text("# Fraud")
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
