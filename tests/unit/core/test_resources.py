"""What follows from the rows of the table of resources."""

from __future__ import annotations

import pytest

from modelreg._core.resources import ARTIFACTS, MODELS, RESOURCES, RUN_ARTIFACTS, RUNS, VERSIONS
from modelreg._types import Artifact, DocArtifact, Record, RegisteredModel


@pytest.mark.parametrize(
    ("record", "created", "changed"),
    [
        (RegisteredModel, "RegisteredModelCreate", "RegisteredModelUpdate"),
        (DocArtifact, "DocArtifact", "DocArtifactUpdate"),
        (Artifact, "Artifact", "ArtifactUpdate"),
    ],
)
def test_the_schemas_of_bodies(record: type[Record], created: str, changed: str) -> None:
    assert ARTIFACTS.schema(record, update=False) == created
    assert ARTIFACTS.schema(record, update=True) == changed


def test_what_can_be_archived_and_deployed() -> None:
    assert {name for name, each in RESOURCES.items() if each.archives} == {"models", "versions", "experiments", "runs"}
    assert {name for name, each in RESOURCES.items() if each.deploys} == {"inference_services"}


def test_what_a_record_is_named_by() -> None:
    assert MODELS.path == (MODELS,)
    assert ARTIFACTS.path == (MODELS, VERSIONS, ARTIFACTS)
    assert RUN_ARTIFACTS.path[-2:] == (RUNS, RUN_ARTIFACTS)
