from enum import StrEnum


class ParameterCreateArtifactType(StrEnum):
    PARAMETER = "parameter"
