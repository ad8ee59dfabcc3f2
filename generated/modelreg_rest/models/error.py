from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField

T = TypeVar("T", bound="Error")


@_attrs_define
class Error:
    """Why a request failed.

    Attributes:
        code (str): What kind of failure it is, in a few words.
        message (str): What went wrong, for a person to read; its wording is not fixed.
    """

    code: str
    message: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        message = self.message

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "message": message,
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
                    "code",
                    "message",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "code"
            code = d.pop("code")

            _field = "message"
            message = d.pop("message")

            error = cls(
                code=code,
                message=message,
            )

            error.additional_properties = d
            return error
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("Error", _field, error) from error

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
