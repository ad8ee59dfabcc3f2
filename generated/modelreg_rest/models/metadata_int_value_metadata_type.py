from enum import StrEnum


class MetadataIntValueMetadataType(StrEnum):
    METADATAINTVALUE = "MetadataIntValue"

    def __str__(self) -> str:
        return str(self.value)
