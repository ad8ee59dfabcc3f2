from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField
from ..types import UNSET, Unset

T = TypeVar("T", bound="BaseResourceDates")


@_attrs_define
class BaseResourceDates:
    """When a record was created and last changed.

    Attributes:
        create_time_since_epoch (str | Unset): When the record was created: milliseconds since 1970-01-01 UTC, in
            digits. Set by the server.
        last_update_time_since_epoch (str | Unset): When the record was last changed: milliseconds since 1970-01-01 UTC,
            in digits. Set by the server.
    """

    create_time_since_epoch: str | Unset = UNSET
    last_update_time_since_epoch: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        create_time_since_epoch = self.create_time_since_epoch

        last_update_time_since_epoch = self.last_update_time_since_epoch

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if create_time_since_epoch is not UNSET:
            field_dict["createTimeSinceEpoch"] = create_time_since_epoch
        if last_update_time_since_epoch is not UNSET:
            field_dict["lastUpdateTimeSinceEpoch"] = last_update_time_since_epoch

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
                    "createTimeSinceEpoch",
                    "lastUpdateTimeSinceEpoch",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            create_time_since_epoch = d.pop("createTimeSinceEpoch", UNSET)

            last_update_time_since_epoch = d.pop("lastUpdateTimeSinceEpoch", UNSET)

            base_resource_dates = cls(
                create_time_since_epoch=create_time_since_epoch,
                last_update_time_since_epoch=last_update_time_since_epoch,
            )

            base_resource_dates.additional_properties = d
            return base_resource_dates
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("BaseResourceDates", _field, error) from error

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
