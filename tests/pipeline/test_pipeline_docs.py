"""What the page on pipelines shows is what the code takes."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

from modelreg._pipeline import detect
from modelreg._pipeline.provenance import BUDGET
from modelreg._pipeline.run_facts import DIRECTIONS
from modelreg.pipeline import parse_registration, register_run

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "pipeline.md").read_text()
DECISION = (DOCS / "decisions" / "0020-pipeline-flow.md").read_text()


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_registration_that_is_shown_is_read():
    declared = parse_registration(blocks("yaml")[0])

    assert (declared.arguments["version"], declared.params["lr"]) == ("1.4.0", 1e-5)
    assert len(declared.arguments["artifacts"]) == 2


def test_the_arguments_that_are_shown_are_taken():
    (call,) = [
        node
        for block in blocks("python")
        for node in ast.walk(ast.parse(block))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "register_run"
    ]

    assert {keyword.arg for keyword in call.keywords} <= inspect.signature(register_run).parameters.keys()


def test_every_variable_that_is_looked_at_is_named():
    looked_at = set(re.findall(r'"([A-Z]+_[A-Z_]+)"', inspect.getsource(detect)))

    assert len(looked_at) > 20
    assert not [name for name in looked_at if f"`{name}" not in PAGE]


@pytest.mark.parametrize("said", [f"{BUDGET} properties for `training_*`", f"at most {DIRECTIONS} evaluation metrics"])
def test_the_budgets_are_the_ones_that_hold(said):
    assert said in " ".join(DECISION.split())
