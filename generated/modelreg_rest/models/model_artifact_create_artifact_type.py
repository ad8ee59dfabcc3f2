from enum import StrEnum


class ModelArtifactCreateArtifactType(StrEnum):
    MODEL_ARTIFACT = "model-artifact"

    def __str__(self) -> str:
        return str(self.value)
