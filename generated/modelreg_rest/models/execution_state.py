from enum import StrEnum


class ExecutionState(StrEnum):
    CACHED = "CACHED"
    CANCELED = "CANCELED"
    COMPLETE = "COMPLETE"
    FAILED = "FAILED"
    NEW = "NEW"
    RUNNING = "RUNNING"
    UNKNOWN = "UNKNOWN"

    def __str__(self) -> str:
        return str(self.value)
