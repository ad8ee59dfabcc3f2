from enum import StrEnum


class DocArtifactCreateArtifactType(StrEnum):
    DOC_ARTIFACT = "doc-artifact"

    def __str__(self) -> str:
        return str(self.value)
