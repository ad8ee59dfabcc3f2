from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField

if TYPE_CHECKING:
    from ..models.serve_model import ServeModel


T = TypeVar("T", bound="ServeModelList")


@_attrs_define
class ServeModelList:
    """A page of serve models.

    Attributes:
        next_page_token (str): What to send for the next page; empty on the last one.
        page_size (int): The page size that was asked for; 0 when none was.
        size (int): How many records this page holds.
        items (list[ServeModel]): The records of this page.
    """

    next_page_token: str
    page_size: int
    size: int
    items: list[ServeModel]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        next_page_token = self.next_page_token

        page_size = self.page_size

        size = self.size

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "nextPageToken": next_page_token,
                "pageSize": page_size,
                "size": size,
                "items": items,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Read it from JSON.

        Raises:
            InvalidField: A field is missing, null or of another type; the error names schema and field.
        """
        from ..models.serve_model import ServeModel  # noqa: PLC0415

        _field = ""
        try:
            d = dict(src_dict)
            if None in d.values():
                for _field in (
                    "nextPageToken",
                    "pageSize",
                    "size",
                    "items",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "nextPageToken"
            next_page_token = d.pop("nextPageToken")

            _field = "pageSize"
            page_size = int(d.pop("pageSize"))

            _field = "size"
            size = int(d.pop("size"))

            _field = "items"
            items = []
            _items = d.pop("items")
            for items_item_data in _items:
                items_item = ServeModel.from_dict(items_item_data)

                items.append(items_item)

            serve_model_list = cls(
                next_page_token=next_page_token,
                page_size=page_size,
                size=size,
                items=items,
            )

            serve_model_list.additional_properties = d
            return serve_model_list
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("ServeModelList", _field, error) from error

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
