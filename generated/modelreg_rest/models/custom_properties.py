from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField

if TYPE_CHECKING:
    from ..models.metadata_bool_value import MetadataBoolValue
    from ..models.metadata_double_value import MetadataDoubleValue
    from ..models.metadata_int_value import MetadataIntValue
    from ..models.metadata_proto_value import MetadataProtoValue
    from ..models.metadata_string_value import MetadataStringValue
    from ..models.metadata_struct_value import MetadataStructValue
    from ..models.unknown_metadata_value import UnknownMetadataValue


T = TypeVar("T", bound="CustomProperties")


@_attrs_define
class CustomProperties:
    """Properties of a record that the contract does not name, by key of at most 255 characters. In a change, the map
    replaces the one before; an empty map clears it, and left out it stays.

    """

    additional_properties: dict[
        str,
        MetadataBoolValue
        | MetadataDoubleValue
        | MetadataIntValue
        | MetadataProtoValue
        | MetadataStringValue
        | MetadataStructValue
        | UnknownMetadataValue,
    ] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:

        field_dict: dict[str, Any] = {}
        for prop_name, prop in self.additional_properties.items():
            field_dict[prop_name] = prop.to_dict()

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Read it from JSON.

        Raises:
            InvalidField: A field is missing, null or of another type; the error names schema and field.
        """
        from ..models.metadata_bool_value import MetadataBoolValue  # noqa: PLC0415
        from ..models.metadata_double_value import MetadataDoubleValue  # noqa: PLC0415
        from ..models.metadata_int_value import MetadataIntValue  # noqa: PLC0415
        from ..models.metadata_proto_value import MetadataProtoValue  # noqa: PLC0415
        from ..models.metadata_string_value import MetadataStringValue  # noqa: PLC0415
        from ..models.metadata_struct_value import MetadataStructValue  # noqa: PLC0415
        from ..models.unknown_metadata_value import UnknownMetadataValue  # noqa: PLC0415

        _field = ""
        try:
            d = dict(src_dict)
            custom_properties = cls()

            additional_properties = {}
            for _field, prop_dict in d.items():

                def _parse_additional_property(
                    data: object,
                ) -> (
                    MetadataBoolValue
                    | MetadataDoubleValue
                    | MetadataIntValue
                    | MetadataProtoValue
                    | MetadataStringValue
                    | MetadataStructValue
                    | UnknownMetadataValue
                ):
                    if isinstance(data, dict) and data.get("metadataType") == "MetadataIntValue":
                        componentsschemas_metadata_value_type_0 = MetadataIntValue.from_dict(data)

                        return componentsschemas_metadata_value_type_0

                    if isinstance(data, dict) and data.get("metadataType") == "MetadataDoubleValue":
                        componentsschemas_metadata_value_type_1 = MetadataDoubleValue.from_dict(data)

                        return componentsschemas_metadata_value_type_1

                    if isinstance(data, dict) and data.get("metadataType") == "MetadataStringValue":
                        componentsschemas_metadata_value_type_2 = MetadataStringValue.from_dict(data)

                        return componentsschemas_metadata_value_type_2

                    if isinstance(data, dict) and data.get("metadataType") == "MetadataStructValue":
                        componentsschemas_metadata_value_type_3 = MetadataStructValue.from_dict(data)

                        return componentsschemas_metadata_value_type_3

                    if isinstance(data, dict) and data.get("metadataType") == "MetadataProtoValue":
                        componentsschemas_metadata_value_type_4 = MetadataProtoValue.from_dict(data)

                        return componentsschemas_metadata_value_type_4

                    if isinstance(data, dict) and data.get("metadataType") == "MetadataBoolValue":
                        componentsschemas_metadata_value_type_5 = MetadataBoolValue.from_dict(data)

                        return componentsschemas_metadata_value_type_5

                    if isinstance(data, dict):
                        componentsschemas_metadata_value_type_6 = UnknownMetadataValue.from_dict(data)

                        return componentsschemas_metadata_value_type_6

                    raise TypeError(f"AdditionalProperty cannot be read from {type(data).__name__}")

                additional_property = _parse_additional_property(prop_dict)

                additional_properties[_field] = additional_property

            custom_properties.additional_properties = additional_properties
            return custom_properties
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("CustomProperties", _field, error) from error

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(
        self, key: str
    ) -> (
        MetadataBoolValue
        | MetadataDoubleValue
        | MetadataIntValue
        | MetadataProtoValue
        | MetadataStringValue
        | MetadataStructValue
        | UnknownMetadataValue
    ):
        return self.additional_properties[key]

    def __setitem__(
        self,
        key: str,
        value: MetadataBoolValue
        | MetadataDoubleValue
        | MetadataIntValue
        | MetadataProtoValue
        | MetadataStringValue
        | MetadataStructValue
        | UnknownMetadataValue,
    ) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
