"""The rules that scripts/house_rules.py checks are seen when they are broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.house_rules import LONGEST_BODY, LONGEST_MODULE, of_decisions, of_module, of_text


def function(lines: int) -> str:
    body = "    1\n" * lines
    return f'"""A module."""\ndef f():\n    """Return\n\n    much.\n    """\n{body}'


@pytest.mark.parametrize(
    ("file", "source", "found"),
    [
        ("modelreg/names.py", function(LONGEST_BODY), []),
        ("modelreg/names.py", function(LONGEST_BODY + 1), [f"f has {LONGEST_BODY + 1} lines"]),
        ("modelreg/names.py", '"""A module."""\n' + "\n" * LONGEST_MODULE, [f"{LONGEST_MODULE + 1} lines"]),
        ("modelreg/utils.py", '"""A module."""\n', ["does not say what is inside"]),
        ("modelreg/names.py", "X = 1\n", ["no docstring"]),
        ("tests/names.py", "X = 1\n", []),
        ("modelreg/_core/names.py", '"""A module."""\nimport_module("modelreg._core.values")\n', []),
        ("modelreg/_core/names.py", '"""A module."""\nimport_module("modelreg._cli.app")\n', ["past the layers"]),
        ("modelreg/_cli/names.py", '"""A module."""\nimport_module("modelreg._core.values")\n', []),
    ],
)
def test_a_module_is_held_to_the_rules(file, source, found):
    messages = list(of_module(Path(file), source))
    assert len(messages) == len(found)
    assert all(part in message for part, message in zip(found, messages, strict=True))


def test_a_path_of_a_machine_is_seen():
    path = str(Path.home() / "models")
    assert list(of_text(Path("README.md"), f"see {path} and ~/models, ./tmp/x, <root>/x"))
    assert not list(of_text(Path("README.md"), "see ~/models, ./tmp/x, https://example.com/tmp/x"))


def test_the_index_of_decisions_and_the_folder_agree():
    index = "- [One](0001-one.md)\n- [Two](0002-two.md), see also [the guide](../cli.md)\n"
    assert not list(of_decisions(["0001-one.md", "0002-two.md"], index))
    assert len(list(of_decisions(["0001-one.md", "0003-three.md"], index))) == 2
