from enum import StrEnum


class MetadataProtoValueMetadataType(StrEnum):
    METADATAPROTOVALUE = "MetadataProtoValue"

    def __str__(self) -> str:
        return str(self.value)
