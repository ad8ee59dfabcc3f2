from enum import StrEnum


class MetadataBoolValueMetadataType(StrEnum):
    METADATABOOLVALUE = "MetadataBoolValue"
