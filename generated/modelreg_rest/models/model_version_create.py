from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField
from ..models.model_version_state import ModelVersionState
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.custom_properties import CustomProperties


T = TypeVar("T", bound="ModelVersionCreate")


@_attrs_define
class ModelVersionCreate:
    """The body that creates a model version.

    Attributes:
        name (str): The name: unique among records of its kind below one parent, at most 255 characters. It cannot be
            changed.
        registered_model_id (str): The id of the registered model.
        custom_properties (CustomProperties | Unset): Properties of a record that the contract does not name, by key of
            at most 255 characters. In a change, the map replaces the one before; an empty map clears it, and left out it
            stays.
        description (str | Unset): Free text. In a change, an empty text clears it; left out, it stays.
        external_id (str | Unset): An id that another system gave the record; unique among records of its kind.
        author (str | Unset): Who made the version.
        state (ModelVersionState | Unset): Whether a version is in use. A change that leaves it out sets LIVE.
    """

    name: str
    registered_model_id: str
    custom_properties: CustomProperties | Unset = UNSET
    description: str | Unset = UNSET
    external_id: str | Unset = UNSET
    author: str | Unset = UNSET
    state: ModelVersionState | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        registered_model_id = self.registered_model_id

        custom_properties: dict[str, Any] | Unset = UNSET
        if not isinstance(self.custom_properties, Unset):
            custom_properties = self.custom_properties.to_dict()

        description = self.description

        external_id = self.external_id

        author = self.author

        state: str | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = self.state.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "registeredModelId": registered_model_id,
            }
        )
        if custom_properties is not UNSET:
            field_dict["customProperties"] = custom_properties
        if description is not UNSET:
            field_dict["description"] = description
        if external_id is not UNSET:
            field_dict["externalId"] = external_id
        if author is not UNSET:
            field_dict["author"] = author
        if state is not UNSET:
            field_dict["state"] = state

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
                    "name",
                    "registeredModelId",
                    "customProperties",
                    "description",
                    "externalId",
                    "author",
                    "state",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "name"
            name = d.pop("name")

            _field = "registeredModelId"
            registered_model_id = d.pop("registeredModelId")

            _field = "customProperties"
            _custom_properties = d.pop("customProperties", UNSET)
            custom_properties: CustomProperties | Unset
            if isinstance(_custom_properties, Unset):
                custom_properties = UNSET
            else:
                custom_properties = CustomProperties.from_dict(_custom_properties)

            description = d.pop("description", UNSET)

            external_id = d.pop("externalId", UNSET)

            author = d.pop("author", UNSET)

            _field = "state"
            _state = d.pop("state", UNSET)
            state: ModelVersionState | Unset
            if isinstance(_state, Unset):
                state = UNSET
            else:
                state = ModelVersionState(_state)

            model_version_create = cls(
                name=name,
                registered_model_id=registered_model_id,
                custom_properties=custom_properties,
                description=description,
                external_id=external_id,
                author=author,
                state=state,
            )

            model_version_create.additional_properties = d
            return model_version_create
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("ModelVersionCreate", _field, error) from error

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
