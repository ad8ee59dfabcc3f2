from enum import StrEnum


class ParameterCreateArtifactType(StrEnum):
    PARAMETER = "parameter"

    def __str__(self) -> str:
        return str(self.value)
