from enum import StrEnum


class ArtifactState(StrEnum):
    ABANDONED = "ABANDONED"
    DELETED = "DELETED"
    LIVE = "LIVE"
    MARKED_FOR_DELETION = "MARKED_FOR_DELETION"
    PENDING = "PENDING"
    REFERENCE = "REFERENCE"
    UNKNOWN = "UNKNOWN"

    def __str__(self) -> str:
        return str(self.value)
