from enum import StrEnum


class ExperimentState(StrEnum):
    ARCHIVED = "ARCHIVED"
    LIVE = "LIVE"

    def __str__(self) -> str:
        return str(self.value)
