from enum import StrEnum


class DocArtifactUpdateArtifactType(StrEnum):
    DOC_ARTIFACT = "doc-artifact"

    def __str__(self) -> str:
        return str(self.value)
