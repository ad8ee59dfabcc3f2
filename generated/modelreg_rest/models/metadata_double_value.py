from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..errors import InvalidField
from ..models.metadata_double_value_metadata_type import MetadataDoubleValueMetadataType

T = TypeVar("T", bound="MetadataDoubleValue")


@_attrs_define
class MetadataDoubleValue:
    """A custom property that is a 64-bit floating point number.

    Attributes:
        double_value (float): The value; NaN and infinities are refused.
        metadata_type (MetadataDoubleValueMetadataType): The type of the value. Default:
            MetadataDoubleValueMetadataType.METADATADOUBLEVALUE.
    """

    double_value: float
    metadata_type: MetadataDoubleValueMetadataType = MetadataDoubleValueMetadataType.METADATADOUBLEVALUE

    def to_dict(self) -> dict[str, Any]:
        double_value = self.double_value

        metadata_type = self.metadata_type.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "double_value": double_value,
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
                    "double_value",
                    "metadataType",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "double_value"
            double_value = d.pop("double_value")

            _field = "metadataType"
            metadata_type = MetadataDoubleValueMetadataType(d.pop("metadataType"))

            metadata_double_value = cls(
                double_value=double_value,
                metadata_type=metadata_type,
            )

            return metadata_double_value
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("MetadataDoubleValue", _field, error) from error
