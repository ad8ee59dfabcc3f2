from enum import StrEnum


class DocArtifactCreateArtifactType(StrEnum):
    DOC_ARTIFACT = "doc-artifact"
