"""What the quick commands load, said in module names, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

HEAVY = ("rich", "httpx", "sqlalchemy", "modelreg_rest", "altair", "kfp", "yaml")
PROBE = """
import json, sys
sys.argv = ["modelreg", *{arguments!r}]
from modelreg.cli import main
try:
    code = main()
except SystemExit as leaving:
    code = leaving.code
print("\\n@" + json.dumps(sorted(sys.modules)))
"""


def loaded(arguments, env=None) -> set[str]:
    ran = subprocess.run(
        [sys.executable, "-c", PROBE.format(arguments=arguments)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **(env or {})},
    )
    return set(json.loads(ran.stdout.rpartition("\n@")[2]))


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["models", "--help"], ["register", "--help"]])
def test_a_question_about_the_program_loads_little(arguments):
    assert not loaded(arguments) & set(HEAVY)


def test_completion_of_commands_loads_little():
    env = {"_MODELREG_COMPLETE": "bash_complete", "COMP_WORDS": "modelreg mo", "COMP_CWORD": "1"}
    assert not loaded([], env) & set(HEAVY)


def test_the_version_loads_no_command():
    assert not {name for name in loaded(["--version"]) if name == "modelreg.cli.resources"}
