from enum import StrEnum


class DataSetUpdateArtifactType(StrEnum):
    DATASET_ARTIFACT = "dataset-artifact"
