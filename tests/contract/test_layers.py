"""Imports go down only: the layers stand in pyproject.toml, and this holds every module to them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# What must not be: the file it is written into, what is imported there, the contract that forbids it.
PLANTED = [
    ("modelreg/_types/records.py", "modelreg._core.names", "imports go down only"),
    ("modelreg/_compare.py", "modelreg._resolve", "imports go down only"),
    ("modelreg/_compare.py", "modelreg._views.page", "imports go down only"),
    ("modelreg/_transfer/lines.py", "modelreg._doctor", "imports go down only"),
    ("modelreg/_wire/retry.py", "modelreg._async.engine", "imports go down only"),
    ("modelreg/local/_registry/app.py", "modelreg.errors", "imports go down only"),
    ("modelreg/_filters/__init__.py", "modelreg_rest.client", "the core, the API versions and the two clients"),
    ("generated/modelreg_rest/client.py", "modelreg.errors", "the generated client knows nothing of ours"),
    ("modelreg/_async/model_group.py", "modelreg._async.version_group", "a group of resources knows no other group"),
    ("modelreg/_core/change.py", "modelreg._wire.retry", "the core decides and knows nothing of connections"),
]


def lint(folder: Path) -> tuple[int, str]:
    """Hold the packages below a folder to the contracts of its pyproject.toml."""
    program = "import sys; from importlinter.cli import lint_imports_command as lint; sys.exit(lint())"
    paths = os.pathsep.join([str(folder), str(folder / "generated")])
    run = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": paths, "COLUMNS": "200", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, re.sub(r"\s+", " ", run.stdout + run.stderr)


def test_what_goes_up_or_sideways_is_found(tmp_path):
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "modelreg", tmp_path / "modelreg", ignore=skip)
    shutil.copytree(ROOT / "generated", tmp_path / "generated", ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, imported, _ in PLANTED:
        with (tmp_path / file).open("a", encoding="utf-8") as text:
            text.write(f"\nimport {imported}\n")
    code, output = lint(tmp_path)
    assert code == 1, output
    for file, imported, contract in PLANTED:
        importer = file.removeprefix("generated/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        found = re.search(rf"{re.escape(importer)} -> {re.escape(imported)}\b", output)
        assert found, f"{importer} imports {imported}, and no contract is broken:\n{output}"
        assert re.search(rf"{re.escape(contract)}[^.]* BROKEN", output), output
