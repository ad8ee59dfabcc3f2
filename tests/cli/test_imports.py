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
from modelreg._cli import main
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
    assert not {name for name in loaded(["--version"]) if name == "modelreg._cli.resources"}


@pytest.mark.parametrize("served", [False, True], ids=["in a file", "over http"])
def test_a_list_loads_neither_the_command_line_of_httpx_nor_what_only_others_need(tmp_path, request, served):
    address = request.getfixturevalue("model_registry_url") if served else str(tmp_path / "registry.db")
    modules = loaded(["models", "list"], {"MODEL_REGISTRY_URL": address})
    assert "httpx" in modules
    assert not modules & {"httpx._main", "rich", "pygments", "lark", "psycopg", "alembic", "yaml", "sqlalchemy.orm"}
    assert served == ("sqlalchemy" not in modules)
