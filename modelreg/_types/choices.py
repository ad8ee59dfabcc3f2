"""The values that arguments and fields choose from."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

State: TypeAlias = Literal["LIVE", "ARCHIVED"]
ArtifactState: TypeAlias = Literal[
    "UNKNOWN", "PENDING", "LIVE", "MARKED_FOR_DELETION", "DELETED", "ABANDONED", "REFERENCE"
]
ExecutionState: TypeAlias = Literal["UNKNOWN", "NEW", "RUNNING", "COMPLETE", "FAILED", "CACHED", "CANCELED"]
DesiredState: TypeAlias = Literal["DEPLOYED", "UNDEPLOYED"]
RunStatus: TypeAlias = Literal["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"]
ArtifactKind: TypeAlias = Literal["model", "doc", "dataset", "metric", "parameter"]
OrderBy: TypeAlias = Literal["ID", "CREATE_TIME", "LAST_UPDATE_TIME"]
OnConflict: TypeAlias = Literal["fail", "update", "unchanged"]
Happened: TypeAlias = Literal["created", "updated", "unchanged"]


def strongest(happened: Iterable[Happened | None]) -> Happened:
    """Return the strongest of several outcomes: created before updated before unchanged."""
    found = set(happened)
    return "created" if "created" in found else "updated" if "updated" in found else "unchanged"
