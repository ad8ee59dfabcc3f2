"""The wheel, and environments of their own that it is installed into with one extra each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import field, frozen

from tests.registries import postgres_registry, postgres_server, skip_or_fail
from tests.serving import serving

__all__ = ["postgres_registry", "postgres_server"]

ROOT = Path(__file__).parents[2]
#: What of a developer's environment may not reach the one that is tried.
_FOREIGN = ("PYTHON", "MODEL_REGISTRY", "VIRTUAL_ENV", "PYTEST", "AWS_", "GOOGLE_", "AZURE_", "HF_", "UV_")


@frozen
class Environment:
    """A Python with the wheel, an extra, and nothing else.

    Attributes:
        python: The interpreter.
        folder: A folder to run in, which is the user's home, too.
        variables: Environment variables of what is run.
    """

    python: Path
    folder: Path
    variables: dict[str, str] = field(factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        """The variables that a program is run with."""
        # In a CI job a registry in a file is refused, and what is tried is a person's machine.
        kept = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith(_FOREIGN)}
        path = f"{self.python.parent}{os.pathsep}{kept.get('PATH', '')}"
        return {**kept, "PATH": path, "HOME": str(self.folder), **self.variables}

    def run(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run Python with some arguments and return what it wrote; a run that takes too long is an error."""
        command = [str(self.python), *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environ, capture_output=True, text=True, timeout=timeout, check=False
        )


def uv() -> str:
    """Return the path of uv, or skip the test."""
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if found is None:
        skip_or_fail("uv is not installed: pip install uv")
    return str(found)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture
def environment(wheel: Path, tmp_path: Path) -> Iterator[Callable[..., Environment]]:
    """Make environments with the wheel, an extra, and further packages; they go with the test."""
    folder = Path(tempfile.mkdtemp(prefix="modelreg-wheel-"))

    def make(extra: str = "", *packages: str) -> Environment:
        wanted = f"{wheel}[{extra}]" if extra else str(wheel)
        python = make_environment(folder / (extra or "core"))
        install(python, wanted, *packages)
        return Environment(python, tmp_path)

    yield make
    shutil.rmtree(folder)


def make_environment(folder: Path) -> Path:
    """Make an empty environment and return its Python."""
    subprocess.run([uv(), "venv", "--quiet", "--no-project", "--python", sys.executable, str(folder)], check=True)
    return folder / "bin" / "python"


def install(python: Path, *packages: str) -> None:
    """Install packages, or skip the test where no package index can be reached."""
    command = [uv(), "pip", "install", "--quiet", "--python", str(python), *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "Failed to fetch" in done.stderr:
        skip_or_fail("no package index can be reached")
    assert done.returncode == 0, done.stderr


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """Serve an empty registry from the developer's environment and return its URL."""
    with serving(tmp_path / "served.log", "--store", str(tmp_path / "served.db")) as running:
        yield running.url
