"""The client is what the contract yields, also for a contract that has changed; a check says so and touches nothing."""

from __future__ import annotations

import compileall
import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.contract import main
from scripts.contract_steps import client
from scripts.contract_steps.document import API, Document
from scripts.contract_steps.errors import ContractError
from tests.contract.published import ROOT, contract, operation, project, published, snapshot, text


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return project(tmp_path / "project", with_client=True)


def run(root: Path, *arguments: str) -> int:
    return main(["--root", str(root), *arguments])


@pytest.mark.heavy
def test_contract_and_client_are_what_the_commands_write(capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(ROOT / "generated" / "modelreg_rest")
    assert run(ROOT, "check") == 0, capsys.readouterr().err
    after = snapshot(ROOT / "generated" / "modelreg_rest")
    assert {name for name in after if "__pycache__" not in name} == {n for n in before if "__pycache__" not in n}


@pytest.mark.heavy
def test_a_hand_in_the_output_and_a_stale_word_are_found(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copied / "generated" / "modelreg_rest" / "types.py").write_text("# edited\n", encoding="utf-8")
    (copied / "generated" / "modelreg_rest" / "models" / "orphan.py").write_text("", encoding="utf-8")
    file = copied / "openapi" / "model-registry-v1.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("The serve model.", "Another word."), encoding="utf-8")
    before = snapshot(copied)
    assert run(copied, "check") == 1
    said = capsys.readouterr().err
    assert "model-registry-v1.yaml is not as the overlay makes it" in said
    assert "run make generate (models/orphan.py, types.py)" in said
    assert snapshot(copied) == before
    assert run(copied, "words") == 0
    assert run(copied, "generate") == 0
    assert "generated/modelreg_rest: 2 files changed" in capsys.readouterr().out
    assert client.differing(copied / "generated", ROOT / "generated") == []
    assert client.differing(copied / "openapi", ROOT / "openapi") == ["upstream.lock"]


def _bumped() -> Document:
    document = published()
    schemas = document["components"]["schemas"]
    schemas["RegisteredModelUpdate"]["allOf"][-1]["properties"]["colour"] = {"type": "string"}
    schemas["RegisteredModelState"]["enum"].append("FROZEN")
    del schemas["BaseModel"]["properties"]["logo"]
    # A new kind of artifact, whose tag no repair of ours speaks of yet, and an inline enum.
    schemas["Prompt"] = {
        "allOf": [
            {"$ref": "#/components/schemas/BaseArtifact"},
            {
                "type": "object",
                "required": ["artifactType"],
                "properties": {
                    "artifactType": {"type": "string", "enum": ["prompt"]},
                    "tone": {"type": "string", "enum": ["warm", "cold"]},
                    "size": {
                        "anyOf": [{"type": "integer"}, {"type": "string"}, {"$ref": "#/components/schemas/Error"}]
                    },
                },
            },
        ]
    }
    schemas["Artifact"]["oneOf"].append({"$ref": "#/components/schemas/Prompt"})
    schemas["Artifact"]["discriminator"]["mapping"]["prompt"] = "#/components/schemas/Prompt"
    extra = copy.deepcopy(operation(document, "getRegisteredModels"))
    extra["operationId"] = "getForgottenModels"
    document["paths"][f"{API}v1alpha3/forgotten_models"] = {"get": extra}
    return document


USE = """
from modelreg_rest.api.model_registry_service import get_artifacts, get_forgotten_models
from modelreg_rest.models import ArtifactList, Error, Prompt, PromptTone, RegisteredModel, RegisteredModelState
from modelreg_rest.versions import FIELD_VERSIONS, versions_of

assert callable(get_forgotten_models.sync_detailed)
model = RegisteredModel(name="m", colour="red", state=RegisteredModelState.FROZEN)
assert model.to_dict() == {"name": "m", "colour": "red", "state": "FROZEN"}
assert FIELD_VERSIONS["RegisteredModel"] == {"colour": ("v1alpha3",), "logo": ("v1",)}
assert versions_of("get", "/forgotten_models") == ("v1alpha3",)
for size in (3, "3", {"code": "c", "message": "m"}):
    sent = {"artifactType": "prompt", "tone": "warm", "size": size}
    page = ArtifactList.from_dict({"items": [sent], "nextPageToken": "", "pageSize": 0, "size": 1})
    prompt = page.items[0]
    assert isinstance(prompt, Prompt) and prompt.tone == PromptTone.WARM and prompt.to_dict() == sent
    assert isinstance(prompt.size, Error) == isinstance(size, dict)
"""


@pytest.mark.heavy
def test_a_bump_brings_what_is_new_and_type_checks(
    copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bumped.yaml"
    file.write_text(text(_bumped()), encoding="utf-8")
    monkeypatch.setenv("SPEC_URL", str(file))
    monkeypatch.delenv("SPEC_REF", raising=False)
    assert run(copied, "bump") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "spec: breaking (4)"
    left = "\n".join(lines[lines.index("left to do:") :])
    for line in (
        "properties.logo: its target is gone from v1alpha3; drop it or narrow x-versions",
        "TODO: describe the field RegisteredModelUpdate.colour.",
        "TODO: describe the operation getForgottenModels.",
        "TODO: describe schemas Prompt.",
        "resources.py: getForgottenModels (GET /forgotten_models) is new: give it a row",
        "modelreg/_types/records.py: RegisteredModel.colour is new: give the record the field",
    ):
        assert line in left
    assert run(copied, "generate") == 0
    generated = copied / "generated"
    assert compileall.compile_dir(generated, quiet=1)
    subprocess.run([sys.executable, "-c", USE], cwd=generated, check=True)
    (generated / "use.py").write_text(USE, encoding="utf-8")
    checker = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache")]
    checked = subprocess.run(
        [*checker, "modelreg_rest", "use.py"], cwd=generated, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    # What is left to do is what the check asks for.
    assert run(copied, "generate") == 0
    assert "no files changed" in capsys.readouterr().out
    assert run(copied, "check") == 1
    wrong = capsys.readouterr().err
    assert "properties.logo: its target is not in v1alpha3" in wrong
    assert "TODO: describe the field RegisteredModelUpdate.colour." in wrong


def test_a_bump_to_a_contradiction_writes_no_client_and_ends_with_the_list(
    copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = published("v1")
    document["components"]["schemas"]["RegisteredModelUpdate"]["allOf"][-1]["properties"]["owner"]["type"] = "integer"
    file = tmp_path / "bumped.yaml"
    file.write_text(text(document), encoding="utf-8")
    monkeypatch.setenv("SPEC_URL_V1", str(file))
    before = snapshot(copied / "generated")
    assert run(copied, "bump") == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "spec: breaking (4)"
    assert "no client is written: v1 and v1alpha3 contradict each other: RegisteredModel.owner" in lines[-2]
    assert snapshot(copied / "generated") == before


@pytest.mark.heavy
def test_the_templates_keep_models_typed(tmp_path: Path) -> None:
    lines = "from modelreg_rest.models import Metric, Nothing\nreveal_type(Metric(step=3).step)\n"
    (tmp_path / "use.py").write_text(lines, encoding="utf-8")
    (tmp_path / "modelreg_rest").symlink_to(ROOT / "generated" / "modelreg_rest")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "use.py"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert 'has no attribute "Nothing"' in said
    assert 'Revealed type is "int | modelreg_rest.types.Unset"' in said.replace("builtins.", "")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schemas": {"Broken": {"type": "nonsense"}}}, "not valid OpenAPI"),
        ({"schemas": {"Twice": {"enum": ["a", "A"], "type": "string"}}}, "refuses the contract"),
    ],
)
@pytest.mark.heavy
def test_what_the_generator_cannot_take_leaves_the_client_alone(
    copied: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], message: str
) -> None:
    document = contract("v1alpha3")
    document["components"]["schemas"].update(change["schemas"])
    (copied / "openapi" / "model-registry.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    before = snapshot(copied)
    assert run(copied, "generate") == 1
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert len(said) < 600
    assert snapshot(copied) == before


def test_a_schema_or_operation_left_out_is_named() -> None:
    document = contract("v1alpha3")
    document["components"]["schemas"]["Forgotten"] = {"type": "object"}
    operation(document, "getArtifact")["operationId"] = "getForgotten"
    assert client.missing(document, ROOT / "generated" / "modelreg_rest") == ["getForgotten", "Forgotten"]


def test_other_tools_than_the_pinned_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    for pins, message in ((["ruff==0.0.1", "openapi-python-client==0.0.1"], "0.0.1 is wanted"), ([], "does not pin")):
        lines = f"[project.optional-dependencies]\ndev = {pins!r}\n"
        file.write_text(lines, encoding="utf-8")
        with pytest.raises(ContractError, match=message):
            client.require_pins(file)
