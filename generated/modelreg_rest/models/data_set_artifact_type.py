from enum import StrEnum


class DataSetArtifactType(StrEnum):
    DATASET_ARTIFACT = "dataset-artifact"
