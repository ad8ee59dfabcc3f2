from enum import StrEnum


class MetadataProtoValueMetadataType(StrEnum):
    METADATAPROTOVALUE = "MetadataProtoValue"
