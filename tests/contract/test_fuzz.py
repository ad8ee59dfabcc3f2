"""schemathesis asks ``modelreg serve`` what each contract allows and what it forbids, and finds nothing wrong.

Bounded in the ordinary run; ``make fuzz`` asks far more.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import serving

OPENAPI = Path(__file__).parents[2] / "openapi"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
#: The tool says this of itself when it cannot generate a case; it is no finding.
OWN_LIMIT = "Schemathesis does not support"


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("contract", "prefix"), [("model-registry.yaml", "v1alpha3"), ("model-registry-v1.yaml", "v1")]
)
def test_nothing_is_found(contract: str, prefix: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    thorough = request.config.getoption("--hypothesis-profile") == "fuzz"
    # With a token, because without one the registry refuses what a page in a browser could send (403, 415).
    token = tmp_path / "token"
    token.touch(mode=0o600)
    token.write_text("secret", encoding="utf-8")
    arguments = ("--store", str(tmp_path / "registry.db"), "--token-file", str(token))
    with serving(tmp_path / "log", *arguments) as served:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", str(OPENAPI / contract)),
                *("--url", f"{served.url}/api/model_registry/{prefix}", "--checks", CHECKS),
                *("--phases", "coverage,fuzzing,stateful", "-n", "300" if thorough else "3"),
                *("-H", "Authorization: Bearer secret"),
                *("--no-color", "--warnings", "off", "--continue-on-failure"),
                *(() if thorough else ("--seed", "1")),
            ],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )
    assert re.search(r"Tested: (40|56)", done.stdout), done.stdout + done.stderr
    assert "= FAILURES =" not in done.stdout, done.stdout
    errors = re.findall(r"^(?:Schema|Network|Internal|Runtime|\w+) Error\n\n(.*)", done.stdout, re.MULTILINE)
    assert all(OWN_LIMIT in each for each in errors), done.stdout
    assert done.returncode == 0 or errors, done.stdout + done.stderr
