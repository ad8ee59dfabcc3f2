from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.metadata_proto_value_metadata_type import MetadataProtoValueMetadataType

T = TypeVar("T", bound="MetadataProtoValue")


@_attrs_define
class MetadataProtoValue:
    """A custom property that is an encoded protocol buffer. Servers refuse it.

    Attributes:
        metadata_type (MetadataProtoValueMetadataType): The type of the value. Default:
            MetadataProtoValueMetadataType.METADATAPROTOVALUE.
        proto_value (str): The encoded message, in base64.
        type_ (str): The name of the message's type.
    """

    proto_value: str
    type_: str
    metadata_type: MetadataProtoValueMetadataType = MetadataProtoValueMetadataType.METADATAPROTOVALUE

    def to_dict(self) -> dict[str, Any]:
        metadata_type = self.metadata_type.value

        proto_value = self.proto_value

        type_ = self.type_

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "metadataType": metadata_type,
                "proto_value": proto_value,
                "type": type_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        metadata_type = MetadataProtoValueMetadataType(d.pop("metadataType"))

        proto_value = d.pop("proto_value")

        type_ = d.pop("type")

        metadata_proto_value = cls(
            metadata_type=metadata_type,
            proto_value=proto_value,
            type_=type_,
        )

        return metadata_proto_value
