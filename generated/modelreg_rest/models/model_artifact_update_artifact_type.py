from enum import StrEnum


class ModelArtifactUpdateArtifactType(StrEnum):
    MODEL_ARTIFACT = "model-artifact"

    def __str__(self) -> str:
        return str(self.value)
