from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField
from ..types import UNSET, Unset

T = TypeVar("T", bound="UnknownMetadataValue")


@_attrs_define
class UnknownMetadataValue:
    """A custom property of a type that this client does not know; `to_dict()` gives all that was sent.

    Attributes:
        metadata_type (str | Unset): The type that was sent.
    """

    metadata_type: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        metadata_type = self.metadata_type

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if metadata_type is not UNSET:
            field_dict["metadataType"] = metadata_type

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
                for _field in ("metadataType",):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            metadata_type = d.pop("metadataType", UNSET)

            unknown_metadata_value = cls(
                metadata_type=metadata_type,
            )

            unknown_metadata_value.additional_properties = d
            return unknown_metadata_value
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("UnknownMetadataValue", _field, error) from error

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
