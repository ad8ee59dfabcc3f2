"""The README is run: its Python in order, against a registry in a folder of its own, and its commands are looked up."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PRINTED = re.compile(r"^\s*print\(.*\)  # (.+)$", re.MULTILINE)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def python_in_place() -> str:
    """The README with every line that is not Python left blank, so that a traceback names the README's line."""
    kept, inside = [], False
    for line in README.splitlines():
        if line.startswith("```"):
            inside = line == "```python"
            kept.append("")
        else:
            kept.append(line if inside else "")
    return "\n".join(kept)


def run(script: Path, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        cwd=folder,
        env=os.environ | {"MODEL_REGISTRY_URL": f"sqlite:///{folder / 'registry.db'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_python_example_runs_and_prints_what_it_says(tmp_path):
    script = tmp_path / "README.py"
    script.write_text(python_in_place(), encoding="utf-8")
    expected = PRINTED.findall(python_in_place())
    assert len(blocks("python")) >= 5
    assert len(expected) >= 10
    (tmp_path / "ca.pem").write_text("")
    assert run(script, tmp_path).splitlines() == expected


def test_the_quickstart_runs_and_the_second_run_writes_nothing(tmp_path):
    first, second = (run(ROOT / "examples" / "quickstart.py", tmp_path).splitlines() for _ in range(2))
    assert first == ["1.4.0 created", "1.4.0 0.94"]
    assert second == ["1.4.0 unchanged", "1.4.0 0.94"]


def test_the_two_commands_are_on_the_first_screen():
    (commands, *_) = blocks("console")
    assert re.findall(r"^\$ (make \w+)", commands, flags=re.MULTILINE) == ["make demo", "make test"]
    assert README.index("```python") < README.index(commands) < README.index("\n## ")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_make_target_that_is_named_is_there(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    named = set(re.findall(r"(?:`|\$ )make ([a-z-]+)", (ROOT / page).read_text(encoding="utf-8")))
    assert named
    assert named <= targets


def test_every_extra_that_is_named_is_there():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    named = set(re.findall(r"modelreg\[(\w+)\]", README)) | set(re.findall(r"`(\w+)` \(", README))
    assert {"local", "postgres", "server", "cli", "kfp"} <= named & set(extras)


def test_it_is_short():
    assert len(README.splitlines()) < 200


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/decisions/README.md"])
def test_every_link_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []
