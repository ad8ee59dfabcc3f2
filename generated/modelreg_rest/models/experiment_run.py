from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField
from ..models.experiment_run_state import ExperimentRunState
from ..models.experiment_run_status import ExperimentRunStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.custom_properties import CustomProperties


T = TypeVar("T", bound="ExperimentRun")


@_attrs_define
class ExperimentRun:
    """One run of a training within an experiment.

    Attributes:
        experiment_id (str): The id of the experiment it belongs to.
        custom_properties (CustomProperties | Unset): Properties of a record that the contract does not name, by key of
            at most 255 characters. In a change, the map replaces the one before; an empty map clears it, and left out it
            stays.
        description (str | Unset): Free text. In a change, an empty text clears it; left out, it stays.
        external_id (str | Unset): An id that another system gave the record; unique among records of its kind.
        name (str | Unset): The name: unique among records of its kind below one parent, at most 255 characters. It
            cannot be changed.
        end_time_since_epoch (str | Unset): When the run ended: milliseconds since 1970-01-01 UTC, in digits.
        owner (str | Unset): Who answers for the model.
        state (ExperimentRunState | Unset): Whether a run is in use. A change that leaves it out sets LIVE.
        status (ExperimentRunStatus | Unset): How far a run has come. A change that leaves it out sets RUNNING.
        start_time_since_epoch (str | Unset): When the run started: milliseconds since 1970-01-01 UTC, in digits.
        create_time_since_epoch (str | Unset): When the record was created: milliseconds since 1970-01-01 UTC, in
            digits. Set by the server.
        last_update_time_since_epoch (str | Unset): When the record was last changed: milliseconds since 1970-01-01 UTC,
            in digits. Set by the server.
        id (str | Unset): The id that the registry gave the record, a decimal number. Later records have larger ones.
    """

    experiment_id: str
    custom_properties: CustomProperties | Unset = UNSET
    description: str | Unset = UNSET
    external_id: str | Unset = UNSET
    name: str | Unset = UNSET
    end_time_since_epoch: str | Unset = UNSET
    owner: str | Unset = UNSET
    state: ExperimentRunState | Unset = UNSET
    status: ExperimentRunStatus | Unset = UNSET
    start_time_since_epoch: str | Unset = UNSET
    create_time_since_epoch: str | Unset = UNSET
    last_update_time_since_epoch: str | Unset = UNSET
    id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        experiment_id = self.experiment_id

        custom_properties: dict[str, Any] | Unset = UNSET
        if not isinstance(self.custom_properties, Unset):
            custom_properties = self.custom_properties.to_dict()

        description = self.description

        external_id = self.external_id

        name = self.name

        end_time_since_epoch = self.end_time_since_epoch

        owner = self.owner

        state: str | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = self.state.value

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status.value

        start_time_since_epoch = self.start_time_since_epoch

        create_time_since_epoch = self.create_time_since_epoch

        last_update_time_since_epoch = self.last_update_time_since_epoch

        id = self.id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "experimentId": experiment_id,
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
        if end_time_since_epoch is not UNSET:
            field_dict["endTimeSinceEpoch"] = end_time_since_epoch
        if owner is not UNSET:
            field_dict["owner"] = owner
        if state is not UNSET:
            field_dict["state"] = state
        if status is not UNSET:
            field_dict["status"] = status
        if start_time_since_epoch is not UNSET:
            field_dict["startTimeSinceEpoch"] = start_time_since_epoch
        if create_time_since_epoch is not UNSET:
            field_dict["createTimeSinceEpoch"] = create_time_since_epoch
        if last_update_time_since_epoch is not UNSET:
            field_dict["lastUpdateTimeSinceEpoch"] = last_update_time_since_epoch
        if id is not UNSET:
            field_dict["id"] = id

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
                    "experimentId",
                    "customProperties",
                    "description",
                    "externalId",
                    "name",
                    "endTimeSinceEpoch",
                    "owner",
                    "state",
                    "status",
                    "startTimeSinceEpoch",
                    "createTimeSinceEpoch",
                    "lastUpdateTimeSinceEpoch",
                    "id",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "experimentId"
            experiment_id = d.pop("experimentId")

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

            end_time_since_epoch = d.pop("endTimeSinceEpoch", UNSET)

            owner = d.pop("owner", UNSET)

            _field = "state"
            _state = d.pop("state", UNSET)
            state: ExperimentRunState | Unset
            if isinstance(_state, Unset):
                state = UNSET
            else:
                state = ExperimentRunState(_state)

            _field = "status"
            _status = d.pop("status", UNSET)
            status: ExperimentRunStatus | Unset
            if isinstance(_status, Unset):
                status = UNSET
            else:
                status = ExperimentRunStatus(_status)

            start_time_since_epoch = d.pop("startTimeSinceEpoch", UNSET)

            create_time_since_epoch = d.pop("createTimeSinceEpoch", UNSET)

            last_update_time_since_epoch = d.pop("lastUpdateTimeSinceEpoch", UNSET)

            id = d.pop("id", UNSET)

            experiment_run = cls(
                experiment_id=experiment_id,
                custom_properties=custom_properties,
                description=description,
                external_id=external_id,
                name=name,
                end_time_since_epoch=end_time_since_epoch,
                owner=owner,
                state=state,
                status=status,
                start_time_since_epoch=start_time_since_epoch,
                create_time_since_epoch=create_time_since_epoch,
                last_update_time_since_epoch=last_update_time_since_epoch,
                id=id,
            )

            experiment_run.additional_properties = d
            return experiment_run
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("ExperimentRun", _field, error) from error

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
