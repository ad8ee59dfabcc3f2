from enum import StrEnum


class MetadataBoolValueMetadataType(StrEnum):
    METADATABOOLVALUE = "MetadataBoolValue"

    def __str__(self) -> str:
        return str(self.value)
