"""What an import costs, said in module names: nothing is loaded before it is asked for, and nothing happens."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = ["attrs", "httpx", "modelreg_rest", "sqlalchemy", "alembic", "lark", "rich", "starlette", "kfp"]

# Runs in a process of its own, which tells what happened to it: files and sockets opened, and the state of logging.
WATCHED = """
import json, logging, os, sys
seen = []
def hook(event, args):
    if event.startswith(("socket.", "sqlite3.connect", "subprocess.")):
        seen.append(event)
sys.addaudithook(hook)
{code}
loaded = sorted(name for name in sys.modules if name.partition(".")[0] not in sys.stdlib_module_names)
root = logging.getLogger()
log = logging.getLogger("modelreg")
print(json.dumps([loaded, seen, len(root.handlers), root.level, log.level, [type(h).__name__ for h in log.handlers]]))
"""


@pytest.fixture
def after(tmp_path):
    def after(code: str) -> tuple[set[str], list[str]]:
        import json

        run = subprocess.run(
            [sys.executable, "-W", "error", "-c", WATCHED.format(code=code)],
            cwd=tmp_path,
            env={name: value for name, value in os.environ.items() if name != "CI"} | {"HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        loaded, seen, handlers, root_level, level, own = json.loads(run.stdout)
        assert (handlers, root_level, level) == (0, 30, 0)
        assert own in ([], ["NullHandler"])
        assert not list(tmp_path.iterdir())
        return set(loaded), seen

    return after


def test_the_package_alone_loads_itself_alone(after):
    loaded, seen = after("import modelreg")
    assert {name for name in loaded if name.partition(".")[0] == "modelreg"} == {"modelreg", "modelreg._html_repr"}
    assert not loaded & {*HEAVY, "asyncio"}
    assert seen == []


@pytest.mark.parametrize("name", ["ModelRegistry", "AsyncModelRegistry", "F", "errors"])
def test_a_public_name_loads_no_generated_model_and_no_extra(after, name):
    loaded, seen = after(f"from modelreg import {name}")
    # Where click and rich are installed, httpx itself loads them for a command line of its own.
    assert not loaded & {"sqlalchemy", "alembic", "lark", "starlette", "kfp"}
    assert not {module for module in loaded if module.startswith("modelreg_rest.")}
    assert not {module for module in loaded if module.startswith("modelreg_rest.models")}
    assert seen == []


def test_one_colour_does_not_load_the_other(after):
    assert not {name for name in after("from modelreg import ModelRegistry")[0] if "_async" in name}
    assert not {name for name in after("from modelreg import AsyncModelRegistry")[0] if "_sync" in name}


@pytest.mark.parametrize(
    "address", ["'https://registry.example.com', token='secret'", "'sqlite:///registry.db'", "'registry.db'", ""]
)
def test_a_constructor_opens_nothing(after, address):
    _, seen = after(f"from modelreg import ModelRegistry; registry = ModelRegistry({address})")
    assert seen == []


def test_every_public_name_is_there():
    import modelreg

    for name in modelreg.__all__:
        assert getattr(modelreg, name) is not None
    assert set(modelreg.__all__) <= set(dir(modelreg))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        modelreg.nothing  # noqa: B018
