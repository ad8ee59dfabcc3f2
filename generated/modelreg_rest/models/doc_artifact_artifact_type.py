from enum import StrEnum


class DocArtifactArtifactType(StrEnum):
    DOC_ARTIFACT = "doc-artifact"
