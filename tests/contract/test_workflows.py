"""The workflows pin what they use and may do little; their shell is run here, as far as it needs no GitHub."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.published import ROOT, project, published, snapshot, text

# Each runs the steps of a workflow in a shell: part of `make test-all`.
pytestmark = pytest.mark.heavy

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
JOBS = [(name, key) for name, workflow in WORKFLOWS.items() for key in workflow["jobs"]]
NEEDS_BASH = pytest.mark.skipif(sys.platform == "win32", reason="the steps run in the bash of a runner")


def job(workflow: str, key: str) -> dict[str, Any]:
    found: dict[str, Any] = WORKFLOWS[workflow]["jobs"][key]
    return found


def shell(workflow: str, key: str, name: str) -> str:
    found = [step["run"] for step in job(workflow, key)["steps"] if step.get("name") == name]
    assert len(found) == 1
    return str(found[0])


def run(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    files = {name: str(folder / f".{name.lower()}") for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1"} | files | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=n", "-c", "user.email=n@example.com"]
    return subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("workflow", "key"), JOBS)
def test_a_job_pins_its_actions_and_keeps_no_credentials(workflow: str, key: str) -> None:
    for step in job(workflow, key)["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", step["uses"])
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
    assert job(workflow, key)["timeout-minutes"] <= 60


def test_only_the_jobs_that_must_may_write() -> None:
    assert all(workflow["permissions"] == {} for workflow in WORKFLOWS.values())
    writers = {(name, key): sorted(what for what, how in job(name, key)["permissions"].items() if how == "write")
               for name, key in JOBS}  # fmt: skip
    assert {place: what for place, what in writers.items() if what} == {
        ("drift.yaml", "propose"): ["contents", "pull-requests"],
        ("release.yaml", "attest"): ["attestations", "id-token"],
        ("release.yaml", "publish"): ["id-token"],
    }


def test_every_python_and_system_that_is_promised_is_tested() -> None:
    matrix = job("ci.yaml", "test")["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert {"macos-latest", "windows-latest"} == {each["os"] for each in matrix["include"]}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = project(tmp_path / "repository", with_client=True, few_words=True)
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".gitignore").write_text("__pycache__/\n.github_*\nout/\n", encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "before")
    return folder


@NEEDS_BASH
def test_a_download_that_fails_is_no_drift(repository: Path) -> None:
    script = shell("drift.yaml", "bump", "Take the published contracts over")
    before = snapshot(repository / "openapi")
    done = run(script, repository, SPEC_REF="main", SPEC_API_URL="http://127.0.0.1:9", PYTHONPATH="")
    assert done.returncode == 1
    assert "::error title=The published contracts cannot be read::error: http://127.0.0.1:9/" in done.stdout
    assert not (repository / ".github_output").exists()
    assert snapshot(repository / "openapi") == before


@NEEDS_BASH
def test_drift_is_a_patch_and_a_text_for_a_pull_request(repository: Path, tmp_path: Path) -> None:
    document = published("v1")
    document["components"]["schemas"]["SortOrder"]["enum"].append("NONE")
    address = tmp_path / "published.yaml"
    address.write_text(text(document), encoding="utf-8")
    script = shell("drift.yaml", "bump", "Take the published contracts over")
    done = run(script, repository, SPEC_URL_V1=str(address), SPEC_REF="", PYTHONPATH="")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (repository / ".github_output").read_text() == "verdict=changed\n"
    lines = (repository / "out" / "text.md").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "## v1 (published.yaml): changed (3)"
    assert "| added | `value NONE` | `SortOrder` |" in lines
    assert lines[-3].startswith("spec: ") or "left to do" in "\n".join(lines)

    shutil.copytree(repository / "out", tmp_path / "bump")
    git(repository, "reset", "--quiet", "--hard")
    done = run(
        shell("drift.yaml", "propose", "Commit the bump"), repository, BUMP=str(tmp_path / "bump"), VERDICT="changed"
    )
    assert done.returncode == 0, done.stderr
    assert git(repository, "log", "-1", "--format=%s").strip() == "Take the published contract over (changed)"
    changed = git(repository, "show", "--name-only", "--format=").split()
    assert "openapi/published/model-registry-v1.yaml" in changed
    assert "generated/modelreg_rest/models/sort_order.py" in changed


@NEEDS_BASH
@pytest.mark.parametrize(
    ("tag", "heading", "code"), [("v1.2.3", "1.2.3", 0), ("v1.2.4", "1.2.3", 1), ("v1.2.3", "1.0", 1)]
)
def test_a_release_needs_the_version_and_its_changes(tmp_path: Path, tag: str, heading: str, code: int) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n', encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text(f"## [Unreleased]\n\n## [{heading}] - 2026-01-01\n", encoding="utf-8")
    done = run(shell("release.yaml", "build", "Hold the version to the tag"), tmp_path, TAG=tag)
    assert done.returncode == code, done.stderr
    assert ("::error::" in done.stdout) == bool(code)
