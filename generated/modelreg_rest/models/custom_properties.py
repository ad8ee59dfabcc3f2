from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.metadata_bool_value import MetadataBoolValue
    from ..models.metadata_double_value import MetadataDoubleValue
    from ..models.metadata_int_value import MetadataIntValue
    from ..models.metadata_proto_value import MetadataProtoValue
    from ..models.metadata_string_value import MetadataStringValue
    from ..models.metadata_struct_value import MetadataStructValue


T = TypeVar("T", bound="CustomProperties")


@_attrs_define
class CustomProperties:
    additional_properties: dict[
        str,
        MetadataBoolValue
        | MetadataDoubleValue
        | MetadataIntValue
        | MetadataProtoValue
        | MetadataStringValue
        | MetadataStructValue,
    ] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.metadata_double_value import MetadataDoubleValue
        from ..models.metadata_int_value import MetadataIntValue
        from ..models.metadata_proto_value import MetadataProtoValue
        from ..models.metadata_string_value import MetadataStringValue
        from ..models.metadata_struct_value import MetadataStructValue

        field_dict: dict[str, Any] = {}
        for prop_name, prop in self.additional_properties.items():
            if (
                isinstance(prop, MetadataIntValue)
                or isinstance(prop, MetadataDoubleValue)
                or isinstance(prop, MetadataStringValue)
                or isinstance(prop, MetadataStructValue)
                or isinstance(prop, MetadataProtoValue)
            ):
                field_dict[prop_name] = prop.to_dict()
            else:
                field_dict[prop_name] = prop.to_dict()

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.metadata_bool_value import MetadataBoolValue
        from ..models.metadata_double_value import MetadataDoubleValue
        from ..models.metadata_int_value import MetadataIntValue
        from ..models.metadata_proto_value import MetadataProtoValue
        from ..models.metadata_string_value import MetadataStringValue
        from ..models.metadata_struct_value import MetadataStructValue

        d = dict(src_dict)
        custom_properties = cls()

        additional_properties = {}
        for prop_name, prop_dict in d.items():

            def _parse_additional_property(
                data: object,
            ) -> (
                MetadataBoolValue
                | MetadataDoubleValue
                | MetadataIntValue
                | MetadataProtoValue
                | MetadataStringValue
                | MetadataStructValue
            ):
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_metadata_value_type_0 = (
                        MetadataIntValue.from_dict(data)
                    )

                    return componentsschemas_metadata_value_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_metadata_value_type_1 = (
                        MetadataDoubleValue.from_dict(data)
                    )

                    return componentsschemas_metadata_value_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_metadata_value_type_2 = (
                        MetadataStringValue.from_dict(data)
                    )

                    return componentsschemas_metadata_value_type_2
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_metadata_value_type_3 = (
                        MetadataStructValue.from_dict(data)
                    )

                    return componentsschemas_metadata_value_type_3
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_metadata_value_type_4 = (
                        MetadataProtoValue.from_dict(data)
                    )

                    return componentsschemas_metadata_value_type_4
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_metadata_value_type_5 = MetadataBoolValue.from_dict(
                    data
                )

                return componentsschemas_metadata_value_type_5

            additional_property = _parse_additional_property(prop_dict)

            additional_properties[prop_name] = additional_property

        custom_properties.additional_properties = additional_properties
        return custom_properties

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
        | MetadataStructValue,
    ) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
