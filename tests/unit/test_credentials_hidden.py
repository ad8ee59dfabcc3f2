"""A URI with a key or a signature inside: kept where that was allowed, and hidden wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from modelreg import DocArtifact, ModelRegistry, RegistrationRequest
from modelreg._cli import main
from modelreg.errors import Conflict

URI = "s3://key:topsecret@bucket/model.onnx"
SIGNED = "https://host/card?X-Amz-Signature=topsecret&part=1"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[ModelRegistry]:
    with ModelRegistry(str(tmp_path / "registry.db")) as made:
        cards = [DocArtifact(name="card", uri=SIGNED)]
        made.register("fraud", "1", uri=URI, artifacts=cards, allow_credentials_in_uri=True)
        yield made


def test_the_record_itself_has_it(registry):
    assert [artifact.uri for artifact in registry.artifacts.list(version="fraud@1")] == [SIGNED, URI]


def test_no_repr_and_no_notebook_shows_it(registry):
    for artifact in registry.artifacts.list(version="fraud@1"):
        assert "***" in repr(artifact)
        assert "topsecret" not in repr(artifact)
        assert "topsecret" not in str(artifact._repr_html_())
    assert "topsecret" not in repr(RegistrationRequest("fraud", "1", uri=URI))


def test_no_plan_and_no_conflict_shows_it(registry):
    plan = registry.plan("fraud", "2", uri=URI, allow_credentials_in_uri=True)
    assert "topsecret" not in repr(plan) + str(plan) + str(plan._repr_html_())
    assert [write.body["uri"] for write in plan.writes if write.resource == "artifact"] == [URI]
    with pytest.raises(Conflict) as caught:
        registry.register("fraud", "1", uri="s3://bucket/other.onnx")
    assert "topsecret" not in f"{caught.value!r} {caught.value} {caught.value.details}"


@pytest.mark.parametrize(
    "command", [["show", "fraud@1"], ["artifacts", "list", "fraud@1"], ["artifacts", "get", "3"], ["tree", "fraud"]]
)
def test_no_table_of_the_command_line_shows_it(registry, tmp_path, monkeypatch, capsys, command):
    monkeypatch.setenv("MODEL_REGISTRY_URL", str(tmp_path / "registry.db"))
    assert main(command) == 0
    shown = capsys.readouterr().out
    assert "topsecret" not in shown
    assert "***" in shown
