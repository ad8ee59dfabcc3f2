from enum import StrEnum


class ModelArtifactCreateArtifactType(StrEnum):
    MODEL_ARTIFACT = "model-artifact"
