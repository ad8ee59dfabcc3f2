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


T = TypeVar("T", bound="DataSetUpdate")


@_attrs_define
class DataSetUpdate:
    """What of a data set artifact can be changed.

    Attributes:
        custom_properties (CustomProperties | Unset): Properties of a record that the contract does not name, by key of
            at most 255 characters. In a change, the map replaces the one before; an empty map clears it, and left out it
            stays.
        description (str | Unset): Free text. In a change, an empty text clears it; left out, it stays.
        external_id (str | Unset): An id that another system gave the record; unique among records of its kind.
        artifact_type (DataSetUpdateArtifactType | Unset): The kind of the artifact. Default:
            DataSetUpdateArtifactType.DATASET_ARTIFACT.
        digest (str | Unset): A digest of the data, such as a checksum.
        profile (str | Unset): A summary of what the data set holds.
        schema (str | Unset): The schema of the data.
        source (str | Unset): Where the data comes from.
        source_type (str | Unset): Of what kind that source is.
        state (ArtifactState | Unset): How far an artifact has come. LIVE is usable; a change through `/model_artifacts`
            that leaves the state out makes it UNKNOWN.
        uri (str | Unset): Where the content is.
    """

    custom_properties: CustomProperties | Unset = UNSET
    description: str | Unset = UNSET
    external_id: str | Unset = UNSET
    artifact_type: DataSetUpdateArtifactType | Unset = DataSetUpdateArtifactType.DATASET_ARTIFACT
    digest: str | Unset = UNSET
    profile: str | Unset = UNSET
    schema: str | Unset = UNSET
    source: str | Unset = UNSET
    source_type: str | Unset = UNSET
    state: ArtifactState | Unset = UNSET
    uri: str | Unset = UNSET
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
        field_dict.update({})
        if custom_properties is not UNSET:
            field_dict["customProperties"] = custom_properties
        if description is not UNSET:
            field_dict["description"] = description
        if external_id is not UNSET:
            field_dict["externalId"] = external_id
        if artifact_type is not UNSET:
            field_dict["artifactType"] = artifact_type
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
                    "customProperties",
                    "description",
                    "externalId",
                    "artifactType",
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
            artifact_type: DataSetUpdateArtifactType | Unset
            if isinstance(_artifact_type, Unset):
                artifact_type = UNSET
            else:
                artifact_type = DataSetUpdateArtifactType(_artifact_type)

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

            data_set_update = cls(
                custom_properties=custom_properties,
                description=description,
                external_id=external_id,
                artifact_type=artifact_type,
                digest=digest,
                profile=profile,
                schema=schema,
                source=source,
                source_type=source_type,
                state=state,
                uri=uri,
            )

            data_set_update.additional_properties = d
            return data_set_update
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("DataSetUpdate", _field, error) from error

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
