"""The house rules that no linter knows: sizes, names, and what a file of this project never says."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_BODY = 40
LONGEST_MODULE = 400
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
# Where this copy lies and whose home it is used from, beside the places where machines are usually built.
PLACES = {"/root", "/work", "/tmp", *(str(place) for place in (ROOT.parent, Path.home()) if len(place.parts) > 1)}
MACHINE_PATH = re.compile(rf"(?<![\w.~$}}>-])(?:{'|'.join(map(re.escape, sorted(PLACES)))})/[\w.-]+")


def tracked() -> list[Path]:
    """Every file that the repository holds; without a repository, every file of the folders that it has."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode == 0:
        paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    else:
        folders = ("modelreg", "generated", "scripts", "examples", "tests", "docs", "openapi")
        paths = [path for folder in folders for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    return [path for path in paths if path.is_file()]


def ours() -> list[Path]:
    """The Python files that people write."""
    return [path for path in tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] != "generated"]


def too_long(source: str) -> list[tuple[str, int]]:
    """Name the functions whose body, docstring aside, is too long."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
            length = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            if length > LONGEST_BODY:
                found.append((node.name, length))
    return found


def test_no_function_is_long():
    long = [
        f"{path.relative_to(ROOT)}: {name} has {length} lines"
        for path in ours()
        for name, length in too_long(path.read_text(encoding="utf-8"))
    ]
    assert not long, "\n".join(long)


@pytest.mark.parametrize(("lines", "found"), [(LONGEST_BODY, []), (LONGEST_BODY + 1, [("f", LONGEST_BODY + 1)])])
def test_a_long_function_is_seen(lines, found):
    body = "".join("    1\n" for _ in range(lines))
    assert too_long(f'def f():\n    """Say\n\n    much.\n    """\n{body}') == found


def test_no_module_is_long():
    long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in ours()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    ]
    assert not long, "\n".join(long)


def test_every_name_says_what_is_inside():
    vague = [path.relative_to(ROOT) for path in ours() if VAGUE & {path.stem, *path.relative_to(ROOT).parts}]
    assert not vague


def test_every_module_says_what_it_decides():
    silent = [
        str(path.relative_to(ROOT))
        for path in ours()
        if path.relative_to(ROOT).parts[0] != "tests"
        and (text := path.read_text(encoding="utf-8")).strip()
        and not ast.get_docstring(ast.parse(text))
    ]
    assert not silent


def test_no_file_names_a_path_of_a_machine():
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in MACHINE_PATH.finditer(text)]
    assert not found, "\n".join(found)


def test_no_event_loop_is_patched():
    asked = [path for path in (*ours(), ROOT / "pyproject.toml") if path != Path(__file__)]
    assert not [path.relative_to(ROOT) for path in asked if "nest_asyncio" in path.read_text(encoding="utf-8")]


def test_every_decision_is_in_the_index():
    pages = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\(([^)]+)\)", index) == pages
