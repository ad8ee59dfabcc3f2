from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..errors import InvalidField
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
        """Read it from JSON.

        Raises:
            InvalidField: A field is missing, null or of another type; the error names schema and field.
        """
        _field = ""
        try:
            d = dict(src_dict)
            if None in d.values():
                for _field in (
                    "bool_value",
                    "metadataType",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "bool_value"
            bool_value = d.pop("bool_value")

            _field = "metadataType"
            metadata_type = MetadataBoolValueMetadataType(d.pop("metadataType"))

            metadata_bool_value = cls(
                bool_value=bool_value,
                metadata_type=metadata_type,
            )

            return metadata_bool_value
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("MetadataBoolValue", _field, error) from error
