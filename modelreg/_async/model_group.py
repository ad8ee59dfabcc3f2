"""`registry.models`: registered models, whose names are unique in the whole registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, Unpack

from modelreg._async.group import AsyncTopGroup
from modelreg._core.aliases import AliasMove, aliases_of, moves_of
from modelreg._core.references import parent_reference, required
from modelreg._core.resources import MODELS
from modelreg._types import ModelVersion, Plan, RegisteredModel
from modelreg._types.parameters import ModelFields
from modelreg._types.records import public
from modelreg._types.signatures import expand_keywords

Model: TypeAlias = RegisteredModel | str | None


@public
class AsyncModels(AsyncTopGroup[RegisteredModel]):
    """Registered models."""

    _resource = MODELS

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
        return await self._upsert(self._desired("upsert", name, fields))

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
        return await self._update(self._subject(model, name), fields)

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
        return await self._plan_update(self._subject(model, name), fields)

    async def archive(self, model: Model = None, *, name: str | None = None) -> RegisteredModel:
        """Archive a model; its versions stay as they are.

        Args:
            model: The model's record or id.
            name: The model's name, instead.

        Raises:
            NotFound: There is no such model.
        """
        return await self._archive(self._subject(model, name))

    async def restore(self, model: Model = None, *, name: str | None = None) -> RegisteredModel:
        """Bring an archived model back.

        Args:
            model: The model's record or id.
            name: The model's name, instead.

        Raises:
            NotFound: There is no such model.
        """
        return await self._restore(self._subject(model, name))

    async def set_alias(
        self,
        model: Model = None,
        alias: str = "",
        *,
        version: ModelVersion | str,
        model_id: str | None = None,
        by: str | None = None,
        reason: str | None = None,
    ) -> RegisteredModel:
        """Point an alias of a model at one of its versions; one that points there already stays as it is.

        The alias is the property `alias.<name>` of the model, and its last 50 moves are the JSON text in
        `alias-history.<name>`. Whoever may write the model may move its aliases.

        Args:
            model: The model's record or name.
            alias: The alias: 1 to 100 of A-Z a-z 0-9 . _ -, but not digits alone, v and digits, latest, or the name
                of a version.
            version: The version's record or name.
            model_id: The model's id, instead.
            by: Who moves it, for its history.
            reason: Why, for its history.

        Returns:
            The model as it is now.

        Raises:
            NotFound: The model or the version is not there.
            InvalidInput: It cannot be an alias of this model.
        """
        from modelreg._async.aliases import set_alias

        record = await self._found(model, model_id)
        name = version.name if isinstance(version, ModelVersion) else version
        return await set_alias(self._engine, record, alias, name, by=by, reason=reason)

    async def delete_alias(
        self,
        model: Model = None,
        alias: str = "",
        *,
        model_id: str | None = None,
        by: str | None = None,
        reason: str | None = None,
    ) -> RegisteredModel:
        """Delete an alias of a model; one that is not there is no error.

        Args:
            model: The model's record or name.
            alias: The alias.
            model_id: The model's id, instead.
            by: Who deletes it, for its history.
            reason: Why, for its history.

        Returns:
            The model as it is now.

        Raises:
            NotFound: The model is not there.
        """
        from modelreg._async.aliases import delete_alias

        record = await self._found(model, model_id)
        return await delete_alias(self._engine, record, alias, by=by, reason=reason)

    async def aliases(self, model: Model = None, *, model_id: str | None = None) -> dict[str, str]:
        """Return the aliases of a model: the name of the version that each points at.

        Args:
            model: The model's record or name.
            model_id: The model's id, instead.

        Raises:
            NotFound: The model is not there.
        """
        return aliases_of(await self._found(model, model_id))

    async def promotions(
        self, model: Model = None, alias: str = "", *, model_id: str | None = None
    ) -> Sequence[AliasMove]:
        """Return the last 50 moves of an alias, newest first.

        Args:
            model: The model's record or name.
            alias: The alias.
            model_id: The model's id, instead.

        Raises:
            NotFound: The model is not there.
        """
        return moves_of(await self._found(model, model_id), alias)

    async def _found(self, model: Model, model_id: str | None) -> RegisteredModel:
        record: RegisteredModel = await self._engine.get_reference(
            required(parent_reference(MODELS, "model", model, model_id), "model")
        )
        return record
