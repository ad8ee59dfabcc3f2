from enum import StrEnum


class MetricUpdateArtifactType(StrEnum):
    METRIC = "metric"
