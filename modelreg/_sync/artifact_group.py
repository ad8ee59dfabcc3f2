# Written by scripts/unasync.py from modelreg/_async/artifact_group.py; edit that file and run `make fmt`.
"""`registry.artifacts`: artifacts of every kind, whose names are unique under their version and kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, Unpack, overload

from modelreg._core.change import Desired, decide
from modelreg._core.desired import artifact_class, artifact_type, desired_record
from modelreg._core.names import checked_name
from modelreg._core.planning import plan_of
from modelreg._core.references import Reference, not_found, parent_reference, required
from modelreg._core.resources import ARTIFACTS, VERSIONS
from modelreg._filters.options import ListOptions
from modelreg._sync.group import Group
from modelreg._sync.kserve import check_serving, renewed
from modelreg._sync.lookup import find_exact
from modelreg._sync.pager import Pager
from modelreg._types import (
    Artifact,
    ArtifactKind,
    DataSet,
    DocArtifact,
    Metric,
    ModelArtifact,
    ModelVersion,
    Parameter,
    Plan,
)
from modelreg._types.parameters import ArtifactFields
from modelreg._types.records import public
from modelreg._types.signatures import check_keywords, expand_keywords
from modelreg.errors import NotFound

Version: TypeAlias = ModelVersion | str | Sequence[str] | None


@public
class Artifacts(Group[Artifact]):
    """Artifacts: models, documents, data sets, metrics and parameters.

    A version is given as its record, as its reference such as `fraud@1.4.0`, or as the pair (model, version).
    """

    _resource = ARTIFACTS

    def get(
        self,
        id: str | None = None,
        *,
        name: str | None = None,
        version: Version = None,
        version_id: str | None = None,
        kind: ArtifactKind | None = None,
    ) -> Artifact:
        """Return the artifact with this id, or of exactly this name under its version.

        Args:
            id: The artifact's id.
            name: The artifact's name, instead.
            version: With a name, the version.
            version_id: With a name, the version's id, instead.
            kind: With a name, the kind, where two kinds share the name.

        Raises:
            NotFound: There is none.
        """
        if name is None or id is not None:
            return self._get(id, name, None)
        parent = required(_version(version, version_id), "version")
        found = self._named(name, parent, kind)
        if found is None:
            raise not_found(Reference(ARTIFACTS, name=name, parent=parent))
        named: Artifact = found
        return named

    @overload
    def find(
        self,
        name: str | None = None,
        *,
        version: Version = None,
        version_id: str | None = None,
        kind: Literal["model"],
        external_id: str | None = None,
    ) -> ModelArtifact | None: ...
    @overload
    def find(
        self,
        name: str | None = None,
        *,
        version: Version = None,
        version_id: str | None = None,
        kind: Literal["doc"],
        external_id: str | None = None,
    ) -> DocArtifact | None: ...
    @overload
    def find(
        self,
        name: str | None = None,
        *,
        version: Version = None,
        version_id: str | None = None,
        kind: Literal["dataset"],
        external_id: str | None = None,
    ) -> DataSet | None: ...
    @overload
    def find(
        self,
        name: str | None = None,
        *,
        version: Version = None,
        version_id: str | None = None,
        kind: Literal["metric"],
        external_id: str | None = None,
    ) -> Metric | None: ...
    @overload
    def find(
        self,
        name: str | None = None,
        *,
        version: Version = None,
        version_id: str | None = None,
        kind: Literal["parameter"],
        external_id: str | None = None,
    ) -> Parameter | None: ...
    @overload
    def find(
        self,
        name: str | None = None,
        *,
        version: Version = None,
        version_id: str | None = None,
        kind: ArtifactKind | None = None,
        external_id: str | None = None,
    ) -> Artifact | None: ...
    def find(
        self,
        name: str | None = None,
        *,
        version: Version = None,
        version_id: str | None = None,
        kind: ArtifactKind | None = None,
        external_id: str | None = None,
    ) -> Artifact | None:
        """Return the artifact of exactly this name under its version, or with this external id, or None.

        Args:
            name: The artifact's name.
            version: With a name, the version.
            version_id: With a name, the version's id, instead.
            kind: "model", "doc", "dataset", "metric" or "parameter", where two kinds share the name; any by default.
            external_id: The caller's own id; with a name both have to fit.

        Raises:
            InvalidInput: Neither is given, or a name without its version.
        """
        record = artifact_class(kind) if kind is not None else Artifact
        if name is None:
            found: Artifact | None = self._find(None, external_id)
        else:
            found = self._named(name, required(_version(version, version_id), "version"), kind)
            if found is not None and external_id is not None and found.external_id != external_id:
                return None
        return found if isinstance(found, record) else None

    @overload
    def list(
        self,
        version: Version = None,
        *,
        version_id: str | None = None,
        kind: Literal["model"],
        **options: Unpack[ListOptions],
    ) -> Pager[ModelArtifact]: ...
    @overload
    def list(
        self,
        version: Version = None,
        *,
        version_id: str | None = None,
        kind: Literal["doc"],
        **options: Unpack[ListOptions],
    ) -> Pager[DocArtifact]: ...
    @overload
    def list(
        self,
        version: Version = None,
        *,
        version_id: str | None = None,
        kind: Literal["dataset"],
        **options: Unpack[ListOptions],
    ) -> Pager[DataSet]: ...
    @overload
    def list(
        self,
        version: Version = None,
        *,
        version_id: str | None = None,
        kind: Literal["metric"],
        **options: Unpack[ListOptions],
    ) -> Pager[Metric]: ...
    @overload
    def list(
        self,
        version: Version = None,
        *,
        version_id: str | None = None,
        kind: Literal["parameter"],
        **options: Unpack[ListOptions],
    ) -> Pager[Parameter]: ...
    @overload
    def list(
        self,
        version: Version = None,
        *,
        version_id: str | None = None,
        kind: ArtifactKind | None = None,
        **options: Unpack[ListOptions],
    ) -> Pager[Artifact]: ...
    @expand_keywords
    def list(
        self,
        version: Version = None,
        *,
        version_id: str | None = None,
        kind: ArtifactKind | None = None,
        **options: Unpack[ListOptions],
    ) -> Pager[Any]:
        """Return a lazy list of the artifacts of one version, or of all.

        Args:
            version: The version; without it the artifacts of all versions.
            version_id: The version's id, instead.
            kind: "model", "doc", "dataset", "metric" or "parameter"; all by default.
            **options: What selects and orders the list.

        Raises:
            InvalidInput: An option that is invalid; errors of the registry, `NotFound` for a version that is not
                there among them, are raised while iterating.
        """
        wire = None if kind is None else artifact_type(kind)
        return self._list(_version(version, version_id), options, artifact_type=wire)

    @expand_keywords
    def upsert(
        self,
        name: str,
        *,
        version: Version = None,
        version_id: str | None = None,
        kind: ArtifactKind | None = None,
        force: bool = False,
        **fields: Unpack[ArtifactFields],
    ) -> Artifact:
        """Create the artifact under its version, or update it where it differs; what is not given stays as it is.

        KServe loads a version's newest artifact and fails when that is no model artifact: a further artifact of
        another kind is refused once the version has a model artifact.

        Args:
            name: The artifact's name, unique under its version and kind; about 250 characters at most.
            version: The version; it or `version_id` is needed.
            version_id: The version's id, instead.
            kind: "model" (the default), "doc", "dataset", "metric" or "parameter"; the fields of other kinds are
                refused.
            force: Create it although KServe can then no longer load the version.
            **fields: What to set.

        Raises:
            NotFound: The version is not there.
            InvalidInput: A value that a registry would refuse or lose, or a field that this kind does not have;
                nothing was sent.
            Conflict: It would break serving (reason "breaks_serving"), or the registry's database holds another name
                equal to this one.
        """
        desired = self._desired("upsert", name, fields, artifact_class(kind or "model"))
        placed = self._placed(desired, version, version_id)
        since = self._engine.recent.count
        existing = (self._engine.find(placed)).record
        if existing is None:
            check_serving(self._engine, placed, kind, force=force)
        record: Artifact
        record, _ = self._engine.upsert_from(existing, placed, since=since)
        return record

    @expand_keywords
    def plan_upsert(
        self,
        name: str,
        *,
        version: Version = None,
        version_id: str | None = None,
        kind: ArtifactKind | None = None,
        force: bool = False,
        **fields: Unpack[ArtifactFields],
    ) -> Plan:
        """Return what `upsert` would write; nothing is written.

        Args:
            name: The artifact's name.
            version: The version; it or `version_id` is needed.
            version_id: The version's id, instead.
            kind: "model" (the default), "doc", "dataset", "metric" or "parameter".
            force: As for `upsert`.
            **fields: What to set.

        Raises:
            NotFound: The version is not there.
            Conflict: As `upsert` raises it.
        """
        desired = self._desired("plan_upsert", name, fields, artifact_class(kind or "model"))
        placed = self._placed(desired, version, version_id)
        existing = (self._engine.find(placed)).record
        if existing is None:
            check_serving(self._engine, placed, kind, force=force)
        return plan_of(decide(existing, placed))

    @expand_keywords
    def update(self, artifact: Artifact | str, **fields: Unpack[ArtifactFields]) -> Artifact:
        """Update an artifact that is there; what is not given stays as it is.

        Args:
            artifact: The artifact's record or id.
            **fields: What to set.

        Raises:
            NotFound: There is no such artifact.
            InvalidInput: A value that a registry would refuse or lose, or a field that its kind does not have.
        """
        return self._update(self._subject(artifact, None), fields)

    @expand_keywords
    def plan_update(self, artifact: Artifact | str, **fields: Unpack[ArtifactFields]) -> Plan:
        """Return what `update` would write; nothing is written.

        Args:
            artifact: The artifact's record or id.
            **fields: What to set.

        Raises:
            NotFound: There is no such artifact.
        """
        return self._plan_update(self._subject(artifact, None), fields)

    def renew(self, version: Version = None, *, version_id: str | None = None) -> ModelArtifact:
        """Make a version loadable again whose newest artifact is no model artifact.

        KServe loads a version's newest artifact of any kind. This creates a model artifact that equals the newest one
        there, under another name; where that is the newest artifact already, nothing is written.

        Args:
            version: The version; it or `version_id` is needed.
            version_id: The version's id, instead.

        Returns:
            The model artifact that KServe loads now.

        Raises:
            NotFound: The version is not there, or has no model artifact.
        """
        return renewed(self._engine, required(_version(version, version_id), "version"))

    def _update_of(self, given: Any, _references: Any) -> Any:
        """Return what makes the desired artifact of the one that is there, whose kind decides its fields."""
        check_keywords("update", given, ARTIFACTS.keywords)
        return lambda existing: desired_record(ARTIFACTS, None, given, record=type(existing))

    def _named(self, name: str, version: Reference, kind: str | None) -> Any:
        """Return the artifact of a name and, where it is given, of a kind; None when there is none."""
        checked_name(name)
        wire = None if kind is None else artifact_type(kind)
        try:
            parent_id = self._engine.resolve(version, cached=True)
        except NotFound:
            return None
        return (find_exact(self._engine, ARTIFACTS, name, parent_id, kind=wire)).record

    def _placed(self, desired: Desired, version: Version, version_id: str | None) -> Desired:
        return self._engine.placed(desired, required(_version(version, version_id), "version"), {})


def _version(version: Version, version_id: str | None) -> Reference | None:
    return parent_reference(VERSIONS, "version", version, version_id)
