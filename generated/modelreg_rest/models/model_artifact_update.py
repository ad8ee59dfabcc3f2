from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField
from ..models.artifact_state import ArtifactState
from ..models.model_artifact_update_artifact_type import ModelArtifactUpdateArtifactType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.custom_properties import CustomProperties


T = TypeVar("T", bound="ModelArtifactUpdate")


@_attrs_define
class ModelArtifactUpdate:
    """What of a model artifact can be changed.

    Attributes:
        custom_properties (CustomProperties | Unset): Properties of a record that the contract does not name, by key of
            at most 255 characters. In a change, the map replaces the one before; an empty map clears it, and left out it
            stays.
        description (str | Unset): Free text. In a change, an empty text clears it; left out, it stays.
        external_id (str | Unset): An id that another system gave the record; unique among records of its kind.
        artifact_type (ModelArtifactUpdateArtifactType | Unset): The kind of the artifact. Default:
            ModelArtifactUpdateArtifactType.MODEL_ARTIFACT.
        model_format_name (str | Unset): The format of the model's files, such as `onnx`.
        model_format_version (str | Unset): The version of that format.
        model_source_class (str | Unset): Of what kind the source is, such as `pipelinerun`.
        model_source_group (str | Unset): The group of the source, such as a namespace.
        model_source_id (str | Unset): The id of the source within its system, such as a run's id.
        model_source_kind (str | Unset): The system that the model came from, such as `kfp`.
        model_source_name (str | Unset): The name of the source, such as a run's name.
        service_account_name (str | Unset): The Kubernetes service account that may read the storage.
        state (ArtifactState | Unset): How far an artifact has come. LIVE is usable; a change through `/model_artifacts`
            that leaves the state out makes it UNKNOWN.
        storage_key (str | Unset): The key of the storage secret, in the serving platform's settings.
        storage_path (str | Unset): The path within that storage.
        uri (str | Unset): Where the content is.
    """

    custom_properties: CustomProperties | Unset = UNSET
    description: str | Unset = UNSET
    external_id: str | Unset = UNSET
    artifact_type: ModelArtifactUpdateArtifactType | Unset = ModelArtifactUpdateArtifactType.MODEL_ARTIFACT
    model_format_name: str | Unset = UNSET
    model_format_version: str | Unset = UNSET
    model_source_class: str | Unset = UNSET
    model_source_group: str | Unset = UNSET
    model_source_id: str | Unset = UNSET
    model_source_kind: str | Unset = UNSET
    model_source_name: str | Unset = UNSET
    service_account_name: str | Unset = UNSET
    state: ArtifactState | Unset = UNSET
    storage_key: str | Unset = UNSET
    storage_path: str | Unset = UNSET
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

        model_format_name = self.model_format_name

        model_format_version = self.model_format_version

        model_source_class = self.model_source_class

        model_source_group = self.model_source_group

        model_source_id = self.model_source_id

        model_source_kind = self.model_source_kind

        model_source_name = self.model_source_name

        service_account_name = self.service_account_name

        state: str | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = self.state.value

        storage_key = self.storage_key

        storage_path = self.storage_path

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
        if model_format_name is not UNSET:
            field_dict["modelFormatName"] = model_format_name
        if model_format_version is not UNSET:
            field_dict["modelFormatVersion"] = model_format_version
        if model_source_class is not UNSET:
            field_dict["modelSourceClass"] = model_source_class
        if model_source_group is not UNSET:
            field_dict["modelSourceGroup"] = model_source_group
        if model_source_id is not UNSET:
            field_dict["modelSourceId"] = model_source_id
        if model_source_kind is not UNSET:
            field_dict["modelSourceKind"] = model_source_kind
        if model_source_name is not UNSET:
            field_dict["modelSourceName"] = model_source_name
        if service_account_name is not UNSET:
            field_dict["serviceAccountName"] = service_account_name
        if state is not UNSET:
            field_dict["state"] = state
        if storage_key is not UNSET:
            field_dict["storageKey"] = storage_key
        if storage_path is not UNSET:
            field_dict["storagePath"] = storage_path
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
                    "modelFormatName",
                    "modelFormatVersion",
                    "modelSourceClass",
                    "modelSourceGroup",
                    "modelSourceId",
                    "modelSourceKind",
                    "modelSourceName",
                    "serviceAccountName",
                    "state",
                    "storageKey",
                    "storagePath",
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
            artifact_type: ModelArtifactUpdateArtifactType | Unset
            if isinstance(_artifact_type, Unset):
                artifact_type = UNSET
            else:
                artifact_type = ModelArtifactUpdateArtifactType(_artifact_type)

            model_format_name = d.pop("modelFormatName", UNSET)

            model_format_version = d.pop("modelFormatVersion", UNSET)

            model_source_class = d.pop("modelSourceClass", UNSET)

            model_source_group = d.pop("modelSourceGroup", UNSET)

            model_source_id = d.pop("modelSourceId", UNSET)

            model_source_kind = d.pop("modelSourceKind", UNSET)

            model_source_name = d.pop("modelSourceName", UNSET)

            service_account_name = d.pop("serviceAccountName", UNSET)

            _field = "state"
            _state = d.pop("state", UNSET)
            state: ArtifactState | Unset
            if isinstance(_state, Unset):
                state = UNSET
            else:
                state = ArtifactState(_state)

            storage_key = d.pop("storageKey", UNSET)

            storage_path = d.pop("storagePath", UNSET)

            uri = d.pop("uri", UNSET)

            model_artifact_update = cls(
                custom_properties=custom_properties,
                description=description,
                external_id=external_id,
                artifact_type=artifact_type,
                model_format_name=model_format_name,
                model_format_version=model_format_version,
                model_source_class=model_source_class,
                model_source_group=model_source_group,
                model_source_id=model_source_id,
                model_source_kind=model_source_kind,
                model_source_name=model_source_name,
                service_account_name=service_account_name,
                state=state,
                storage_key=storage_key,
                storage_path=storage_path,
                uri=uri,
            )

            model_artifact_update.additional_properties = d
            return model_artifact_update
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("ModelArtifactUpdate", _field, error) from error

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
