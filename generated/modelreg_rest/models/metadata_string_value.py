from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..errors import InvalidField
from ..models.metadata_string_value_metadata_type import MetadataStringValueMetadataType

T = TypeVar("T", bound="MetadataStringValue")


@_attrs_define
class MetadataStringValue:
    """A custom property that is text; an empty text is shown as a label.

    Attributes:
        metadata_type (MetadataStringValueMetadataType): The type of the value. Default:
            MetadataStringValueMetadataType.METADATASTRINGVALUE.
        string_value (str): The value; empty for a label.
    """

    string_value: str
    metadata_type: MetadataStringValueMetadataType = MetadataStringValueMetadataType.METADATASTRINGVALUE

    def to_dict(self) -> dict[str, Any]:
        metadata_type = self.metadata_type.value

        string_value = self.string_value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "metadataType": metadata_type,
                "string_value": string_value,
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
                    "string_value",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "metadataType"
            metadata_type = MetadataStringValueMetadataType(d.pop("metadataType"))

            _field = "string_value"
            string_value = d.pop("string_value")

            metadata_string_value = cls(
                metadata_type=metadata_type,
                string_value=string_value,
            )

            return metadata_string_value
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("MetadataStringValue", _field, error) from error
