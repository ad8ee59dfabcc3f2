from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..errors import InvalidField
from ..models.metadata_int_value_metadata_type import MetadataIntValueMetadataType

T = TypeVar("T", bound="MetadataIntValue")


@_attrs_define
class MetadataIntValue:
    """A custom property that is a 32-bit integer, in decimal digits.

    Attributes:
        int_value (str): The value in decimal digits, within 32 bits.
        metadata_type (MetadataIntValueMetadataType): The type of the value. Default:
            MetadataIntValueMetadataType.METADATAINTVALUE.
    """

    int_value: str
    metadata_type: MetadataIntValueMetadataType = MetadataIntValueMetadataType.METADATAINTVALUE

    def to_dict(self) -> dict[str, Any]:
        int_value = self.int_value

        metadata_type = self.metadata_type.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "int_value": int_value,
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
                    "int_value",
                    "metadataType",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "int_value"
            int_value = d.pop("int_value")

            _field = "metadataType"
            metadata_type = MetadataIntValueMetadataType(d.pop("metadataType"))

            metadata_int_value = cls(
                int_value=int_value,
                metadata_type=metadata_type,
            )

            return metadata_int_value
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("MetadataIntValue", _field, error) from error
