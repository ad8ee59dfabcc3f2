from enum import StrEnum


class ParameterArtifactType(StrEnum):
    PARAMETER = "parameter"
