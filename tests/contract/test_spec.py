"""A published file is taken, compared and taken over."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import yaml

from scripts.contract_steps.fetch import digest
from scripts.contract_steps.project import FILES
from tests.contract.published import COMMITS, published, snapshot, text
from tests.contract.spec_runs import Run, at, changed, one_line, saved, serve

# Each takes a contract anew in a process of its own: part of `make test-all`.
pytestmark = pytest.mark.heavy


def lock(run: Run) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load((run.root / "openapi" / "upstream.lock").read_text("utf-8"))
    return found


@pytest.mark.parametrize("version", FILES)
def test_the_file_last_taken_differs_in_nothing(whole: Run, tmp_path: Path, version: str) -> None:
    run = whole
    before = snapshot(run.root)
    assert run("spec", "--exit-code", SPEC_URL=saved(tmp_path, published(version))) == 0
    assert run.out == f"{version} (taken.yaml): no change on the wire\nspec: no change (0)\n"
    assert run("spec", SPEC_URL=saved(tmp_path, published(version)), UPDATE="1") == 0
    assert snapshot(run.root) == before


def test_a_changed_file_is_reported_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    before = snapshot(run.root)
    assert run("spec", SPEC_URL=saved(tmp_path, changed())) == 0
    lines = run.out.splitlines()
    assert lines[0] == "v1alpha3 (taken.yaml): 5 added, 3 removed; 3 breaking"
    assert lines[1:5] == [
        "  Breaks who sends",
        "    removed  field logo: string  (RegisteredModelCreate, RegisteredModelUpdate)",
        "  Breaks who reads",
        "    removed  field logo: string  (RegisteredModel)",
    ]
    assert "    added    operation: GET /forgotten_models  (getForgottenModels)" in lines
    assert "    added    value FROZEN  (RegisteredModelState)" in lines
    assert any("properties.logo: its target is gone from v1alpha3" in line for line in lines)
    assert lines[-2:] == ["nothing is written; UPDATE=1 takes it over", "spec: breaking (4)"]
    assert run("spec", "--exit-code", SPEC_URL=saved(tmp_path, changed())) == 4
    assert snapshot(run.root) == before


@pytest.mark.parametrize("value", ["0", "", "false", "no"])
def test_update_can_be_switched_off(run: Run, tmp_path: Path, value: str) -> None:
    before = snapshot(run.root)
    assert run("spec", SPEC_URL=saved(tmp_path, changed()), UPDATE=value) == 0
    assert snapshot(run.root) == before


def test_a_changed_file_is_taken_over_when_asked(run: Run, tmp_path: Path) -> None:
    assert run("spec", SPEC_URL=saved(tmp_path, changed()), UPDATE="1") == 0
    contract = yaml.safe_load((run.root / "openapi" / "model-registry.yaml").read_text(encoding="utf-8"))
    assert "/forgotten_models" in contract["paths"]
    entry = lock(run)["v1alpha3"]
    assert (entry["source"], "ref" in entry) == ("taken.yaml", False)
    # What the overlay still has for the field that is gone is now a mistake of the overlay.
    assert run("spec", SPEC_URL=saved(tmp_path, changed())) == 1
    assert "matches nothing in v1alpha3: $.components.schemas..properties.logo" in run.err


def test_each_address_changes_its_own_contract_alone(run: Run, tmp_path: Path) -> None:
    before = snapshot(run.root)
    document = published("v1")
    document["components"]["schemas"]["SortOrder"]["enum"].append("NONE")
    assert run("spec", SPEC_URL_V1=saved(tmp_path, document), UPDATE="1") == 0
    written = {name for name, content in snapshot(run.root).items() if content != before[name]}
    assert written == {f"openapi/{folder}{FILES['v1']}" for folder in ("", "published/")} | {"openapi/upstream.lock"}
    assert run("spec", SPEC_URL_V1=saved(tmp_path, published())) == 1
    assert "is v1alpha3's, not v1's" in run.err


def test_a_ref_is_locked_as_the_commit_it_stands_for_both_files_in_one_go(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    serve(folder, "v2.0", text(changed()))
    serve(folder, "v2.0", text(published("v1")) + "# one line more\n", "v1")
    assert run("spec", **at(base, SPEC_REF="main", UPDATE="1")) == 0
    entries = lock(run)
    assert {entry["ref"] for entry in entries.values()} == {COMMITS["v2.0"]}
    assert entries["v1"]["sha256"] == digest((text(published("v1")) + "# one line more\n").encode())
    # What is locked can be compared and verified again.
    assert run("verify-spec", **at(base)) == 0
    assert run.out.count("is what the lock says") == 2


def test_a_commit_needs_no_resolving(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    for version in FILES:
        serve(folder, "v2.0", text(published(version)), version)
    assert run("spec", SPEC_REF=COMMITS["v2.0"], SPEC_BASE_URL=base, SPEC_API_URL="http://127.0.0.1:9") == 0
    assert run.out.count("no change on the wire") == 2


def test_the_other_version_is_taken_by_its_name(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    document = published("v1")
    document["components"]["schemas"]["SortOrder"]["enum"].append("NONE")
    serve(folder, "v2.0", text(document), "v1")
    assert run("spec", **at(base, SPEC_REF="v2.0", SPEC_VERSION="v1")) == 0
    assert run.out.splitlines()[1:3] == ["  Breaks nobody", "    added    value NONE  (SortOrder)"]


def test_a_moved_repository_is_an_argument(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    for version in FILES:
        serve(folder, "v2.0", text(published(version)), version, "else/where")
    assert run("spec", **at(base, SPEC_REF="v2.0", SPEC_REPOSITORY="else/where", UPDATE="1")) == 0
    assert {entry["repository"] for entry in lock(run).values()} == {"else/where"}
    assert run("spec", **at(base, SPEC_REPOSITORY="no repository")) == 1
    assert "give owner/name" in run.err


def test_the_head_of_upstream_is_compared_when_nothing_is_named(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    serve(folder, "v2.0", text(changed()))
    serve(folder, "v2.0", text(published("v1")), "v1")
    assert run("spec", "--exit-code", **at(base)) == 4
    assert run.out.startswith(f"v1alpha3 (someone/registry@{COMMITS['v2.0'][:12]}): ")


def test_a_file_changed_at_the_same_commit_is_refused(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    serve(folder, "v1.0", text(published()) + "# one line more\n")
    before = snapshot(run.root)
    assert run("spec", **at(base, SPEC_REF="v1.0", UPDATE="1")) == 1
    assert "is not the file of the lock" in one_line(run)
    assert run("verify-spec", **at(base)) == 1
    assert "is not the file of the lock" in run.err
    assert snapshot(run.root) == before


def test_a_report_for_a_pull_request_is_written_to_a_file(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    assert run("spec", "--markdown", str(report), SPEC_URL=saved(tmp_path, changed())) == 0
    assert report.read_text(encoding="utf-8").startswith("## v1alpha3 (taken.yaml): breaking (4)\n")


@pytest.mark.parametrize("form", ["path", "file", "http"])
def test_an_address_may_be_a_path_a_file_or_the_web(run: Run, hub: tuple[str, Path], form: str) -> None:
    base, folder = hub
    path = Path(saved(folder, published()))
    address = {"path": str(path), "file": path.as_uri(), "http": f"{base}/taken.yaml"}[form]
    assert run("spec", SPEC_URL=address) == 0
    assert run.out.endswith("spec: no change (0)\n")


def test_an_address_loses_its_password_in_the_lock(run: Run, hub: tuple[str, Path]) -> None:
    base, folder = hub
    saved(folder, changed())
    address = f"{base.replace('://', '://ana:secret@')}/taken.yaml?token=secret"
    assert run("spec", SPEC_URL=address, UPDATE="1") == 0
    assert "secret" not in (run.root / "openapi" / "upstream.lock").read_text(encoding="utf-8")


def test_a_file_without_a_final_newline_is_whole(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "taken.yaml"
    path.write_text(text(published()).rstrip("\n"), encoding="utf-8")
    assert run("spec", "--exit-code", SPEC_URL=str(path)) == 0


def test_offline_is_one_line(run: Run) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{closed.getsockname()[1]}"
        before = snapshot(run.root)
        assert run("spec", **at(base, UPDATE="1")) == 1
        assert f"{base}/repos/someone/registry/commits/HEAD cannot be fetched" in one_line(run)
        assert run("verify-spec", **at(base)) == 1
        assert f"{base}/someone/registry/{COMMITS['v1.0']}/api/model-registry.yaml cannot be fetched" in run.err
    assert snapshot(run.root) == before


def test_an_answer_cut_off_on_the_way_is_one_line(run: Run, hub: tuple[str, Path]) -> None:
    before = snapshot(run.root)
    assert run("spec", SPEC_URL=f"{hub[0]}/broken.yaml", UPDATE="1") == 1
    assert "/broken.yaml cannot be fetched" in one_line(run)
    assert snapshot(run.root) == before


def test_an_unknown_ref_is_one_line(run: Run, hub: tuple[str, Path]) -> None:
    assert run("spec", **at(hub[0], SPEC_REF="nowhere")) == 1
    assert "cannot be fetched: HTTP 422" in one_line(run)
    assert run("spec", **at(hub[0], SPEC_REF="v2.0")) == 1
    assert "cannot be fetched: HTTP 404" in one_line(run)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"SPEC_URL": "missing.yaml"}, "missing.yaml cannot be read: No such file"),
        ({"SPEC_URL": "a.yaml", "SPEC_REF": "b"}, "SPEC_REF and SPEC_URL are both given"),
        ({"SPEC_VERSION": "v7"}, "SPEC_VERSION is 'v7'; known are v1alpha3 and v1"),
        ({"SPEC_URL": "http://[broken/"}, "cannot be fetched"),
        ({"UPDATE": "perhaps"}, "UPDATE is 'perhaps'; give 1 or 0"),
    ],
)
def test_what_cannot_be_meant_is_one_line(run: Run, environment: dict[str, str], message: str) -> None:
    assert run("spec", **environment) == 1
    assert message in one_line(run)
