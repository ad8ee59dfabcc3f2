from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField
from ..models.execution_state import ExecutionState
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.custom_properties import CustomProperties


T = TypeVar("T", bound="ServeModelCreate")


@_attrs_define
class ServeModelCreate:
    """The body that records what an inference service serves.

    Attributes:
        model_version_id (str): The id of the model version.
        custom_properties (CustomProperties | Unset): Properties of a record that the contract does not name, by key of
            at most 255 characters. In a change, the map replaces the one before; an empty map clears it, and left out it
            stays.
        description (str | Unset): Free text. In a change, an empty text clears it; left out, it stays.
        external_id (str | Unset): An id that another system gave the record; unique among records of its kind.
        name (str | Unset): The name: unique among records of its kind below one parent, at most 255 characters. It
            cannot be changed.
        last_known_state (ExecutionState | Unset): How far serving a model version has come.
    """

    model_version_id: str
    custom_properties: CustomProperties | Unset = UNSET
    description: str | Unset = UNSET
    external_id: str | Unset = UNSET
    name: str | Unset = UNSET
    last_known_state: ExecutionState | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        model_version_id = self.model_version_id

        custom_properties: dict[str, Any] | Unset = UNSET
        if not isinstance(self.custom_properties, Unset):
            custom_properties = self.custom_properties.to_dict()

        description = self.description

        external_id = self.external_id

        name = self.name

        last_known_state: str | Unset = UNSET
        if not isinstance(self.last_known_state, Unset):
            last_known_state = self.last_known_state.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "modelVersionId": model_version_id,
            }
        )
        if custom_properties is not UNSET:
            field_dict["customProperties"] = custom_properties
        if description is not UNSET:
            field_dict["description"] = description
        if external_id is not UNSET:
            field_dict["externalId"] = external_id
        if name is not UNSET:
            field_dict["name"] = name
        if last_known_state is not UNSET:
            field_dict["lastKnownState"] = last_known_state

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
                    "modelVersionId",
                    "customProperties",
                    "description",
                    "externalId",
                    "name",
                    "lastKnownState",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "modelVersionId"
            model_version_id = d.pop("modelVersionId")

            _field = "customProperties"
            _custom_properties = d.pop("customProperties", UNSET)
            custom_properties: CustomProperties | Unset
            if isinstance(_custom_properties, Unset):
                custom_properties = UNSET
            else:
                custom_properties = CustomProperties.from_dict(_custom_properties)

            description = d.pop("description", UNSET)

            external_id = d.pop("externalId", UNSET)

            name = d.pop("name", UNSET)

            _field = "lastKnownState"
            _last_known_state = d.pop("lastKnownState", UNSET)
            last_known_state: ExecutionState | Unset
            if isinstance(_last_known_state, Unset):
                last_known_state = UNSET
            else:
                last_known_state = ExecutionState(_last_known_state)

            serve_model_create = cls(
                model_version_id=model_version_id,
                custom_properties=custom_properties,
                description=description,
                external_id=external_id,
                name=name,
                last_known_state=last_known_state,
            )

            serve_model_create.additional_properties = d
            return serve_model_create
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("ServeModelCreate", _field, error) from error

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
