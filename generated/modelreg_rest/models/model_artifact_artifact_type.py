from enum import StrEnum


class ModelArtifactArtifactType(StrEnum):
    MODEL_ARTIFACT = "model-artifact"
