from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..errors import InvalidField
from ..models.metadata_struct_value_metadata_type import MetadataStructValueMetadataType

T = TypeVar("T", bound="MetadataStructValue")


@_attrs_define
class MetadataStructValue:
    """A custom property that is a JSON object.

    Attributes:
        metadata_type (MetadataStructValueMetadataType): The type of the value. Default:
            MetadataStructValueMetadataType.METADATASTRUCTVALUE.
        struct_value (str): The value: sent as base64 of a JSON object, answered as the JSON text itself. Lists and null
            are refused inside.
    """

    struct_value: str
    metadata_type: MetadataStructValueMetadataType = MetadataStructValueMetadataType.METADATASTRUCTVALUE

    def to_dict(self) -> dict[str, Any]:
        metadata_type = self.metadata_type.value

        struct_value = self.struct_value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "metadataType": metadata_type,
                "struct_value": struct_value,
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
                    "struct_value",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "metadataType"
            metadata_type = MetadataStructValueMetadataType(d.pop("metadataType"))

            _field = "struct_value"
            struct_value = d.pop("struct_value")

            metadata_struct_value = cls(
                metadata_type=metadata_type,
                struct_value=struct_value,
            )

            return metadata_struct_value
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("MetadataStructValue", _field, error) from error
