from enum import StrEnum


class DataSetArtifactType(StrEnum):
    DATASET_ARTIFACT = "dataset-artifact"

    def __str__(self) -> str:
        return str(self.value)
