from enum import StrEnum


class MetadataStringValueMetadataType(StrEnum):
    METADATASTRINGVALUE = "MetadataStringValue"
