"""The first example of the registry that we speak to, step for step; on a real server two of its steps fail."""

from __future__ import annotations

from typing import Any

from modelreg import ModelArtifact
from tests.facade.backends import own


async def test_the_quickstart(registry: Any) -> None:
    model = await registry.models.upsert(own("MODEL_NAME"), description="MODEL_DESCRIPTION")
    version = await registry.versions.upsert(
        "VERSION_NAME", model=model, description="VERSION_DESCRIPTION", properties={"score": 0.83}
    )
    artifact = await registry.artifacts.upsert(
        "ARTIFACT_NAME", version=version, description="ARTIFACT_DESCRIPTION", uri="ARTIFACT_URI"
    )
    again = await registry.artifacts.upsert(
        "ARTIFACT_NAME", version=version, description="update it!", uri="ARTIFACT_URI"
    )
    assert isinstance(artifact, ModelArtifact)
    assert (again.id, again.description, again.uri) == (artifact.id, "update it!", "ARTIFACT_URI")

    found = await registry.models.find(own("MODEL_NAME"))
    assert (found.id, found.description) == (model.id, "MODEL_DESCRIPTION")
    versions = [one async for one in registry.versions.list(model=found)]
    assert [(one.id, one.name, one.properties) for one in versions] == [(version.id, "VERSION_NAME", {"score": 0.83})]
