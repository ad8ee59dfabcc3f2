from enum import StrEnum


class MetadataDoubleValueMetadataType(StrEnum):
    METADATADOUBLEVALUE = "MetadataDoubleValue"

    def __str__(self) -> str:
        return str(self.value)
