from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField
from ..models.artifact_state import ArtifactState
from ..models.parameter_type import ParameterType
from ..models.parameter_update_artifact_type import ParameterUpdateArtifactType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.custom_properties import CustomProperties


T = TypeVar("T", bound="ParameterUpdate")


@_attrs_define
class ParameterUpdate:
    """What of a parameter can be changed.

    Attributes:
        custom_properties (CustomProperties | Unset): Properties of a record that the contract does not name, by key of
            at most 255 characters. In a change, the map replaces the one before; an empty map clears it, and left out it
            stays.
        description (str | Unset): Free text. In a change, an empty text clears it; left out, it stays.
        external_id (str | Unset): An id that another system gave the record; unique among records of its kind.
        artifact_type (ParameterUpdateArtifactType | Unset): The kind of the artifact. Default:
            ParameterUpdateArtifactType.PARAMETER.
        parameter_type (ParameterType | Unset): How the text of a parameter's value is to be read.
        state (ArtifactState | Unset): How far an artifact has come. LIVE is usable; a change through `/model_artifacts`
            that leaves the state out makes it UNKNOWN.
        value (str | Unset): The value, as text.
    """

    custom_properties: CustomProperties | Unset = UNSET
    description: str | Unset = UNSET
    external_id: str | Unset = UNSET
    artifact_type: ParameterUpdateArtifactType | Unset = ParameterUpdateArtifactType.PARAMETER
    parameter_type: ParameterType | Unset = UNSET
    state: ArtifactState | Unset = UNSET
    value: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        custom_properties: dict[str, Any] | Unset = UNSET
        if not isinstance(self.custom_properties, Unset):
            custom_properties = self.custom_properties.to_dict()

        description = self.description

        external_id = self.external_id

        artifact_type: str | Unset = UNSET
        if not isinstance(self.artifact_type, Unset):
            artifact_type = self.artifact_type.value

        parameter_type: str | Unset = UNSET
        if not isinstance(self.parameter_type, Unset):
            parameter_type = self.parameter_type.value

        state: str | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = self.state.value

        value = self.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if custom_properties is not UNSET:
            field_dict["customProperties"] = custom_properties
        if description is not UNSET:
            field_dict["description"] = description
        if external_id is not UNSET:
            field_dict["externalId"] = external_id
        if artifact_type is not UNSET:
            field_dict["artifactType"] = artifact_type
        if parameter_type is not UNSET:
            field_dict["parameterType"] = parameter_type
        if state is not UNSET:
            field_dict["state"] = state
        if value is not UNSET:
            field_dict["value"] = value

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
                    "artifactType",
                    "parameterType",
                    "state",
                    "value",
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

            _field = "artifactType"
            _artifact_type = d.pop("artifactType", UNSET)
            artifact_type: ParameterUpdateArtifactType | Unset
            if isinstance(_artifact_type, Unset):
                artifact_type = UNSET
            else:
                artifact_type = ParameterUpdateArtifactType(_artifact_type)

            _field = "parameterType"
            _parameter_type = d.pop("parameterType", UNSET)
            parameter_type: ParameterType | Unset
            if isinstance(_parameter_type, Unset):
                parameter_type = UNSET
            else:
                parameter_type = ParameterType(_parameter_type)

            _field = "state"
            _state = d.pop("state", UNSET)
            state: ArtifactState | Unset
            if isinstance(_state, Unset):
                state = UNSET
            else:
                state = ArtifactState(_state)

            value = d.pop("value", UNSET)

            parameter_update = cls(
                custom_properties=custom_properties,
                description=description,
                external_id=external_id,
                artifact_type=artifact_type,
                parameter_type=parameter_type,
                state=state,
                value=value,
            )

            parameter_update.additional_properties = d
            return parameter_update
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("ParameterUpdate", _field, error) from error

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
