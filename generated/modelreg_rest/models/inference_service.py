from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField
from ..models.inference_service_state import InferenceServiceState
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.custom_properties import CustomProperties


T = TypeVar("T", bound="InferenceService")


@_attrs_define
class InferenceService:
    """A deployment that serves a registered model in a serving environment.

    Attributes:
        registered_model_id (str): The id of the registered model.
        serving_environment_id (str): The id of the serving environment.
        create_time_since_epoch (str | Unset): When the record was created: milliseconds since 1970-01-01 UTC, in
            digits. Set by the server.
        last_update_time_since_epoch (str | Unset): When the record was last changed: milliseconds since 1970-01-01 UTC,
            in digits. Set by the server.
        custom_properties (CustomProperties | Unset): Properties of a record that the contract does not name, by key of
            at most 255 characters. In a change, the map replaces the one before; an empty map clears it, and left out it
            stays.
        description (str | Unset): Free text. In a change, an empty text clears it; left out, it stays.
        external_id (str | Unset): An id that another system gave the record; unique among records of its kind.
        id (str | Unset): The id that the registry gave the record, a decimal number. Later records have larger ones.
        name (str | Unset): The name: unique among records of its kind below one parent, at most 255 characters. It
            cannot be changed.
        desired_state (InferenceServiceState | Unset): Whether a service shall run. A change that leaves it out sets
            DEPLOYED.
        model_version_id (str | Unset): The id of the model version.
        runtime (str | Unset): The serving runtime, such as `ovms`.
    """

    registered_model_id: str
    serving_environment_id: str
    create_time_since_epoch: str | Unset = UNSET
    last_update_time_since_epoch: str | Unset = UNSET
    custom_properties: CustomProperties | Unset = UNSET
    description: str | Unset = UNSET
    external_id: str | Unset = UNSET
    id: str | Unset = UNSET
    name: str | Unset = UNSET
    desired_state: InferenceServiceState | Unset = UNSET
    model_version_id: str | Unset = UNSET
    runtime: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        registered_model_id = self.registered_model_id

        serving_environment_id = self.serving_environment_id

        create_time_since_epoch = self.create_time_since_epoch

        last_update_time_since_epoch = self.last_update_time_since_epoch

        custom_properties: dict[str, Any] | Unset = UNSET
        if not isinstance(self.custom_properties, Unset):
            custom_properties = self.custom_properties.to_dict()

        description = self.description

        external_id = self.external_id

        id = self.id

        name = self.name

        desired_state: str | Unset = UNSET
        if not isinstance(self.desired_state, Unset):
            desired_state = self.desired_state.value

        model_version_id = self.model_version_id

        runtime = self.runtime

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "registeredModelId": registered_model_id,
                "servingEnvironmentId": serving_environment_id,
            }
        )
        if create_time_since_epoch is not UNSET:
            field_dict["createTimeSinceEpoch"] = create_time_since_epoch
        if last_update_time_since_epoch is not UNSET:
            field_dict["lastUpdateTimeSinceEpoch"] = last_update_time_since_epoch
        if custom_properties is not UNSET:
            field_dict["customProperties"] = custom_properties
        if description is not UNSET:
            field_dict["description"] = description
        if external_id is not UNSET:
            field_dict["externalId"] = external_id
        if id is not UNSET:
            field_dict["id"] = id
        if name is not UNSET:
            field_dict["name"] = name
        if desired_state is not UNSET:
            field_dict["desiredState"] = desired_state
        if model_version_id is not UNSET:
            field_dict["modelVersionId"] = model_version_id
        if runtime is not UNSET:
            field_dict["runtime"] = runtime

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
                    "registeredModelId",
                    "servingEnvironmentId",
                    "createTimeSinceEpoch",
                    "lastUpdateTimeSinceEpoch",
                    "customProperties",
                    "description",
                    "externalId",
                    "id",
                    "name",
                    "desiredState",
                    "modelVersionId",
                    "runtime",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "registeredModelId"
            registered_model_id = d.pop("registeredModelId")

            _field = "servingEnvironmentId"
            serving_environment_id = d.pop("servingEnvironmentId")

            create_time_since_epoch = d.pop("createTimeSinceEpoch", UNSET)

            last_update_time_since_epoch = d.pop("lastUpdateTimeSinceEpoch", UNSET)

            _field = "customProperties"
            _custom_properties = d.pop("customProperties", UNSET)
            custom_properties: CustomProperties | Unset
            if isinstance(_custom_properties, Unset):
                custom_properties = UNSET
            else:
                custom_properties = CustomProperties.from_dict(_custom_properties)

            description = d.pop("description", UNSET)

            external_id = d.pop("externalId", UNSET)

            id = d.pop("id", UNSET)

            name = d.pop("name", UNSET)

            _field = "desiredState"
            _desired_state = d.pop("desiredState", UNSET)
            desired_state: InferenceServiceState | Unset
            if isinstance(_desired_state, Unset):
                desired_state = UNSET
            else:
                desired_state = InferenceServiceState(_desired_state)

            model_version_id = d.pop("modelVersionId", UNSET)

            runtime = d.pop("runtime", UNSET)

            inference_service = cls(
                registered_model_id=registered_model_id,
                serving_environment_id=serving_environment_id,
                create_time_since_epoch=create_time_since_epoch,
                last_update_time_since_epoch=last_update_time_since_epoch,
                custom_properties=custom_properties,
                description=description,
                external_id=external_id,
                id=id,
                name=name,
                desired_state=desired_state,
                model_version_id=model_version_id,
                runtime=runtime,
            )

            inference_service.additional_properties = d
            return inference_service
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("InferenceService", _field, error) from error

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
