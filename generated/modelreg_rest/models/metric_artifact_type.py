from enum import StrEnum


class MetricArtifactType(StrEnum):
    METRIC = "metric"
