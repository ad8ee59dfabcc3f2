from enum import StrEnum


class MetricArtifactType(StrEnum):
    METRIC = "metric"

    def __str__(self) -> str:
        return str(self.value)
