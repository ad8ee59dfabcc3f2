from enum import StrEnum


class DataSetCreateArtifactType(StrEnum):
    DATASET_ARTIFACT = "dataset-artifact"
