from enum import StrEnum


class ArtifactTypeQueryParam(StrEnum):
    DATASET_ARTIFACT = "dataset-artifact"
    DOC_ARTIFACT = "doc-artifact"
    METRIC = "metric"
    MODEL_ARTIFACT = "model-artifact"
    PARAMETER = "parameter"

    def __str__(self) -> str:
        return str(self.value)
