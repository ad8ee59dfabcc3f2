from enum import StrEnum


class ParameterArtifactType(StrEnum):
    PARAMETER = "parameter"

    def __str__(self) -> str:
        return str(self.value)
