from enum import StrEnum


class MetadataStringValueMetadataType(StrEnum):
    METADATASTRINGVALUE = "MetadataStringValue"

    def __str__(self) -> str:
        return str(self.value)
