from enum import StrEnum


class MetricCreateArtifactType(StrEnum):
    METRIC = "metric"

    def __str__(self) -> str:
        return str(self.value)
