from enum import StrEnum


class ParameterUpdateArtifactType(StrEnum):
    PARAMETER = "parameter"
