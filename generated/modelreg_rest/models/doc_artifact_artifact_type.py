from enum import StrEnum


class DocArtifactArtifactType(StrEnum):
    DOC_ARTIFACT = "doc-artifact"

    def __str__(self) -> str:
        return str(self.value)
