"""The generated client's README is run, against a served registry."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.published import ROOT
from tests.serving import serving

# An environment of the generated client alone: part of `make test-all`.
pytestmark = pytest.mark.heavy

README = (ROOT / "generated" / "modelreg_rest" / "README.md").read_text(encoding="utf-8")


def test_the_examples_run_and_print_what_is_written_beside_them(tmp_path: Path) -> None:
    code = "\n".join(re.findall(r"^```python\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL))
    expected = re.findall(r"^ *print\(.*\)  # (.+)$", code, flags=re.MULTILINE)
    assert len(expected) >= 5
    with serving(tmp_path / "log", "--store", str(tmp_path / "registry.db")) as server:
        run = subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            cwd=ROOT / "generated",
            env=os.environ | {"MODEL_REGISTRY_URL": server.url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == expected
