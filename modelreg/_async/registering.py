"""Decides how a registration is said: `register` for one, `bulk` for many, on the registry object itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal, overload

if TYPE_CHECKING:
    from modelreg._async.call import AsyncCall
    from modelreg._async.register import AsyncRegistrar
    from modelreg.types import Artifact, BulkResult, Plan, Registration, RegistrationRequest, Source
    from modelreg.types.registration import OnConflict


class AsyncRegistering:
    """What a registry object says of registrations."""

    _call: AsyncCall

    @cached_property
    def _registrar(self) -> AsyncRegistrar:
        from modelreg._async.register import AsyncRegistrar

        return AsyncRegistrar(self._call)

    @overload
    async def register(
        self,
        name: str,
        version: str,
        *,
        uri: str | None = None,
        model_format: str | None = None,
        model_format_version: str | None = None,
        description: str | None = None,
        author: str | None = None,
        properties: Mapping[str, object] | None = None,
        labels: Sequence[str] | None = None,
        metrics: Mapping[str, object] | None = None,
        higher_is_better: Mapping[str, bool] | None = None,
        external_id: str | None = None,
        owner: str | None = None,
        model_description: str | None = None,
        model_properties: Mapping[str, object] | None = None,
        artifact_name: str | None = None,
        artifact_description: str | None = None,
        artifact_properties: Mapping[str, object] | None = None,
        storage_key: str | None = None,
        storage_path: str | None = None,
        service_account_name: str | None = None,
        source: Source | Mapping[str, str | None] | None = None,
        artifacts: Sequence[Artifact] = (),
        on_conflict: OnConflict = "fail",
        restore: bool = False,
        dry_run: Literal[False] = False,
    ) -> Registration: ...
    @overload
    async def register(
        self,
        name: str,
        version: str,
        *,
        uri: str | None = None,
        model_format: str | None = None,
        model_format_version: str | None = None,
        description: str | None = None,
        author: str | None = None,
        properties: Mapping[str, object] | None = None,
        labels: Sequence[str] | None = None,
        metrics: Mapping[str, object] | None = None,
        higher_is_better: Mapping[str, bool] | None = None,
        external_id: str | None = None,
        owner: str | None = None,
        model_description: str | None = None,
        model_properties: Mapping[str, object] | None = None,
        artifact_name: str | None = None,
        artifact_description: str | None = None,
        artifact_properties: Mapping[str, object] | None = None,
        storage_key: str | None = None,
        storage_path: str | None = None,
        service_account_name: str | None = None,
        source: Source | Mapping[str, str | None] | None = None,
        artifacts: Sequence[Artifact] = (),
        on_conflict: OnConflict = "fail",
        restore: bool = False,
        dry_run: Literal[True],
    ) -> Plan: ...
    async def register(
        self,
        name: str,
        version: str,
        *,
        uri: str | None = None,
        model_format: str | None = None,
        model_format_version: str | None = None,
        description: str | None = None,
        author: str | None = None,
        properties: Mapping[str, object] | None = None,
        labels: Sequence[str] | None = None,
        metrics: Mapping[str, object] | None = None,
        higher_is_better: Mapping[str, bool] | None = None,
        external_id: str | None = None,
        owner: str | None = None,
        model_description: str | None = None,
        model_properties: Mapping[str, object] | None = None,
        artifact_name: str | None = None,
        artifact_description: str | None = None,
        artifact_properties: Mapping[str, object] | None = None,
        storage_key: str | None = None,
        storage_path: str | None = None,
        service_account_name: str | None = None,
        source: Source | Mapping[str, str | None] | None = None,
        artifacts: Sequence[Artifact] = (),
        on_conflict: OnConflict = "fail",
        restore: bool = False,
        dry_run: bool = False,
    ) -> Registration | Plan:
        """Register a version of a model with its weights; said again, it finishes or changes what is there.

        Everything is read first, and nothing is written when there is a conflict. Writes go model, version, other
        artifacts, model artifact last, which is the one that KServe loads.

        Args:
            name: The model's.
            version: The version's name, such as "1.4.0".
            uri: Where the weights lie; without it there is no model artifact.
            description: Of the version, as are author, properties, labels, metrics and external_id.
            properties: Plain values by key, merged into those that are there.
            labels: Kept as properties with an empty value.
            metrics: Numbers, kept as properties under their own keys.
            higher_is_better: For each metric whether more is better; remembered on the model.
            owner: Of the model, as are model_description and model_properties.
            artifact_name: Of the model artifact; the model's name unless given.
            source: Lineage of the model artifact: kind, class, group, id, name.
            artifacts: Further artifacts, as records without ids.
            on_conflict: When the version's weights lie elsewhere: "fail", "update" or "unchanged".
            restore: Bring an archived model or version back.
            dry_run: Write nothing, and answer the plan.

        Raises:
            InvalidInput: Something that a registry would refuse or lose; nothing was sent.
            Conflict: The version's weights lie elsewhere, or it is archived; nothing was written.
        """
        from modelreg.types import RegistrationRequest

        request = RegistrationRequest(
            name,
            version,
            uri=uri,
            model_format=model_format,
            model_format_version=model_format_version,
            description=description,
            author=author,
            properties=properties,
            labels=labels,
            metrics=metrics,
            higher_is_better=higher_is_better,
            external_id=external_id,
            owner=owner,
            model_description=model_description,
            model_properties=model_properties,
            artifact_name=artifact_name,
            artifact_description=artifact_description,
            artifact_properties=artifact_properties,
            storage_key=storage_key,
            storage_path=storage_path,
            service_account_name=service_account_name,
            source=source,
            artifacts=artifacts,
            on_conflict=on_conflict,
            restore=restore,
        )
        if dry_run:
            return await self._registrar.plan(request)
        return await self._registrar.register(request)

    async def bulk(
        self,
        requests: Iterable[RegistrationRequest],
        *,
        concurrency: int = 8,
        progress: Callable[[BulkResult], None] | None = None,
    ) -> Sequence[BulkResult]:
        """Make many registrations true at once; one that fails does not stop the rest.

        Args:
            requests: What `register` takes, as values.
            concurrency: How many run at once.
            progress: Called after each, one at a time, in the order in which they end.

        Returns:
            A result for each request, in their order.
        """
        from modelreg._async.bulk import registered_all

        return await registered_all(self._registrar, requests, concurrency=concurrency, progress=progress)
