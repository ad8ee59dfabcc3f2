from enum import StrEnum


class MetadataStructValueMetadataType(StrEnum):
    METADATASTRUCTVALUE = "MetadataStructValue"

    def __str__(self) -> str:
        return str(self.value)
