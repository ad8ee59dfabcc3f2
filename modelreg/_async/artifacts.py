"""Decides what `registry.artifacts` takes: artifacts of every kind, named under their version and kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from modelreg._async.group import AsyncGroup, unproven
from modelreg._async.lookup import find_exact, resolved
from modelreg._async.pager import AsyncPager, Query
from modelreg._async.write import Wanted, sent_patch, upserted
from modelreg.convert.artifacts import artifact_class, artifact_fields, kind_of
from modelreg.convert.names import checked_name
from modelreg.convert.patch import PropertyEdit, patch, property_edit
from modelreg.convert.records import to_body
from modelreg.convert.resources import ARTIFACTS, Parent, record_id, required, version_parent
from modelreg.errors import NotFound
from modelreg.filters import Filter
from modelreg.types import ARTIFACT_TYPES, Artifact, ModelVersion, Source

VersionSaid: TypeAlias = ModelVersion | str | Sequence[str]


class AsyncArtifacts(AsyncGroup[Artifact]):
    """Artifacts: models, docs, datasets, metrics and parameters."""

    _resource = ARTIFACTS

    async def find(
        self,
        name: str | None = None,
        *,
        version: VersionSaid | None = None,
        version_id: str | None = None,
        kind: str | None = None,
        external_id: str | None = None,
    ) -> Artifact | None:
        """Answer the artifact of exactly this name under its version, or with this external id, or None.

        Args:
            version: The version's record, the pair of names or `model@version`; with a name it or `version_id` is
                needed.
            kind: "model", "doc", "dataset", "metric" or "parameter", where two kinds share the name; any by default.
        """
        parent = version_parent(version, version_id)
        wire = None if kind is None else ARTIFACT_TYPES[kind_of(kind)]
        if name is None:
            found = await self._find(None, None, external_id)
            return found if found is None or kind is None or found.kind == kind else None
        checked_name(name)
        try:
            parent_id = await resolved(self._call, required(parent, "version"))
        except NotFound:
            return None
        record: Artifact | None = (await find_exact(self._call, ARTIFACTS, name, parent_id, kind=wire)).record
        return record if external_id is None or record is None or record.external_id == external_id else None

    def list(
        self,
        *,
        version: VersionSaid | None = None,
        version_id: str | None = None,
        kind: str | None = None,
        where: Filter | str | None = None,
        order_by: str | None = None,
        descending: bool = False,
        page_size: int | None = None,
        limit: int | None = None,
    ) -> AsyncPager[Artifact]:
        """List the artifacts of one version, or of all, lazily.

        Args:
            kind: "model", "doc", "dataset", "metric" or "parameter"; all by default.
            where: A filter made with `F`, or a raw `filterQuery`, which is sent untouched.
            order_by: "ID" (the default), "CREATE_TIME" or "LAST_UPDATE_TIME".
            page_size: How many are asked for at once.
            limit: How many are answered at most.
        """
        wire = None if kind is None else ARTIFACT_TYPES[kind_of(kind)]
        query = Query(
            where, order_by=order_by, descending=descending, page_size=page_size, limit=limit, artifact_type=wire
        )
        return AsyncPager(self._call, ARTIFACTS, version_parent(version, version_id), query)

    async def upsert(
        self,
        name: str,
        *,
        version: VersionSaid | None = None,
        version_id: str | None = None,
        kind: str = "model",
        uri: str | None = None,
        description: str | None = None,
        state: str | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
        replace_properties: bool = False,
        remove_properties: Collection[str] = (),
        model_format: str | None = None,
        model_format_version: str | None = None,
        storage_key: str | None = None,
        storage_path: str | None = None,
        service_account_name: str | None = None,
        source: Source | Mapping[str, str | None] | str | None = None,
        digest: str | None = None,
        source_type: str | None = None,
        schema: str | None = None,
        profile: str | None = None,
        value: float | str | None = None,
        timestamp: datetime | None = None,
        step: int | None = None,
        parameter_type: str | None = None,
    ) -> Artifact:
        """Create the artifact of this name and kind under its version, or change it; what is not said stays.

        KServe loads a version's newest artifact and fails when that is no model artifact: make the model artifact
        last.

        Args:
            version: The version's record, the pair of names or `model@version`; it or `version_id` is needed.
            kind: "model", "doc", "dataset", "metric" or "parameter"; the fields of other kinds are refused.
            source: Of a model artifact its lineage, of a dataset where it was taken from.
            value: Of a metric a number, of a parameter a text.

        Raises:
            NotFound: The version is not there.
            InvalidInput: A field that this kind does not have.
        """
        said = {
            "description": description,
            "external_id": external_id,
            "state": state,
            "uri": uri,
            "model_format": model_format,
            "model_format_version": model_format_version,
            "storage_key": storage_key,
            "storage_path": storage_path,
            "service_account_name": service_account_name,
            "source": source,
            "digest": digest,
            "source_type": source_type,
            "schema": schema,
            "profile": profile,
            "value": value,
            "timestamp": timestamp,
            "step": step,
            "parameter_type": parameter_type,
        }
        edit = property_edit(properties, replace=replace_properties, remove=remove_properties)
        parent = required(version_parent(version, version_id), "version")
        return await self._put(name, artifact_class(kind), parent, said, edit)

    async def update(
        self,
        artifact: Artifact | str,
        *,
        uri: str | None = None,
        description: str | None = None,
        state: str | None = None,
        external_id: str | None = None,
        properties: Mapping[str, object] | None = None,
        replace_properties: bool = False,
        remove_properties: Collection[str] = (),
        model_format: str | None = None,
        model_format_version: str | None = None,
        storage_key: str | None = None,
        storage_path: str | None = None,
        service_account_name: str | None = None,
        source: Source | Mapping[str, str | None] | str | None = None,
        digest: str | None = None,
        source_type: str | None = None,
        schema: str | None = None,
        profile: str | None = None,
        value: float | str | None = None,
        timestamp: datetime | None = None,
        step: int | None = None,
        parameter_type: str | None = None,
    ) -> Artifact:
        """Change an artifact, given as a record or an id, by what is said, as `upsert` does.

        Raises:
            NotFound: There is no artifact with this id.
            InvalidInput: A field that its kind does not have.
        """
        said = {
            "description": description,
            "external_id": external_id,
            "state": state,
            "uri": uri,
            "model_format": model_format,
            "model_format_version": model_format_version,
            "storage_key": storage_key,
            "storage_path": storage_path,
            "service_account_name": service_account_name,
            "source": source,
            "digest": digest,
            "source_type": source_type,
            "schema": schema,
            "profile": profile,
            "value": value,
            "timestamp": timestamp,
            "step": step,
            "parameter_type": parameter_type,
        }
        edit = property_edit(properties, replace=replace_properties, remove=remove_properties)
        known_id = record_id(artifact, ARTIFACTS)
        current: Artifact = await self._call.record(ARTIFACTS.get, known_id)
        record = type(current)
        body = patch(current, to_body(record, artifact_fields(record, said)), edit)
        if body is None:
            return current
        changed: Artifact = await sent_patch(
            self._call, ARTIFACTS.update or "", current, f"{record.__name__}Update", body
        )
        return changed

    async def _put(
        self, name: str, record: type[Artifact], parent: Parent, said: Mapping[str, object], edit: PropertyEdit
    ) -> Artifact:
        fields = to_body(record, artifact_fields(record, said))
        checked_name(name)
        wanted = Wanted(
            resource=ARTIFACTS,
            name=name,
            parent_id=await resolved(self._call, parent),
            fields=fields,
            fixed={"artifactType": ARTIFACT_TYPES[record.kind]},
            edit=edit,
            body=record.__name__,
            change=f"{record.__name__}Update",
            unproven=unproven([parent]),
        )
        artifact: Artifact
        artifact, _ = await upserted(self._call, wanted)
        return artifact
