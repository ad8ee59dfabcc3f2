from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.metadata_bool_value_metadata_type import MetadataBoolValueMetadataType

T = TypeVar("T", bound="MetadataBoolValue")


@_attrs_define
class MetadataBoolValue:
    """A custom property that is true or false.

    Attributes:
        bool_value (bool): The value.
        metadata_type (MetadataBoolValueMetadataType): The type of the value. Default:
            MetadataBoolValueMetadataType.METADATABOOLVALUE.
    """

    bool_value: bool
    metadata_type: MetadataBoolValueMetadataType = MetadataBoolValueMetadataType.METADATABOOLVALUE

    def to_dict(self) -> dict[str, Any]:
        bool_value = self.bool_value

        metadata_type = self.metadata_type.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "bool_value": bool_value,
                "metadataType": metadata_type,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        bool_value = d.pop("bool_value")

        metadata_type = MetadataBoolValueMetadataType(d.pop("metadataType"))

        metadata_bool_value = cls(
            bool_value=bool_value,
            metadata_type=metadata_type,
        )

        return metadata_bool_value
