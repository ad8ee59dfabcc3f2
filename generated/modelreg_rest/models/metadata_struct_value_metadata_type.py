from enum import StrEnum


class MetadataStructValueMetadataType(StrEnum):
    METADATASTRUCTVALUE = "MetadataStructValue"
