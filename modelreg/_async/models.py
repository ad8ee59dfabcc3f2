"""Decides what `registry.models` takes: registered models, named in the whole registry."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from modelreg._async.group import AsyncGroup, Said
from modelreg._async.pager import AsyncPager, Query
from modelreg.convert.resources import MODELS
from modelreg.filters import Filter
from modelreg.types import RegisteredModel


class AsyncModels(AsyncGroup[RegisteredModel]):
    """Registered models."""

    _resource = MODELS

    async def find(self, name: str | None = None, *, external_id: str | None = None) -> RegisteredModel | None:
        """Answer the model of exactly this name, or with this external id, or None."""
        return await self._find(name, None, external_id)

    def list(
        self,
        *,
        where: Filter | str | None = None,
        order_by: str | None = None,
        descending: bool = False,
        page_size: int | None = None,
        limit: int | None = None,
    ) -> AsyncPager[RegisteredModel]:
        """List models lazily.

        Args:
            where: A filter made with `F`, or a raw `filterQuery`, which is sent untouched.
            order_by: "ID" (the default), "CREATE_TIME" or "LAST_UPDATE_TIME".
            page_size: How many are asked for at once.
            limit: How many are answered at most.
        """
        query = Query(where, order_by=order_by, descending=descending, page_size=page_size, limit=limit)
        return AsyncPager(self._call, MODELS, None, query)

    async def upsert(
        self,
        name: str,
        *,
        description: str | None = None,
        owner: str | None = None,
        state: str | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
        replace_properties: bool = False,
        remove_properties: Collection[str] = (),
        readme: str | None = None,
        maturity: str | None = None,
        language: Sequence[str] | None = None,
        tasks: Sequence[str] | None = None,
        provider: str | None = None,
        logo: str | None = None,
        license: str | None = None,
        license_link: str | None = None,
        library_name: str | None = None,
    ) -> RegisteredModel:
        """Create the model of this name, or change it by what is said; what is not said stays.

        Args:
            state: "LIVE" or "ARCHIVED".
            properties: Merged into those that are there.
            replace_properties: Take `properties` as the whole.
            remove_properties: Keys to take away.

        Raises:
            Conflict: The registry's database holds another name equal to this one, or the external id is taken.
        """
        said = Said(
            fields={
                "description": description,
                "owner": owner,
                "state": state,
                "external_id": external_id,
                "readme": readme,
                "maturity": maturity,
                "language": language,
                "tasks": tasks,
                "provider": provider,
                "logo": logo,
                "license": license,
                "license_link": license_link,
                "library_name": library_name,
            },
            properties=properties,
            replace_properties=replace_properties,
            remove_properties=remove_properties,
        )
        return await self._upsert(name, said)

    async def update(
        self,
        model: RegisteredModel | str,
        *,
        description: str | None = None,
        owner: str | None = None,
        state: str | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
        replace_properties: bool = False,
        remove_properties: Collection[str] = (),
        readme: str | None = None,
        maturity: str | None = None,
        language: Sequence[str] | None = None,
        tasks: Sequence[str] | None = None,
        provider: str | None = None,
        logo: str | None = None,
        license: str | None = None,
        license_link: str | None = None,
        library_name: str | None = None,
    ) -> RegisteredModel:
        """Change a model, given as a record or an id, by what is said, as `upsert` does.

        Raises:
            NotFound: There is no model with this id.
        """
        said = Said(
            fields={
                "description": description,
                "owner": owner,
                "state": state,
                "external_id": external_id,
                "readme": readme,
                "maturity": maturity,
                "language": language,
                "tasks": tasks,
                "provider": provider,
                "logo": logo,
                "license": license,
                "license_link": license_link,
                "library_name": library_name,
            },
            properties=properties,
            replace_properties=replace_properties,
            remove_properties=remove_properties,
        )
        return await self._update(model, said)

    async def archive(self, model: RegisteredModel | str) -> RegisteredModel:
        """Archive a model, given as a record or an id; its versions stay as they are."""
        return await self._set(model, "state", "ARCHIVED")

    async def restore(self, model: RegisteredModel | str) -> RegisteredModel:
        """Bring an archived model back."""
        return await self._set(model, "state", "LIVE")
