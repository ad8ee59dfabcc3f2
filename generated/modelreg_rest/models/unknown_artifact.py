from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField

T = TypeVar("T", bound="UnknownArtifact")


@_attrs_define
class UnknownArtifact:
    """An artifact of a kind that this client does not know; `to_dict()` gives all that was sent.

    Attributes:
        artifact_type (str): The kind that was sent.
    """

    artifact_type: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        artifact_type = self.artifact_type

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "artifactType": artifact_type,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Read it from JSON.

        Raises:
            InvalidField: A field is missing, null or of another type; the error names schema and field.
        """
        _field = ""
        try:
            d = dict(src_dict)
            if None in d.values():
                for _field in ("artifactType",):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "artifactType"
            artifact_type = d.pop("artifactType")

            unknown_artifact = cls(
                artifact_type=artifact_type,
            )

            unknown_artifact.additional_properties = d
            return unknown_artifact
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("UnknownArtifact", _field, error) from error

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
