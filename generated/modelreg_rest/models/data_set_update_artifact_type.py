from enum import StrEnum


class DataSetUpdateArtifactType(StrEnum):
    DATASET_ARTIFACT = "dataset-artifact"

    def __str__(self) -> str:
        return str(self.value)
