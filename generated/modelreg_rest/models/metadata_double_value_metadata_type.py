from enum import StrEnum


class MetadataDoubleValueMetadataType(StrEnum):
    METADATADOUBLEVALUE = "MetadataDoubleValue"
