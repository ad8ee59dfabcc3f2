from enum import StrEnum


class DocArtifactUpdateArtifactType(StrEnum):
    DOC_ARTIFACT = "doc-artifact"
