from enum import StrEnum


class ParameterUpdateArtifactType(StrEnum):
    PARAMETER = "parameter"

    def __str__(self) -> str:
        return str(self.value)
