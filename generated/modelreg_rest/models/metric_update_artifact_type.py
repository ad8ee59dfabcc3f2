from enum import StrEnum


class MetricUpdateArtifactType(StrEnum):
    METRIC = "metric"

    def __str__(self) -> str:
        return str(self.value)
