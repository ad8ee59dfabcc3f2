from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.custom_properties import CustomProperties


T = TypeVar("T", bound="ServingEnvironmentUpdate")


@_attrs_define
class ServingEnvironmentUpdate:
    """What of a serving environment can be changed.

    Attributes:
        custom_properties (CustomProperties | Unset): Properties of a record that the contract does not name, by key of
            at most 255 characters. In a change, the map replaces the one before; an empty map clears it, and left out it
            stays.
        description (str | Unset): Free text. In a change, an empty text clears it; left out, it stays.
        external_id (str | Unset): An id that another system gave the record; unique among records of its kind.
    """

    custom_properties: CustomProperties | Unset = UNSET
    description: str | Unset = UNSET
    external_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        custom_properties: dict[str, Any] | Unset = UNSET
        if not isinstance(self.custom_properties, Unset):
            custom_properties = self.custom_properties.to_dict()

        description = self.description

        external_id = self.external_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if custom_properties is not UNSET:
            field_dict["customProperties"] = custom_properties
        if description is not UNSET:
            field_dict["description"] = description
        if external_id is not UNSET:
            field_dict["externalId"] = external_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Read it from JSON.

        Raises:
            InvalidField: A field is missing, null or of another type; the error names schema and field.
        """
        from ..models.custom_properties import CustomProperties  # noqa: PLC0415

        _field = ""
        try:
            d = dict(src_dict)
            if None in d.values():
                for _field in (
                    "customProperties",
                    "description",
                    "externalId",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "customProperties"
            _custom_properties = d.pop("customProperties", UNSET)
            custom_properties: CustomProperties | Unset
            if isinstance(_custom_properties, Unset):
                custom_properties = UNSET
            else:
                custom_properties = CustomProperties.from_dict(_custom_properties)

            description = d.pop("description", UNSET)

            external_id = d.pop("externalId", UNSET)

            serving_environment_update = cls(
                custom_properties=custom_properties,
                description=description,
                external_id=external_id,
            )

            serving_environment_update.additional_properties = d
            return serving_environment_update
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("ServingEnvironmentUpdate", _field, error) from error

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
