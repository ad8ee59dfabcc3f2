from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField
from ..models.artifact_state import ArtifactState
from ..models.data_set_update_artifact_type import DataSetUpdateArtifactType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.custom_properties import CustomProperties


T = TypeVar("T", bound="DataSet")


@_attrs_define
class DataSet:
    """An artifact that stands for a data set.

    Attributes:
        artifact_type (DataSetUpdateArtifactType): The kind of the artifact. Default:
            DataSetUpdateArtifactType.DATASET_ARTIFACT.
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
        experiment_id (str | Unset): The id of the experiment it belongs to.
        experiment_run_id (str | Unset): The id of the experiment run it belongs to.
        digest (str | Unset): A digest of the data, such as a checksum.
        profile (str | Unset): A summary of what the data set holds.
        schema (str | Unset): The schema of the data.
        source (str | Unset): Where the data comes from.
        source_type (str | Unset): Of what kind that source is.
        state (ArtifactState | Unset): How far an artifact has come. LIVE is usable; a change through `/model_artifacts`
            that leaves the state out makes it UNKNOWN.
        uri (str | Unset): Where the content is.
    """

    artifact_type: DataSetUpdateArtifactType = DataSetUpdateArtifactType.DATASET_ARTIFACT
    create_time_since_epoch: str | Unset = UNSET
    last_update_time_since_epoch: str | Unset = UNSET
    custom_properties: CustomProperties | Unset = UNSET
    description: str | Unset = UNSET
    external_id: str | Unset = UNSET
    id: str | Unset = UNSET
    name: str | Unset = UNSET
    experiment_id: str | Unset = UNSET
    experiment_run_id: str | Unset = UNSET
    digest: str | Unset = UNSET
    profile: str | Unset = UNSET
    schema: str | Unset = UNSET
    source: str | Unset = UNSET
    source_type: str | Unset = UNSET
    state: ArtifactState | Unset = UNSET
    uri: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        artifact_type = self.artifact_type.value

        create_time_since_epoch = self.create_time_since_epoch

        last_update_time_since_epoch = self.last_update_time_since_epoch

        custom_properties: dict[str, Any] | Unset = UNSET
        if not isinstance(self.custom_properties, Unset):
            custom_properties = self.custom_properties.to_dict()

        description = self.description

        external_id = self.external_id

        id = self.id

        name = self.name

        experiment_id = self.experiment_id

        experiment_run_id = self.experiment_run_id

        digest = self.digest

        profile = self.profile

        schema = self.schema

        source = self.source

        source_type = self.source_type

        state: str | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = self.state.value

        uri = self.uri

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "artifactType": artifact_type,
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
        if experiment_id is not UNSET:
            field_dict["experimentId"] = experiment_id
        if experiment_run_id is not UNSET:
            field_dict["experimentRunId"] = experiment_run_id
        if digest is not UNSET:
            field_dict["digest"] = digest
        if profile is not UNSET:
            field_dict["profile"] = profile
        if schema is not UNSET:
            field_dict["schema"] = schema
        if source is not UNSET:
            field_dict["source"] = source
        if source_type is not UNSET:
            field_dict["sourceType"] = source_type
        if state is not UNSET:
            field_dict["state"] = state
        if uri is not UNSET:
            field_dict["uri"] = uri

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
                    "artifactType",
                    "createTimeSinceEpoch",
                    "lastUpdateTimeSinceEpoch",
                    "customProperties",
                    "description",
                    "externalId",
                    "id",
                    "name",
                    "experimentId",
                    "experimentRunId",
                    "digest",
                    "profile",
                    "schema",
                    "source",
                    "sourceType",
                    "state",
                    "uri",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "artifactType"
            artifact_type = DataSetUpdateArtifactType(d.pop("artifactType"))

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

            experiment_id = d.pop("experimentId", UNSET)

            experiment_run_id = d.pop("experimentRunId", UNSET)

            digest = d.pop("digest", UNSET)

            profile = d.pop("profile", UNSET)

            schema = d.pop("schema", UNSET)

            source = d.pop("source", UNSET)

            source_type = d.pop("sourceType", UNSET)

            _field = "state"
            _state = d.pop("state", UNSET)
            state: ArtifactState | Unset
            if isinstance(_state, Unset):
                state = UNSET
            else:
                state = ArtifactState(_state)

            uri = d.pop("uri", UNSET)

            data_set = cls(
                artifact_type=artifact_type,
                create_time_since_epoch=create_time_since_epoch,
                last_update_time_since_epoch=last_update_time_since_epoch,
                custom_properties=custom_properties,
                description=description,
                external_id=external_id,
                id=id,
                name=name,
                experiment_id=experiment_id,
                experiment_run_id=experiment_run_id,
                digest=digest,
                profile=profile,
                schema=schema,
                source=source,
                source_type=source_type,
                state=state,
                uri=uri,
            )

            data_set.additional_properties = d
            return data_set
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("DataSet", _field, error) from error

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
