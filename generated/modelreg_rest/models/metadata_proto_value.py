from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..errors import InvalidField
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
        """Read it from JSON.

        Raises:
            InvalidField: A field is missing, null or of another type; the error names schema and field.
        """
        _field = ""
        try:
            d = dict(src_dict)
            if None in d.values():
                for _field in (
                    "metadataType",
                    "proto_value",
                    "type",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "metadataType"
            metadata_type = MetadataProtoValueMetadataType(d.pop("metadataType"))

            _field = "proto_value"
            proto_value = d.pop("proto_value")

            _field = "type"
            type_ = d.pop("type")

            metadata_proto_value = cls(
                metadata_type=metadata_type,
                proto_value=proto_value,
                type_=type_,
            )

            return metadata_proto_value
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("MetadataProtoValue", _field, error) from error
