# Written by scripts/unasync.py from modelreg/_async/versions.py; edit that file and run `make fmt`.
"""Decides what `registry.versions` takes: model versions, named under their model."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from modelreg._sync.group import Group, Said
from modelreg._sync.pager import Pager, Query
from modelreg.convert.resources import VERSIONS, model_parent, required
from modelreg.errors import NotFound
from modelreg.filters import F, Filter
from modelreg.types import ModelVersion, RegisteredModel


class Versions(Group[ModelVersion]):
    """Model versions."""

    _resource = VERSIONS

    def find(
        self,
        name: str | None = None,
        *,
        model: RegisteredModel | str | None = None,
        model_id: str | None = None,
        external_id: str | None = None,
    ) -> ModelVersion | None:
        """Answer the version of exactly this name under its model, or with this external id, or None.

        Args:
            model: The model's record or name; with a name of the version it or `model_id` is needed.
        """
        parent = model_parent(model, model_id)
        if name is not None:
            parent = required(parent, "model")
        return self._find(name, parent, external_id)

    def list(
        self,
        *,
        model: RegisteredModel | str | None = None,
        model_id: str | None = None,
        where: Filter | str | None = None,
        order_by: str | None = None,
        descending: bool = False,
        page_size: int | None = None,
        limit: int | None = None,
    ) -> Pager[ModelVersion]:
        """List the versions of one model, or of all, lazily.

        Args:
            where: A filter made with `F`, or a raw `filterQuery`, which is sent untouched.
            order_by: "ID" (the default), "CREATE_TIME" or "LAST_UPDATE_TIME".
            page_size: How many are asked for at once.
            limit: How many are answered at most.
        """
        query = Query(where, order_by=order_by, descending=descending, page_size=page_size, limit=limit)
        return Pager(self._call, VERSIONS, model_parent(model, model_id), query)

    def latest(self, model: RegisteredModel | str | None = None, *, model_id: str | None = None) -> ModelVersion | None:
        """Answer the newest version, by id, that is LIVE; None when there is none."""
        parent = required(model_parent(model, model_id), "model")
        query = Query(F("state") == "LIVE", descending=True, limit=1)
        try:
            return Pager[ModelVersion](self._call, VERSIONS, parent, query).first()
        except NotFound:
            return None

    def upsert(
        self,
        name: str,
        *,
        model: RegisteredModel | str | None = None,
        model_id: str | None = None,
        description: str | None = None,
        author: str | None = None,
        state: str | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
        replace_properties: bool = False,
        remove_properties: Collection[str] = (),
    ) -> ModelVersion:
        """Create the version of this name under its model, or change it by what is said; what is not said stays.

        Args:
            model: The model's record or name; it or `model_id` is needed.
            state: "LIVE" or "ARCHIVED".
            properties: Merged into those that are there.
            replace_properties: Take `properties` as the whole.
            remove_properties: Keys to take away.

        Raises:
            NotFound: The model is not there.
            Conflict: The registry's database holds another name equal to this one, or the external id is taken.
        """
        said = Said(
            fields={"description": description, "author": author, "state": state, "external_id": external_id},
            properties=properties,
            replace_properties=replace_properties,
            remove_properties=remove_properties,
        )
        return self._upsert(name, said, parent=required(model_parent(model, model_id), "model"))

    def update(
        self,
        version: ModelVersion | str,
        *,
        description: str | None = None,
        author: str | None = None,
        state: str | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
        replace_properties: bool = False,
        remove_properties: Collection[str] = (),
    ) -> ModelVersion:
        """Change a version, given as a record or an id, by what is said, as `upsert` does.

        Raises:
            NotFound: There is no version with this id.
        """
        said = Said(
            fields={"description": description, "author": author, "state": state, "external_id": external_id},
            properties=properties,
            replace_properties=replace_properties,
            remove_properties=remove_properties,
        )
        return self._update(version, said)

    def archive(self, version: ModelVersion | str) -> ModelVersion:
        """Archive a version, given as a record or an id."""
        return self._set(version, "state", "ARCHIVED")

    def restore(self, version: ModelVersion | str) -> ModelVersion:
        """Bring an archived version back."""
        return self._set(version, "state", "LIVE")
