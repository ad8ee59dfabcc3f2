from enum import StrEnum


class MetadataIntValueMetadataType(StrEnum):
    METADATAINTVALUE = "MetadataIntValue"
