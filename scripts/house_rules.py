"""The rules of this repository that no linter knows: sizes, names, docstrings, and what no file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST_BODY = 40
LONGEST_MODULE = 400
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
# The folder of this copy and the home of its user, beside the places where machines usually build.
FOLDERS = {"/root", "/work", "/tmp", *(str(each) for each in (ROOT.parent, Path.home()) if len(each.parts) > 1)}
MACHINE_PATH = re.compile(rf"(?<![\w.~$}}>-])(?:{'|'.join(map(re.escape, sorted(FOLDERS)))})/[\w.-]+")
# Imports every module in a process of its own and prints what it opened or started; entry points and plugins aside.
EVERY_IMPORT = """
import importlib, pkgutil, sys, modelreg
migrations = "modelreg.local._registry.migrations."
aside = (migrations, "modelreg.pipeline.component", "modelreg.__main__", "modelreg._mlflow.")
watched = ("socket.", "sqlite3.connect", "subprocess.")
sys.addaudithook(lambda event, _: event.startswith(watched) and print(f"an import does {event}"))
for found in pkgutil.walk_packages(modelreg.__path__, "modelreg."):
    if not found.name.startswith(aside):
        importlib.import_module(found.name)
"""
IMPORT_BY_NAME = re.compile(r"import_module\(\s*f?[\"'](modelreg[\w.]*)")


def tracked(root: Path) -> list[Path]:
    """Return every file of the repository; without a repository, every file of the folders that it has."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=False)
    if listing.returncode == 0:
        paths = [root / name for name in listing.stdout.decode().split("\0") if name]
    else:
        folders = ("modelreg", "generated", "scripts", "examples", "tests", "docs", "openapi")
        paths = [path for folder in folders for path in (root / folder).rglob("*") if "__pycache__" not in path.parts]
    return [path for path in paths if path.is_file()]


def of_module(file: Path, source: str) -> Iterator[str]:
    """Yield what is wrong with one Python module that people write, given by its path from the root."""
    lines = source.count("\n")
    if lines > LONGEST_MODULE:
        yield f"{file}: {lines} lines; at most {LONGEST_MODULE}"
    if VAGUE & {file.stem, *file.parts}:
        yield f"{file}: the name does not say what is inside"
    tree = ast.parse(source)
    if file.parts[0] != "tests" and source.strip() and not ast.get_docstring(tree):
        yield f"{file}: no docstring of the module"
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and (length := _body(function)) > LONGEST_BODY:
            yield f"{file}:{function.lineno}: {function.name} has {length} lines; at most {LONGEST_BODY}"
    yield from _imports_by_name(file, source)


def of_text(file: Path, text: str) -> Iterator[str]:
    """Yield what is wrong with the text of any file, given by its path from the root."""
    for found in MACHINE_PATH.finditer(text):
        yield f"{file}: {found[0]} is a path of one machine"


def of_decisions(pages: Iterable[str], index: str) -> Iterator[str]:
    """Yield the pages of decisions that the index does not list, and those that it lists and are not there."""
    for page in sorted(set(pages) ^ set(re.findall(r"\]\((\d[^)]+)\)", index))):
        yield f"docs/decisions/README.md: {page} stands in the index or in the folder, not in both"


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _imports_by_name(file: Path, source: str) -> Iterator[str]:
    # The modules of public names load them so, and the command line, the topmost layer, may load anything.
    if file.parts[0] != "modelreg" or file.parts[1] in ("__init__.py", "storage.py", "_cli"):
        return
    package = file.parts[1].removesuffix(".py")
    for module in IMPORT_BY_NAME.findall(source):
        if module.split(".")[1] != package:
            yield f"{file}: imports {module} by its name, past the layers"


def of_imports(root: Path) -> Iterator[str]:
    """Yield what importing each module of the package opens, starts or raises."""
    command = [sys.executable, "-W", "error", "-c", EVERY_IMPORT]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    yield from run.stdout.splitlines()
    if run.returncode:
        yield run.stderr


def findings(root: Path) -> Iterator[str]:
    """Yield every breach of the rules below a folder, a line each."""
    for path in tracked(root):
        file = path.relative_to(root)
        text = path.read_bytes().decode("utf-8", errors="ignore")
        yield from of_text(file, text)
        if path.suffix == ".py" and file.parts[0] != "generated":
            yield from of_module(file, text)
    yield from of_imports(root)
    decisions = root / "docs" / "decisions"
    pages = (path.name for path in decisions.glob("[0-9]*.md"))
    yield from of_decisions(pages, (decisions / "README.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    found = list(findings(ROOT))
    print("\n".join(found) if found else "The rules of the house are kept")
    sys.exit(bool(found))
