from enum import StrEnum


class ExperimentRunState(StrEnum):
    ARCHIVED = "ARCHIVED"
    LIVE = "LIVE"

    def __str__(self) -> str:
        return str(self.value)
