"""What a type checker makes of calls of the public API; it is checked, not run."""

from __future__ import annotations

from typing import assert_type

from modelreg import (
    Artifact,
    AsyncModelRegistry,
    AsyncPager,
    Check,
    Comparison,
    DataSet,
    F,
    ImportReport,
    Metric,
    ModelArtifact,
    ModelRegistry,
    ModelVersion,
    Pager,
    RegisteredModel,
    Registration,
    Resolved,
)


def calls(registry: ModelRegistry, artifact: ModelArtifact | DataSet) -> None:
    """Call what narrows by a literal, and what returns None where there is nothing."""
    assert_type(registry.register("fraud", "1", on_conflict="update"), Registration)
    assert_type(registry.artifacts.list(kind="dataset"), Pager[DataSet])
    assert_type(registry.artifacts.list(), Pager[Artifact])
    assert_type(registry.artifacts.find("train", version="fraud@1", kind="dataset"), DataSet | None)
    assert_type(registry.runs.list_artifacts("1", kind="metric"), Pager[Metric])
    assert_type(registry.versions.list("fraud", order_by=F("auc"))[:3].first(), ModelVersion | None)
    assert_type(registry.versions.best("fraud", "auc"), ModelVersion | None)
    assert_type(registry.models.get(name="fraud"), RegisteredModel)
    assert_type(registry.compare("fraud@1", "fraud@2"), Comparison)
    assert_type(registry.import_records(registry.export_records()), ImportReport)
    assert_type(registry.resolve("fraud@1"), Resolved)
    for check in registry.diagnose():
        assert_type(check, Check)
    if artifact.kind == "dataset":
        assert_type(artifact, DataSet)
    else:
        assert_type(artifact, ModelArtifact)


async def async_calls(registry: AsyncModelRegistry) -> None:
    """Call the same with await."""
    assert_type(registry.artifacts.list(kind="dataset"), AsyncPager[DataSet])
    assert_type(await registry.versions.best("fraud", "auc"), ModelVersion | None)
    assert_type(await registry.runs.list_artifacts("1", kind="metric").first(), Metric | None)
    assert_type(await registry.import_records(registry.export_records()), ImportReport)


def mistakes(registry: ModelRegistry) -> None:
    """Make mistakes that a type checker names."""
    registry.register("fraud", "1", on_conflict="replace")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    registry.artifacts.list(kind="data")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    registry.models.list(order_by="NAME")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    registry.models.upsert("fraud", state="DEAD")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    registry.runs.upsert("r", experiment="e", status="DONE")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    registry.register("fraud", "1", urii="s3://m")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ModelRegistry(api_version="v2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
