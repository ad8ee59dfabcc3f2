# Written by scripts/unasync.py from modelreg/_async/version_group.py; edit that file and run `make fmt`.
"""`registry.versions`: model versions, whose names are unique under their model."""

from __future__ import annotations

from typing import TypeAlias, Unpack

from modelreg._core.aliases import check_version_name
from modelreg._core.best import best_of
from modelreg._core.references import Reference, is_id, parent_reference, required, version_reference
from modelreg._core.resources import MODELS, VERSIONS
from modelreg._filters import F
from modelreg._filters.options import ListOptions
from modelreg._sync.aliases import refuse_archiving
from modelreg._sync.group import Group
from modelreg._sync.pager import Pager, Query
from modelreg._types import ModelVersion, Plan, RegisteredModel
from modelreg._types.parameters import VersionFields
from modelreg._types.records import STATE_ARCHIVED, public
from modelreg._types.signatures import expand_keywords
from modelreg.errors import NotFound

Model: TypeAlias = RegisteredModel | str | None
Version: TypeAlias = ModelVersion | str | None


@public
class Versions(Group[ModelVersion]):
    """Model versions.

    A version's reference is `model@version`, or `model@alias`, cut at the last `@`; it is taken wherever a version is
    meant. With `model=` a text is a name, whatever it holds; without, a text of digits is an id.
    """

    _resource = VERSIONS

    def get(
        self,
        id: str | None = None,
        *,
        name: str | None = None,
        model: Model = None,
        model_id: str | None = None,
    ) -> ModelVersion:
        """Return the version with this id or reference, or of exactly this name under its model.

        Args:
            id: The version's id, or its reference such as `fraud@1.4.0`; beside a model it is a name.
            name: The version's name, instead.
            model: With a name, the model's record or name.
            model_id: With a name, the model's id, instead.

        Raises:
            NotFound: There is none.
        """
        parent = _model(model, model_id)
        named = parent is not None and name is None
        return self._get(None if named else id, id if named else name, parent)

    def find(
        self,
        name: str | None = None,
        *,
        model: Model = None,
        model_id: str | None = None,
        external_id: str | None = None,
    ) -> ModelVersion | None:
        """Return the version of exactly this name under its model, or with this external id, or None.

        Args:
            name: The version's name; without a model its reference, such as `fraud@1.4.0`, or its id.
            model: The model's record or name.
            model_id: The model's id, instead.
            external_id: The caller's own id; with a name both have to fit.

        Raises:
            InvalidInput: Neither is given, or a name without its model.
        """
        parent = _model(model, model_id)
        if name is None:
            reference = None
        elif parent is not None:
            reference = self._subject(None, name, parent)
        else:
            reference = Reference(VERSIONS, id=name) if is_id(name) else version_reference(name, "name")
        return self._find(reference, external_id)

    @expand_keywords
    def list(
        self, model: Model = None, *, model_id: str | None = None, **options: Unpack[ListOptions]
    ) -> Pager[ModelVersion]:
        """Return a lazy list of the versions of one model, or of all.

        Args:
            model: The model's record or name; without it the versions of all models.
            model_id: The model's id, instead.
            **options: What selects and orders the list.

        Raises:
            InvalidInput: An option that is invalid; errors of the registry, `NotFound` for a model that is not there
                among them, are raised while iterating.
        """
        return self._list(_model(model, model_id), options)

    def latest(self, model: Model = None, *, model_id: str | None = None) -> ModelVersion | None:
        """Return the newest version, by id, that is LIVE; None when there is none.

        Args:
            model: The model's record or name.
            model_id: The model's id, instead.

        Raises:
            InvalidInput: No model is given.
        """
        parent = required(_model(model, model_id), "model")
        query = Query(F("state") == "LIVE", descending=True, limit=1)
        try:
            return Pager[ModelVersion](self._engine, VERSIONS, parent, query).first()
        except NotFound:
            return None

    def best(
        self,
        model: Model,
        metric: str,
        *,
        model_id: str | None = None,
        higher_is_better: bool | None = None,
    ) -> ModelVersion | None:
        """Return the LIVE version with the best value of a metric, the newest of equal ones; None when none has it.

        Args:
            model: The model's record or name; None with `model_id`.
            metric: The metric's name; versions that hold it as a number are compared.
            model_id: The model's id, instead.
            higher_is_better: Whether more is better; what the model remembers unless given.

        Raises:
            NotFound: The model is not there.
            InvalidInput: No direction is given, and the model remembers none.
        """
        parent = required(_model(model, model_id), "model")
        record = self._engine.get_reference(parent)
        versions = Pager[ModelVersion](
            self._engine, VERSIONS, Reference(MODELS, id=record.id, name=record.name), Query(F("state") == "LIVE")
        )
        return best_of([version for version in versions], metric, record, higher_is_better)

    @expand_keywords
    def upsert(
        self,
        name: str,
        *,
        model: Model = None,
        model_id: str | None = None,
        force: bool = False,
        **fields: Unpack[VersionFields],
    ) -> ModelVersion:
        """Create the version under its model, or update it where it differs; what is not given stays as it is.

        Args:
            name: The version's name, unique under its model; about 250 characters at most.
            model: The model's record or name; it or `model_id` is needed.
            model_id: The model's id, instead.
            force: Delete the aliases that point at the version when it is archived.
            **fields: What to set.

        Raises:
            NotFound: The model is not there.
            InvalidInput: A value that a registry would refuse or lose, or a name that is an alias of the model;
                nothing was sent.
            Conflict: The registry's database holds another name equal to this one, the external id is taken, or an
                alias points at a version that is to be archived (reason "alias_in_use").
        """
        desired = self._desired("upsert", name, fields)
        parent = required(_model(model, model_id), "model")
        above = parent.record
        if not isinstance(above, RegisteredModel):
            above = self._engine.get_reference(parent)
            parent = Reference(MODELS, id=above.id, name=above.name, record=above)
        placed = self._engine.placed(desired, parent, {})
        since = self._engine.recent.count
        existing = (self._engine.find(placed)).record
        if existing is None:
            check_version_name(above, name, "name")
        elif fields.get("state") == STATE_ARCHIVED:
            refuse_archiving(self._engine, existing, force=force)
        record: ModelVersion
        record, _ = self._engine.upsert_from(existing, placed, since=since)
        return record

    @expand_keywords
    def plan_upsert(
        self,
        name: str,
        *,
        model: Model = None,
        model_id: str | None = None,
        **fields: Unpack[VersionFields],
    ) -> Plan:
        """Return what `upsert` would write; nothing is written.

        Args:
            name: The version's name.
            model: The model's record or name; it or `model_id` is needed.
            model_id: The model's id, instead.
            **fields: What to set.

        Raises:
            NotFound: The model is not there.
        """
        desired = self._desired("plan_upsert", name, fields)
        return self._plan_upsert(desired, required(_model(model, model_id), "model"))

    @expand_keywords
    def update(
        self,
        version: Version = None,
        *,
        name: str | None = None,
        model: Model = None,
        model_id: str | None = None,
        force: bool = False,
        **fields: Unpack[VersionFields],
    ) -> ModelVersion:
        """Update a version that is there; what is not given stays as it is.

        Args:
            version: The version's record, id or reference.
            name: The version's name, instead.
            model: With a name, the model's record or name.
            model_id: With a name, the model's id, instead.
            force: Delete the aliases that point at the version when it is archived.
            **fields: What to set.

        Raises:
            NotFound: There is no such version.
            InvalidInput: A value that a registry would refuse or lose; nothing was sent.
            Conflict: The external id is taken, or an alias points at a version that is to be archived (reason
                "alias_in_use").
        """
        reference = self._subject(version, name, _model(model, model_id))
        if fields.get("state") == STATE_ARCHIVED:
            reference = self._archivable(reference, force=force)
        return self._update(reference, fields)

    @expand_keywords
    def plan_update(
        self,
        version: Version = None,
        *,
        name: str | None = None,
        model: Model = None,
        model_id: str | None = None,
        **fields: Unpack[VersionFields],
    ) -> Plan:
        """Return what `update` would write; nothing is written.

        Args:
            version: The version's record, id or reference.
            name: The version's name, instead.
            model: With a name, the model's record or name.
            model_id: With a name, the model's id, instead.
            **fields: What to set.

        Raises:
            NotFound: There is no such version.
        """
        return self._plan_update(self._subject(version, name, _model(model, model_id)), fields)

    def archive(
        self,
        version: Version = None,
        *,
        name: str | None = None,
        model: Model = None,
        model_id: str | None = None,
        force: bool = False,
    ) -> ModelVersion:
        """Archive a version.

        Args:
            version: The version's record, id or reference.
            name: The version's name, instead.
            model: With a name, the model's record or name.
            model_id: With a name, the model's id, instead.
            force: Delete the aliases that point at it first.

        Raises:
            NotFound: There is no such version.
            Conflict: An alias points at it (reason "alias_in_use").
        """
        reference = self._subject(version, name, _model(model, model_id))
        return self._archive(self._archivable(reference, force=force))

    def restore(
        self,
        version: Version = None,
        *,
        name: str | None = None,
        model: Model = None,
        model_id: str | None = None,
    ) -> ModelVersion:
        """Bring an archived version back.

        Args:
            version: The version's record, id or reference.
            name: The version's name, instead.
            model: With a name, the model's record or name.
            model_id: With a name, the model's id, instead.

        Raises:
            NotFound: There is no such version.
        """
        return self._restore(self._subject(version, name, _model(model, model_id)))

    def _archivable(self, reference: Reference, *, force: bool) -> Reference:
        """Return the version that may be archived, by its id.

        Raises:
            NotFound: It is not there.
            Conflict: An alias points at it.
        """
        record = self._engine.get_reference(reference)
        refuse_archiving(self._engine, record, force=force)
        return Reference(VERSIONS, id=record.id, name=record.name)


def _model(model: Model, model_id: str | None) -> Reference | None:
    return parent_reference(MODELS, "model", model, model_id)
