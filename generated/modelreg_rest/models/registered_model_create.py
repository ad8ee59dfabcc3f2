from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import InvalidField
from ..models.registered_model_state import RegisteredModelState
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.custom_properties import CustomProperties


T = TypeVar("T", bound="RegisteredModelCreate")


@_attrs_define
class RegisteredModelCreate:
    """The body that creates a registered model.

    Attributes:
        name (str): The name: unique among records of its kind below one parent, at most 255 characters. It cannot be
            changed.
        custom_properties (CustomProperties | Unset): Properties of a record that the contract does not name, by key of
            at most 255 characters. In a change, the map replaces the one before; an empty map clears it, and left out it
            stays.
        description (str | Unset): Free text. In a change, an empty text clears it; left out, it stays.
        external_id (str | Unset): An id that another system gave the record; unique among records of its kind.
        language (list[str] | Unset): The natural languages the model works in, such as `en`.
        library_name (str | Unset): The library that the model is for.
        license_ (str | Unset): The short name of the licence.
        license_link (str | Unset): Where the text of the licence is.
        logo (str | Unset): A picture of the model, as a URI.
        maturity (str | Unset): How far the model has matured, in the words of whoever publishes it.
        provider (str | Unset): Who provides the model.
        readme (str | Unset): The text that introduces the model, in Markdown.
        tasks (list[str] | Unset): The tasks the model is for, such as `text-generation`.
        owner (str | Unset): Who answers for the model.
        state (RegisteredModelState | Unset): Whether a model is in use. A change that leaves it out sets LIVE.
    """

    name: str
    custom_properties: CustomProperties | Unset = UNSET
    description: str | Unset = UNSET
    external_id: str | Unset = UNSET
    language: list[str] | Unset = UNSET
    library_name: str | Unset = UNSET
    license_: str | Unset = UNSET
    license_link: str | Unset = UNSET
    logo: str | Unset = UNSET
    maturity: str | Unset = UNSET
    provider: str | Unset = UNSET
    readme: str | Unset = UNSET
    tasks: list[str] | Unset = UNSET
    owner: str | Unset = UNSET
    state: RegisteredModelState | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        custom_properties: dict[str, Any] | Unset = UNSET
        if not isinstance(self.custom_properties, Unset):
            custom_properties = self.custom_properties.to_dict()

        description = self.description

        external_id = self.external_id

        language: list[str] | Unset = UNSET
        if not isinstance(self.language, Unset):
            language = self.language

        library_name = self.library_name

        license_ = self.license_

        license_link = self.license_link

        logo = self.logo

        maturity = self.maturity

        provider = self.provider

        readme = self.readme

        tasks: list[str] | Unset = UNSET
        if not isinstance(self.tasks, Unset):
            tasks = self.tasks

        owner = self.owner

        state: str | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = self.state.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
            }
        )
        if custom_properties is not UNSET:
            field_dict["customProperties"] = custom_properties
        if description is not UNSET:
            field_dict["description"] = description
        if external_id is not UNSET:
            field_dict["externalId"] = external_id
        if language is not UNSET:
            field_dict["language"] = language
        if library_name is not UNSET:
            field_dict["libraryName"] = library_name
        if license_ is not UNSET:
            field_dict["license"] = license_
        if license_link is not UNSET:
            field_dict["licenseLink"] = license_link
        if logo is not UNSET:
            field_dict["logo"] = logo
        if maturity is not UNSET:
            field_dict["maturity"] = maturity
        if provider is not UNSET:
            field_dict["provider"] = provider
        if readme is not UNSET:
            field_dict["readme"] = readme
        if tasks is not UNSET:
            field_dict["tasks"] = tasks
        if owner is not UNSET:
            field_dict["owner"] = owner
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
                    "customProperties",
                    "description",
                    "externalId",
                    "language",
                    "libraryName",
                    "license",
                    "licenseLink",
                    "logo",
                    "maturity",
                    "provider",
                    "readme",
                    "tasks",
                    "owner",
                    "state",
                ):
                    if _field in d and d[_field] is None:
                        raise ValueError("is null")
            _field = "name"
            name = d.pop("name")

            _field = "customProperties"
            _custom_properties = d.pop("customProperties", UNSET)
            custom_properties: CustomProperties | Unset
            if isinstance(_custom_properties, Unset):
                custom_properties = UNSET
            else:
                custom_properties = CustomProperties.from_dict(_custom_properties)

            description = d.pop("description", UNSET)

            external_id = d.pop("externalId", UNSET)

            _field = "language"
            language = cast(list[str], d.pop("language", UNSET))

            library_name = d.pop("libraryName", UNSET)

            license_ = d.pop("license", UNSET)

            license_link = d.pop("licenseLink", UNSET)

            logo = d.pop("logo", UNSET)

            maturity = d.pop("maturity", UNSET)

            provider = d.pop("provider", UNSET)

            readme = d.pop("readme", UNSET)

            _field = "tasks"
            tasks = cast(list[str], d.pop("tasks", UNSET))

            owner = d.pop("owner", UNSET)

            _field = "state"
            _state = d.pop("state", UNSET)
            state: RegisteredModelState | Unset
            if isinstance(_state, Unset):
                state = UNSET
            else:
                state = RegisteredModelState(_state)

            registered_model_create = cls(
                name=name,
                custom_properties=custom_properties,
                description=description,
                external_id=external_id,
                language=language,
                library_name=library_name,
                license_=license_,
                license_link=license_link,
                logo=logo,
                maturity=maturity,
                provider=provider,
                readme=readme,
                tasks=tasks,
                owner=owner,
                state=state,
            )

            registered_model_create.additional_properties = d
            return registered_model_create
        except InvalidField:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidField("RegisteredModelCreate", _field, error) from error

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
