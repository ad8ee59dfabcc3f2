"""`registry.models`: registered models, whose names are unique in the whole registry."""

from __future__ import annotations

from typing import TypeAlias, Unpack

from modelreg._async.group import AsyncGroup
from modelreg._async.pager import AsyncPager
from modelreg.core.references import Reference
from modelreg.core.resources import MODELS
from modelreg.filters.options import ListOptions
from modelreg.types import Plan, RegisteredModel
from modelreg.types.parameters import ModelFields
from modelreg.types.records import public
from modelreg.types.signatures import expand_keywords

Model: TypeAlias = RegisteredModel | str | None


@public
class AsyncModels(AsyncGroup[RegisteredModel]):
    """Registered models."""

    _resource = MODELS
    _fields = ModelFields

    async def get(self, id: str | None = None, *, name: str | None = None) -> RegisteredModel:
        """Return the model with this id, or of exactly this name.

        Args:
            id: The model's id.
            name: The model's name, instead.

        Raises:
            NotFound: There is none.
        """
        record: RegisteredModel = await self._get(id, name, None)
        return record

    async def find(self, name: str | None = None, *, external_id: str | None = None) -> RegisteredModel | None:
        """Return the model of exactly this name, or with this external id, or None.

        Args:
            name: The model's name.
            external_id: The caller's own id; with a name both have to fit.
        """
        reference = None if name is None else self._subject(None, name)
        record: RegisteredModel | None = await self._find(reference, external_id)
        return record

    @expand_keywords
    def list(self, **options: Unpack[ListOptions]) -> AsyncPager[RegisteredModel]:
        """Return a lazy list of the models.

        Args:
            **options: What selects and orders the list.

        Raises:
            InvalidInput: An option that is invalid; errors of the registry are raised while iterating.
        """
        return self._list(None, options)

    @expand_keywords
    async def upsert(self, name: str, **fields: Unpack[ModelFields]) -> RegisteredModel:
        """Create the model, or update it where it differs; what is not given stays as it is.

        Args:
            name: The model's name, unique in the registry; at most 255 characters.
            **fields: What to set.

        Raises:
            InvalidInput: A value that a registry would refuse or lose; nothing was sent.
            Conflict: The registry's database holds another name equal to this one, or the external id is taken.
        """
        record: RegisteredModel = await self._upsert(self._desired("upsert", name, fields))
        return record

    @expand_keywords
    async def plan_upsert(self, name: str, **fields: Unpack[ModelFields]) -> Plan:
        """Return what `upsert` would write; nothing is written.

        Args:
            name: The model's name.
            **fields: What to set.

        Raises:
            InvalidInput: As `upsert` raises it.
        """
        return await self._plan_upsert(self._desired("plan_upsert", name, fields))

    @expand_keywords
    async def update(
        self, model: Model = None, *, name: str | None = None, **fields: Unpack[ModelFields]
    ) -> RegisteredModel:
        """Update a model that is there; what is not given stays as it is.

        Args:
            model: The model's record or id.
            name: The model's name, instead.
            **fields: What to set.

        Raises:
            NotFound: There is no such model.
            InvalidInput: A value that a registry would refuse or lose; nothing was sent.
            Conflict: The external id is taken.
        """
        record: RegisteredModel = await self._update(self._reference(model, name), fields)
        return record

    @expand_keywords
    async def plan_update(self, model: Model = None, *, name: str | None = None, **fields: Unpack[ModelFields]) -> Plan:
        """Return what `update` would write; nothing is written.

        Args:
            model: The model's record or id.
            name: The model's name, instead.
            **fields: What to set.

        Raises:
            NotFound: There is no such model.
        """
        return await self._plan_update(self._reference(model, name), fields)

    async def archive(self, model: Model = None, *, name: str | None = None) -> RegisteredModel:
        """Archive a model; its versions stay as they are.

        Args:
            model: The model's record or id.
            name: The model's name, instead.

        Raises:
            NotFound: There is no such model.
        """
        record: RegisteredModel = await self._archive(self._reference(model, name))
        return record

    async def restore(self, model: Model = None, *, name: str | None = None) -> RegisteredModel:
        """Bring an archived model back.

        Args:
            model: The model's record or id.
            name: The model's name, instead.

        Raises:
            NotFound: There is no such model.
        """
        record: RegisteredModel = await self._restore(self._reference(model, name))
        return record

    def _reference(self, model: Model, name: str | None) -> Reference:
        return self._subject(model, name)
