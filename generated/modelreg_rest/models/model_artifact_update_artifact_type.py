from enum import StrEnum


class ModelArtifactUpdateArtifactType(StrEnum):
    MODEL_ARTIFACT = "model-artifact"
