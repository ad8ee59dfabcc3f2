"""README's ten commands, typed into one shell in a checkout, and then the page that they lead to."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.registries import skip_or_fail
from tests.wheels.conftest import ROOT

pytestmark = pytest.mark.heavy

#: What a checkout has that is installed from.
INSTALLED = ("modelreg", "generated", "openapi", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE")
FOREIGN = ("PYTHON", "MODEL_REGISTRY", "VIRTUAL_ENV", "PYTEST")
TYPED = "typed exited with"


def commands() -> list[str]:
    """The lines of README's block."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^## Ten commands\b.*?^```console\n(.*?)^```$", readme, flags=re.MULTILINE | re.DOTALL)
    return [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]


class Shell:
    """A shell that commands are typed into one after another."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def type(self, command: str) -> list[str]:
        """Type a command and return the lines that it writes, its exit code the last of them."""
        self.begin(f"{command} 2>&1; echo {TYPED} $?")
        lines: list[str] = []
        while not (lines and lines[-1].startswith(TYPED)):
            lines.append(self.line())
        return lines

    def begin(self, command: str) -> None:
        """Type a command that goes on."""
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()

    def line(self) -> str:
        """Return the next line that is written."""
        line = self._process.stdout.readline()
        assert line, "the shell has ended"
        return line.rstrip("\n")


@contextmanager
def shell(folder: Path):
    """Start a shell in a folder, with nothing of this environment but its Python and what reaches a package index."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    base = Path(sys.base_prefix, "bin")
    path = [str(base), *(each for each in kept["PATH"].split(os.pathsep) if not Path(each, "activate").exists())]
    environ = {**kept, "HOME": str(folder), "PATH": os.pathsep.join(path), "BROWSER": "true"}
    with subprocess.Popen(
        [shutil.which("bash") or "sh"],
        cwd=folder,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield Shell(process)
        finally:
            process.terminate()


@pytest.fixture
def checkout(tmp_path):
    for name in INSTALLED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, tmp_path / name)
    return tmp_path


def visit(address: str) -> dict[str, str]:
    """Open the page by its address with the key, then what it links to, and return the text of each path."""
    root = address.partition("/?")[0]
    with httpx.Client(base_url=root, timeout=30) as client:
        assert client.get("/").status_code == 403
        assert client.get(address).status_code == 200
        pages = {"/": client.get("/").text}
        for kind in ("models", "versions"):
            links = {link for text in pages.values() for link in re.findall(rf'href="(/{kind}/\d+)"', text)}
            pages |= {link: client.get(link).raise_for_status().text for link in links}
        comparison = client.get("/compare", params={"v": ["fraud@1.0.0", "fraud@champion"]})
        return pages | {"/compare": comparison.text}


def test_ten_commands_lead_from_nothing_to_a_promoted_model_on_the_page(checkout):
    typed = commands()
    assert len(typed) <= 10
    *steps, last = typed
    written = {}
    with shell(checkout) as terminal:
        for step in steps:
            written[step] = terminal.type(step)
            if "No matching distribution" in "\n".join(written[step]):
                skip_or_fail("no package index can be reached")
            assert written[step][-1] == f"{TYPED} 0", "\n".join(written[step])
        compared = next("\n".join(lines) for step, lines in written.items() if " compare " in step)
        assert "auc" in compared
        assert "better" in compared
        terminal.begin(f"exec {last} 2>&1")
        pages = visit(terminal.line())
    assert "fraud" in pages["/"]
    (model,) = [text for path, text in pages.items() if path.startswith("/models/")]
    for part in ("champion", "1.0.0", "1.1.0", "0.94"):
        assert part in model
    assert len([path for path in pages if path.startswith("/versions/")]) == 2
    assert "better" in pages["/compare"]
