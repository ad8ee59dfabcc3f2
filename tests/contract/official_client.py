"""Run by another Python, with the official client installed: does its whole job against a registry.

Usage: official_client.py SERVER_ADDRESS PORT
"""

import sys
import warnings

warnings.simplefilter("ignore")

from model_registry import ModelRegistry  # type: ignore[import-not-found]  # noqa: E402


def main(address: str, port: int) -> None:
    """Register, read back, update and page; fail at the first answer that is not as it was sent."""
    registry = ModelRegistry(address, port, author="ana", is_secure=False)
    model = registry.register_model(
        "fraud",
        "s3://models/fraud/1",
        version="1.0.0",
        model_format_name="onnx",
        model_format_version="1",
        storage_key="key",
        storage_path="path",
        service_account_name="account",
        model_source_kind="kfp",
        model_source_class="pipelinerun",
        model_source_group="team",
        model_source_id="run-1",
        model_source_name="pipeline",
        version_description="the first",
        metadata={"auc": 0.94, "rows": 31, "final": True, "tier": "gold"},
    )
    assert model.name == "fraud", model
    assert registry.get_registered_model("fraud").id == model.id
    assert registry.get_registered_model("none") is None

    version = registry.get_model_version("fraud", "1.0.0")
    assert version.description == "the first", version
    assert version.author == "ana", version
    assert dict(version.custom_properties) == {"auc": 0.94, "rows": 31, "final": True, "tier": "gold"}, version
    artifact = registry.get_model_artifact("fraud", "1.0.0")
    assert (artifact.uri, artifact.model_format_name) == ("s3://models/fraud/1", "onnx"), artifact
    assert artifact.model_source_id == "run-1", artifact

    update(registry)
    page(registry)
    print("everything came back as it was sent")


def update(registry: ModelRegistry) -> None:
    """Change the model, the version and the artifact, each through the object that was read."""
    model = registry.get_registered_model("fraud")
    version = registry.get_model_version("fraud", "1.0.0")
    artifact = registry.get_model_artifact("fraud", "1.0.0")
    model.description = "detects fraud"
    assert registry.update(model).description == "detects fraud"
    version.custom_properties["auc"] = 0.95
    registry.update(version)
    assert registry.get_model_version("fraud", "1.0.0").custom_properties["auc"] == 0.95
    artifact.uri = "s3://models/fraud/2"
    registry.update(artifact)
    assert registry.get_model_artifact("fraud", "1.0.0").uri == "s3://models/fraud/2"


def page(registry: ModelRegistry) -> None:
    """Register more than fits on one page, and page through it in every order."""
    for number in range(12):
        registry.register_model(
            f"m{number:02}", "s3://m", version="1", model_format_name="onnx", model_format_version="1"
        )
    for number in range(2, 9):
        registry.register_model(
            "fraud", "s3://f", version=f"{number}", model_format_name="onnx", model_format_version="1"
        )
    wanted = ["fraud", *(f"m{number:02}" for number in range(12))]
    assert [each.name for each in registry.get_registered_models().page_size(5).order_by_id()] == wanted
    assert [each.name for each in registry.get_registered_models().page_size(5).order_by_creation_time()] == wanted
    newest = registry.get_registered_models().page_size(5).order_by_update_time().descending()
    assert [each.name for each in newest] == wanted[::-1]
    versions = registry.get_model_versions("fraud").page_size(3).order_by_creation_time().descending()
    assert [each.name for each in versions] == [*(f"{number}" for number in range(8, 1, -1)), "1.0.0"]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
