from enum import StrEnum


class MetricCreateArtifactType(StrEnum):
    METRIC = "metric"
