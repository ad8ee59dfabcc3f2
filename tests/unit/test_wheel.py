"""The wheel, alone: what it holds, and that it works in an environment that has the core's needs and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

# A wheel is built and installed: part of `make test-all`.
pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[2]
CORE = ("anyio", "httpcore", "attrs", "httpx", "python-dateutil")


def needs(names: tuple[str, ...]) -> set[str]:
    """These distributions and all that they need in turn, extras aside."""
    found: set[str] = set()
    queue = list(names)
    while queue:
        name = queue.pop()
        try:
            requires = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # needed only by another Python than this one
        found.add(name)
        plain = [line for line in requires if "extra ==" not in line]
        queue += [need for line in plain if (need := re.split(r"[^\w.-]", line, maxsplit=1)[0]) not in found]
    return found


def copy(distribution: str, site: Path) -> None:
    """Copy an installed distribution's files, so that no test asks a package index."""
    for file in metadata.files(distribution) or ():
        target = site / file
        if ".." not in file.parts and file.locate().is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.locate(), target)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def empty(wheel, tmp_path_factory) -> Path:
    """The Python of an environment with the wheel and the core's needs alone."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=False, symlinks=True)
    (python,) = [*folder.glob("bin/python"), *folder.glob("Scripts/python.exe")]
    (site,) = [*folder.glob("lib/python*/site-packages"), *folder.glob("Lib/site-packages")]
    for distribution in needs(CORE):
        copy(distribution, site)
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, str(wheel)], check=True)
    return python


@pytest.fixture
def run(empty, tmp_path):
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MODEL_REGISTRY"))}
        return subprocess.run(
            [str(empty), "-W", "error", *arguments],
            cwd=tmp_path,
            env=kept | {"HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_wheel_holds_the_two_packages_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"modelreg", "modelreg_rest"}
    assert {"modelreg/py.typed", "modelreg_rest/py.typed"} <= set(names)
    tracked = {
        str(path.relative_to(base))
        for base, package in ((ROOT, "modelreg"), (ROOT / "generated", "modelreg_rest"))
        for path in (base / package).rglob("*.py")
    }
    assert tracked <= set(names)
    assert not [name for name in names if "__pycache__" in name]


def test_the_metadata_says_core_and_extras(wheel):
    (name,) = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".dist-info/METADATA")]
    said = zipfile.ZipFile(wheel).read(name).decode()
    required = re.findall(r"^Requires-Dist: ([\w.-]+)[^;\n]*$", said, flags=re.MULTILINE)
    assert sorted(required) == sorted(CORE)
    assert {"local", "postgres", "server", "cli", "kfp", "plot", "all"} <= set(
        re.findall(r"Provides-Extra: (\w+)", said)
    )
    assert "License-Expression: Apache-2.0" in said


def test_it_imports_without_the_extras(run):
    code = """
import importlib.util, modelreg, modelreg_rest
from modelreg import *
for name in modelreg.__all__:
    getattr(modelreg, name)
with ModelRegistry("https://registry.example.com", token="t") as registry:
    registry.models, registry.versions, registry.artifacts
extras = ("sqlalchemy", "lark", "click", "rich", "starlette", "kfp")
print([name for name in extras if importlib.util.find_spec(name)])
"""
    done = run("-c", code)
    assert done.stderr == ""
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("address", ["registry.db", "sqlite:///registry.db"])
def test_an_embedded_registry_says_which_extra_it_wants(run, address):
    code = f"""
from modelreg import ModelRegistry, errors
try:
    ModelRegistry({address!r}).models.find("fraud")
except errors.ModelRegistryError as error:
    print(error)
"""
    done = run("-c", code)
    assert done.stderr == ""
    assert "pip install 'modelreg[local]'" in done.stdout


def test_the_command_line_says_which_extra_it_wants(empty, run):
    done = run(str(empty.with_name("modelreg")), "--help")
    assert done.returncode != 0
    assert "pip install 'modelreg[cli]'" in done.stderr
    assert "Traceback" not in done.stderr
